"""Artists' spellings and ids, from the seeds: hand exports and live pulls of one artist share one account."""

from __future__ import annotations

from functools import lru_cache

from common.seeds import read_seed
from common.settings import settings


def artist_key(text: str) -> str:
    """How artist names compare: capitals, trimmed, spaces collapsed."""
    return " ".join(text.upper().split())


def artist_account(text: str, *others: str) -> str:
    """Return the canonical name for the first spelling or Spotify id that is known; the first text itself where none is."""
    known = (_artists().get(artist_key(one)) for one in (text, *others))
    return next(filter(None, known), text.strip())


def spotify_id_of(name: str) -> str | None:
    """Return the Spotify id that the seeds give for an artist's canonical name."""
    return _spotify_ids().get(name)


@lru_cache(maxsize=1)
def _artists() -> dict[str, str]:
    artists = read_seed(settings(), "artists")
    names = {row["artist_id"]: row["artist_name"] for row in artists}
    known = {artist_key(row["artist_name"]): row["artist_name"] for row in artists}
    known |= {artist_key(spotify_id): name for name, spotify_id in _spotify_ids().items()}
    for row in read_seed(settings(), "artist_aliases"):
        known.setdefault(artist_key(row["alias"]), names[row["artist_id"]])
    return known


@lru_cache(maxsize=1)
def _spotify_ids() -> dict[str, str]:
    return {row["artist_name"]: row["spotify_id"] for row in read_seed(settings(), "artists") if row["spotify_id"]}

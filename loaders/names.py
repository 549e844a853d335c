"""Artists' spellings and ids, from the seeds: hand exports and live pulls of one artist share one account."""

from __future__ import annotations

import csv
from functools import lru_cache

from loaders.settings import PROJECT_DIR


def artist_key(text: str) -> str:
    """How artist names compare: capitals, trimmed, spaces collapsed."""
    return " ".join(text.upper().split())


def artist_account(text: str) -> str:
    """Return the artist's canonical name for a spelling or a Spotify id; the text itself where neither is known."""
    return _artists().get(artist_key(text), text.strip())


@lru_cache(maxsize=1)
def _artists() -> dict[str, str]:
    seeds = PROJECT_DIR / "seeds"
    with (seeds / "seed_artists.csv").open(encoding="utf-8", newline="") as file:
        artists = list(csv.DictReader(file))
    names = {row["artist_id"]: row["artist_name"] for row in artists}
    known = {artist_key(row["artist_name"]): row["artist_name"] for row in artists}
    known |= {artist_key(row["spotify_id"]): row["artist_name"] for row in artists if row["spotify_id"]}
    with (seeds / "seed_artist_aliases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            known.setdefault(artist_key(row["alias"]), names[row["artist_id"]])
    return known

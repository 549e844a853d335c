"""Spotify for Artists: the CSVs that an artist's pages offer, and captured song metrics."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from loaders.files import Export, has_columns, records_frame
from loaders.landing import Part
from loaders.names import artist_account
from loaders.settings import Settings
from loaders.tables import Replacement, Table

SOURCE = "spotify"
NAMES = (r"spotify_(audience|songs)_", r".*-(audience-timeline|timeline|songs-\w+|playlists-.*)\.csv$")
WINDOWS = ("1day", "7day", "28day", "1year", "all")
AUDIENCE_NAME = re.compile(r"(?P<artist>.+)-audience-timeline( ?\([0-9]+\))?\.csv", re.IGNORECASE)
OLD_AUDIENCE_NAME = re.compile(r"spotify_audience_(?P<id>[0-9A-Za-z]+)_.*\.csv", re.IGNORECASE)
SONG_NAME = re.compile(r"(?P<song>.+?)-timeline( ?\([0-9]+\))?\.csv", re.IGNORECASE)
TABLE_NAME = re.compile(r"(?P<artist>.+)-(?:songs|playlists)-(?P<window>[^-]+?)( ?\([0-9]+\))?\.csv", re.IGNORECASE)
METRICS_NAME = re.compile(rf"spotify_songs_(?P<id>[0-9A-Za-z]+)_(?P<period>{'|'.join(WINDOWS)})_.*\.json", re.IGNORECASE)

_CSV = {"delimiters": (",", ";")}
AUDIENCE_DAILY = Table(
    SOURCE, "audience_daily", "replace",
    required=("date", "listeners", "streams", "followers"),
    optional=("monthly listeners", "monthly active listeners", "super listeners", "playlist adds", "saves"),
    facts=("_name_artist", "_name_artist_id"),
    observed="date",
    replacement=Replacement(line=("date", "streams"), measures=("streams",), provisional_days=7),
    **_CSV,
)  # fmt: skip
SONG_DAILY = Table(
    SOURCE, "song_daily", "replace", ("date", "streams"), facts=("_name_song",), observed="date",
    replacement=Replacement(line=("date", "streams"), measures=("streams",), provisional_days=7),
    **_CSV,
)  # fmt: skip
SONGS = Table(
    SOURCE, "songs", "snapshot", ("song", "listeners", "streams", "saves", "release_date"),
    facts=("_name_artist", "_name_window"), **_CSV,
)  # fmt: skip
PLAYLISTS = Table(
    SOURCE, "playlists", "snapshot", ("title", "author", "listeners", "streams", "date_added"),
    facts=("_name_artist", "_name_window"), **_CSV,
)  # fmt: skip
SONG_METRICS = Table(
    SOURCE, "song_metrics", "snapshot",
    required=("id", "trackName", "trackUri", "releaseDate", "imageUrl", "numStreams", "numListeners", "numSavers",
              "numCanvasViews", "isDisabled"),
    facts=("_name_artist_id", "_name_window"),
)  # fmt: skip
TABLES = (AUDIENCE_DAILY, SONG_DAILY, SONGS, PLAYLISTS, SONG_METRICS)


def read(export: Export) -> list[Part] | None:
    """Return the part of one export; None for anything else. The artist and the song come from the name alone."""
    if export.kind == "json":
        return song_metrics(export)
    if export.kind != "text":
        return None
    text = export.table
    if has_columns(text, AUDIENCE_DAILY.required):
        old, new = OLD_AUDIENCE_NAME.fullmatch(export.name), AUDIENCE_NAME.fullmatch(export.name)
        facts = {"_name_artist": new["artist"] if new else None, "_name_artist_id": old["id"] if old else None}
        return [Part(AUDIENCE_DAILY, text, account=account_of(*facts.values()), facts=facts)]
    for table in (SONGS, PLAYLISTS):
        if has_columns(text, table.required):
            stated = TABLE_NAME.fullmatch(export.name)
            facts = {name: stated[name.removeprefix("_name_")] if stated else None for name in table.facts}
            return [Part(table, text, account=account_of(facts["_name_artist"]), facts=facts)]
    stated = SONG_NAME.fullmatch(export.name)
    if stated and {name.strip().casefold() for name in text.columns} == {"date", "streams"}:
        song = stated["song"]
        return [Part(SONG_DAILY, text, facts={"_name_song": song}, limited_to=" ".join(song.upper().split()))]
    return None


def song_metrics(export: Export) -> list[Part] | None:
    """Return captured song metrics, bare or wrapped; the period from the captured address, else from the name."""
    answer = export.document
    if not isinstance(answer, dict):
        return None
    body = answer.get("data", answer) if "url" in answer else answer
    songs = body.get("songs") if isinstance(body, dict) else None
    if not isinstance(songs, list) or not songs or "trackUri" not in songs[0]:
        return None
    stated = METRICS_NAME.fullmatch(export.name)
    asked = parse_qs(urlsplit(str(answer.get("url", ""))).query).get("time-filter", [None])[0]
    facts = {"_name_artist_id": stated["id"] if stated else None, "_name_window": asked or (stated and stated["period"])}
    return [Part(SONG_METRICS, records_frame(songs, SONG_METRICS), account=account_of(facts["_name_artist_id"]), facts=facts)]


def account_of(*stated: str | None) -> str | None:
    """Return the artist that a name or an id stands for, by its spellings in the seeds."""
    found = next((one for one in stated if one), None)
    return artist_account(found) if found else None


def resolve_account(account: str) -> str:
    """Return the account for one that a person gave: an artist's spelling, or an artist's id."""
    return artist_account(account)


def configured_account(settings: Settings) -> str | None:
    """The artist whose page is configured, where there is only one."""
    return artist_account(settings.artist_ids[0]) if len(settings.artist_ids) == 1 else None

"""What Spotify's answers mean: the CSVs that an artist's pages offer, captured song metrics, the Web API's catalogue."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from loaders.landing.accounts import artist_account
from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.file_names import stated_by
from loaders.landing.records import records_frame
from loaders.landing.tables import Replacement, Table
from loaders.landing.text_tables import has_columns

NAME = "spotify"
FILE_NAMES = (r"spotify_(audience|songs|catalogue)_", r".*-(audience-timeline|timeline|songs-\w+|playlists-.*)\.csv$")
WINDOWS = ("1day", "7day", "28day", "1year", "all")
AUDIENCE_NAME = re.compile(r"(?P<artist>.+)-audience-timeline\.csv", re.IGNORECASE)
OLD_AUDIENCE_NAME = re.compile(r"spotify_audience_(?P<id>[0-9A-Za-z]+)_.*\.csv", re.IGNORECASE)
SONG_NAME = re.compile(r"(?P<song>.+?)-timeline\.csv", re.IGNORECASE)
TABLE_NAME = re.compile(r"(?P<artist>.+)-(?:songs|playlists)-(?P<window>[^-]+?)\.csv", re.IGNORECASE)
METRICS_NAME = re.compile(rf"spotify_songs_(?P<id>[0-9A-Za-z]+)_(?:(?P<period>{'|'.join(WINDOWS)})_)?.*\.json", re.IGNORECASE)
CATALOGUE_NAME = re.compile(r"spotify_catalogue_(?P<id>[0-9A-Za-z]+)_.*\.json", re.IGNORECASE)
METRICS_ADDRESS = "catalog-view"

_CSV: dict[str, Any] = {"delimiters": (",", ";"), "may_be_empty": True}
AUDIENCE_DAILY = Table(
    NAME, "audience_daily", "replace",
    required=("date", "listeners", "streams", "followers"),
    optional=("monthly listeners", "monthly active listeners", "super listeners", "playlist adds", "saves"),
    facts=("_name_artist", "_name_artist_id"),
    observed="date",
    replacement=Replacement(
        line=("date", "streams"), measures=("streams",), optional_measures=("playlist adds", "saves"), provisional_days=7
    ),
    daily_from=2,
    needs_account=True,
    generations=True,
    **_CSV,
)  # fmt: skip
SONG_DAILY = Table(
    NAME, "song_daily", "replace", ("date", "streams"), facts=("_name_song",), observed="date",
    replacement=Replacement(line=("date", "streams"), measures=("streams",), provisional_days=7),
    daily_from=2,
    **_CSV,
)  # fmt: skip
SONGS = Table(
    NAME, "songs", "snapshot", ("song", "listeners", "streams", "saves", "release_date"),
    facts=("_name_artist", "_name_window"), needs_account=True, **_CSV,
)  # fmt: skip
PLAYLISTS = Table(
    NAME, "playlists", "snapshot", ("title", "author", "listeners", "streams", "date_added"),
    facts=("_name_artist", "_name_window"), needs_account=True, **_CSV,
)  # fmt: skip
SONG_METRICS = Table(
    NAME, "song_metrics", "snapshot",
    required=("id", "trackName", "trackUri", "releaseDate", "imageUrl", "numStreams", "numListeners", "numSavers",
              "numCanvasViews", "isDisabled"),
    facts=("_name_artist_id", "_name_window"),
    needs_account=True,
)  # fmt: skip
CATALOGUE = Table(
    NAME, "catalogue", "snapshot",
    required=("kind", "id", "name"),
    optional=(
        "album_id", "type", "uri", "href", "external_urls", "external_ids", "artists", "images", "restrictions", "popularity",
        "followers", "genres",
        "album_type", "album_group", "total_tracks", "release_date", "release_date_precision", "label", "copyrights", "tracks",
        "album", "disc_number", "track_number", "duration_ms", "explicit", "is_local", "is_playable", "preview_url",
        "linked_from", "available_markets",
    ),
    facts=("_name_artist_id",),
    shared=True,
)  # fmt: skip
TABLES = (AUDIENCE_DAILY, SONG_DAILY, SONGS, PLAYLISTS, SONG_METRICS, CATALOGUE)


def read(export: Export) -> list[Part] | None:
    """Return the part of one answer; None for anything else. The artist and the song come from a CSV's name alone."""
    if export.kind == "json":
        found = song_metrics(export)
        return catalogue(export) if found is None else found
    if export.kind != "text":
        return None
    text = export.table
    if has_columns(text, AUDIENCE_DAILY.required):
        old, new = stated_by(OLD_AUDIENCE_NAME, export.name), stated_by(AUDIENCE_NAME, export.name)
        facts = {"_name_artist": new["artist"] if new else None, "_name_artist_id": old["id"] if old else None}
        return [Part(AUDIENCE_DAILY, text, account=account_of(*facts.values()), facts=facts)]
    for table in (SONGS, PLAYLISTS):
        if has_columns(text, table.required):
            stated = stated_by(TABLE_NAME, export.name)
            facts = {name: stated[name.removeprefix("_name_")] if stated else None for name in table.facts}
            return [Part(table, text, account=account_of(facts["_name_artist"]), facts=facts)]
    stated = stated_by(SONG_NAME, export.name)
    if stated and {name.strip().casefold() for name in text.columns} == {"date", "streams"}:
        song = stated["song"]
        return [Part(SONG_DAILY, text, facts={"_name_song": song}, limited_to=" ".join(song.upper().split()))]
    return None


def song_metrics(export: Export) -> list[Part] | None:
    """Return captured song metrics: one window's, bare or wrapped with its address, or a list of every window's.

    The window comes from the captured address, else from the name. Nothing of use where no window has a song.
    """
    import polars as pl

    answers = export.document if isinstance(export.document, list) else [export.document]
    stated = stated_by(METRICS_NAME, export.name)
    found: list[tuple[str | None, list[dict[str, Any]]]] = []
    for answer in answers:
        wrapped = answer if isinstance(answer, dict) and "url" in answer else {"data": answer, "url": ""}
        body, address = wrapped.get("data", wrapped), str(wrapped["url"])
        songs: list[dict[str, Any]] | None = body.get("songs") if isinstance(body, dict) else None
        is_own = "trackUri" in songs[0] if songs else songs == [] and (METRICS_ADDRESS in address or stated)
        if songs is None or not is_own:
            return None
        found.append((window_of(address) or (stated["period"] if stated else None), songs))
    if not found:
        return None
    rows = [song for _, songs in found for song in songs]
    if not rows:
        return []
    facts: dict[str, str | None] = {"_name_artist_id": stated["id"] if stated else None}
    frame = records_frame(rows, SONG_METRICS)
    if len(found) == 1:
        facts["_name_window"] = found[0][0]
    else:
        windows = pl.Series("_name_window", [window for window, songs in found for _ in songs], dtype=pl.String)
        frame = frame.with_columns(windows)
    return [Part(SONG_METRICS, frame, account=account_of(facts["_name_artist_id"]), facts=facts)]


def catalogue(export: Export) -> list[Part] | None:
    """Return an artist's catalogue: the artist, each album and, under it, each track that credits the artist."""
    answer = export.document
    if not isinstance(answer, dict) or not isinstance(answer.get("artist"), dict) or not isinstance(answer.get("albums"), list):
        return None
    artist, stated = answer["artist"], stated_by(CATALOGUE_NAME, export.name)
    rows = [{"kind": "artist"} | artist]
    for one in answer["albums"]:
        rows.append({"kind": "album"} | one["album"])
        rows += [{"kind": "track", "album_id": one["album"]["id"]} | track for track in one["tracks"]]
    facts = {"_name_artist_id": stated["id"] if stated else None}
    account = account_of(artist.get("name"), artist.get("id"), *facts.values())
    return [Part(CATALOGUE, records_frame(rows, CATALOGUE), account=account, facts=facts)]


def window_of(address: str) -> str | None:
    """Return the time filter that an address of song metrics asks for."""
    return parse_qs(urlsplit(address).query).get("time-filter", [None])[0]


def account_of(*stated: str | None) -> str | None:
    """Return the artist that names and ids stand for, by their spellings in the seeds."""
    found = [one for one in stated if one]
    return artist_account(*found) if found else None

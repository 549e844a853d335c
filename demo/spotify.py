"""Spotify for Artists: audience and song timelines, tables of a window, and captured song metrics."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from demo.label import FIRST_DAY, SPOTIFY, TRACKS, UNSEEDED_ARTIST_ID
from demo.truth import Series, Truth, between, newest_wins
from demo.writing import BOM, csv_text, write_json, write_text

HEADER = (
    "date", "listeners", "monthly listeners", "monthly active listeners", "super listeners", "streams", "playlist adds",
    "saves", "followers",
)  # fmt: skip
OLD_HEADER = ("date", "listeners", "streams", "followers")
NO_SUPER_LISTENERS = tuple(name for name in HEADER if name != "super listeners")
YEAR = (date(2025, 7, 3), date(2026, 7, 2))
EARLIER = (date(2025, 1, 1), date(2025, 12, 28))
BEFORE_THE_YEAR = (date(2025, 4, 18), date(2025, 7, 30))
LATE_PLAYS_FROM = date(2025, 12, 24)
PIG_ID = "0demo1987PIG1987Invent"


def write_spotify(folder: Path, truth: Truth) -> dict[str, int]:
    """Write every kind of export; return the live audience streams by artist."""
    pig, earlier_pig = artist_days(truth, "PIG1987", YEAR), artist_days(truth, "PIG1987", EARLIER)
    earlier_pig |= {day: streams * 9 // 10 for day, streams in earlier_pig.items() if day >= LATE_PLAYS_FROM}
    zone, iwary = artist_days(truth, "ZONE A0", YEAR), artist_days(truth, "IWARY", YEAR)
    unseeded = artist_days(truth, "XXMEATWARRIOR69XX", BEFORE_THE_YEAR)
    write_text(folder / "PIG1987-audience-timeline.csv", BOM + audience(HEADER, earlier_pig))
    write_text(folder / "PIG1987-audience-timeline (1).csv", BOM + audience(HEADER, pig))
    write_text(folder / "ZONE A0-audience-timeline.csv", audience(HEADER, zone, delimiter=";"))
    write_text(folder / "IWARY-audience-timeline.csv", BOM + audience(NO_SUPER_LISTENERS, iwary))
    write_text(folder / f"spotify_audience_{UNSEEDED_ARTIST_ID}_20250801_093000.csv", audience(OLD_HEADER, unseeded))
    for title in ("NEON DRIFT", "THE SOURCE"):
        played = between(truth.total((one for one in TRACKS if one.title == title), SPOTIFY), *YEAR)
        write_text(folder / f"{title}-timeline.csv", BOM + csv_text(("date", "streams"), played.items()))
    write_text(folder / "PIG1987-songs-1year.csv", BOM + songs_table(truth))
    write_text(folder / "PIG1987-playlists-1year.csv", BOM + playlists_table())
    write_metrics(folder, truth)
    return {
        "PIG1987": sum(newest_wins((earlier_pig, pig)).values()),
        "ZONE A0": sum(zone.values()),
        "IWARY": sum(iwary.values()),
        UNSEEDED_ARTIST_ID: sum(unseeded.values()),
    }


def artist_days(truth: Truth, artist: str, window: tuple[date, date]) -> Series:
    """An artist's streams by day: all songs of the artist's page, collaborations too, at both distributors."""
    return between(truth.total((one for one in TRACKS if artist in one.artist.split(" X ")), SPOTIFY), *window)


def audience(header: tuple[str, ...], streams: Series, delimiter: str = ",") -> str:
    """An audience timeline; levels and flows beside each other."""
    rows = []
    for day, played in streams.items():
        monthly = played * 30 // 4
        values = {
            "date": day,
            "listeners": played * 10 // 18,
            "monthly listeners": monthly,
            "monthly active listeners": monthly // 6,
            "super listeners": monthly // 130,
            "streams": played,
            "playlist adds": played // 32,
            "saves": played // 42,
            "followers": 1_500 + 2 * (day - FIRST_DAY).days - day.toordinal() * 7 % 5,
        }
        rows.append([values[name] for name in header])
    return csv_text(header, rows, delimiter=delimiter)


def songs_of_year(truth: Truth) -> list[tuple[str, str, int]]:
    """PIG1987's songs with release date and streams in the year."""
    found = [
        (one.title, str(one.released), sum(between(truth.track(one, SPOTIFY), *YEAR).values()))
        for one in TRACKS
        if one.artist == "PIG1987" and not one.ended
    ]
    return sorted(found, key=lambda one: -one[2])


def songs_table(truth: Truth) -> str:
    """The song table; its window is only in the file's name."""
    rows = [(title, played * 10 // 23, played, played // 42, released) for title, released, played in songs_of_year(truth)]
    return csv_text(("song", "listeners", "streams", "saves", "release_date"), rows)


def playlists_table() -> str:
    """The playlist table; a date may be missing in two ways."""
    rows = [
        ("Hard Techno Daily", "Example Curator", 812, 1904, "2025-11-02"),
        ("Warehouse, 4 AM", "Example Radio", 377, 640, "n/a"),
        ("On Repeat", "Spotify", 95, 411, "-"),
    ]
    return csv_text(("title", "author", "listeners", "streams", "date_added"), rows)


def write_metrics(folder: Path, truth: Truth) -> None:
    """Write captured song metrics: bare for the year, wrapped with their address for 28 days."""
    year = songs_of_year(truth)
    month = [(title, released, played // 13) for title, released, played in year]
    address = f"https://generic.wg.spotify.com/catalog-view/v1/artist/{PIG_ID}/songs?time-filter=28day"
    wrapped = {"data": metrics(month), "url": address, "status": 200, "timestamp": "2026-07-04T09:32:10.204Z"}
    write_json(folder / f"spotify_songs_{PIG_ID}_1year_20260704_093300.json", metrics(year))
    write_json(folder / f"spotify_songs_{PIG_ID}_28day_20260704_093210.json", wrapped)


def metrics(songs: list[tuple[str, str, int]]) -> dict[str, Any]:
    """The answer's songs; counts are text with commas, or empty."""
    rows = []
    for number, (title, released, played) in enumerate(songs, start=1):
        spotify_id = f"0demoTrack{number:02d}Invented00"
        rows.append({
            "id": spotify_id, "trackName": title, "trackUri": f"spotify:track:{spotify_id}",
            "releaseDate": released, "imageUrl": f"https://images.example.com/{number}.jpg",
            "numStreams": f"{played:,}", "numListeners": f"{played * 10 // 23:,}", "numSavers": str(played // 42),
            "numCanvasViews": "" if number == len(songs) else f"{played // 3:,}", "isDisabled": False,
        })  # fmt: skip
    return {"songs": rows}

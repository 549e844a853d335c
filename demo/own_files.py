"""The label's own files: the catalogue as a spreadsheet left it, and the predecessor's wide file of daily streams."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from demo.label import APPLE, DISTROKID, SPOTIFY, TOOLOST, TRACKS, Track, tracks_of
from demo.truth import Series, Truth, between
from demo.writing import csv_text, write_text

CATALOG_HEADER = ("artist", "title", "isrc", "upc", "release_date", "release_type", "royalty_percentage")
LEFT_OUT, HYPHENS, US_DATE, ROUNDED_UPC = 10, 5, 9, 4
TRAILING_BLANK_ROWS = 3

LEGACY_HEADER = ("date", "spotify_streams", "apple_streams", "combined_streams", "source")
LEGACY_FIRST = {DISTROKID: date(2024, 7, 1), TOOLOST: date(2024, 10, 4)}
LEGACY_LAST = date(2025, 2, 28)
DIRECT_FROM = {DISTROKID: date(2024, 12, 29), TOOLOST: date(2025, 1, 1)}
APPLE_UNKNOWN_BEFORE = date(2024, 8, 1)
WRONG_BY = 7


def write_catalog(folder: Path) -> None:
    """Write the catalogue with one recording missing and a spreadsheet's usual damage."""
    rows = [catalog_row(track) for track in TRACKS if track.number != LEFT_OUT]
    rows += [("",) * len(CATALOG_HEADER)] * TRAILING_BLANK_ROWS
    write_text(folder / "track_catalog_royalty_splits.csv", csv_text(CATALOG_HEADER, rows))


def catalog_row(track: Track) -> tuple[str, ...]:
    """One recording as the spreadsheet has it."""
    isrc, day = track.isrc, track.released
    return (
        track.artist,
        track.title,
        f"{isrc[:2]}-{isrc[2:5]}-{isrc[5:7]}-{isrc[7:]}" if track.number == HYPHENS else isrc,
        "1.99E+11" if track.number == ROUNDED_UPC else track.upc,
        f"{day.month}/{day.day}/{day.year}" if track.number == US_DATE else str(day),
        track.release_type.capitalize() if track.number == HYPHENS else track.release_type,
        str(track.share),
    )


def write_legacy(folder: Path, truth: Truth) -> dict[tuple[str, str], Series]:
    """Write the predecessor's file; return its series by source and platform.

    Where a direct extract covers the day its figures are a little off, so a build that prefers them is seen.
    """
    stated: dict[tuple[str, str], Series] = {}
    rows: list[tuple[str, ...]] = []
    for source, first in LEGACY_FIRST.items():
        spotify, apple = (
            {
                day: streams + (WRONG_BY if day >= DIRECT_FROM[source] else 0)
                for day, streams in between(truth.total(tracks_of(source), platform), first, LEGACY_LAST).items()
            }
            for platform in (SPOTIFY, APPLE)
        )
        apple = {day: plays for day, plays in apple.items() if day >= APPLE_UNKNOWN_BEFORE}
        stated |= {(source, SPOTIFY): spotify, (source, APPLE): apple}
        for day, streams in spotify.items():
            plays = apple.get(day)
            rows.append((str(day), str(streams), "" if plays is None else str(plays), str(streams + (plays or 0)), source))
    write_text(folder / "tidy_daily_streams.csv", csv_text(LEGACY_HEADER, sorted(rows)))
    return stated

"""TooLost: the portal's analytics answers, a pair for each year, and a sales report with an invented header."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from demo.label import APPLE, SPOTIFY, TOOLOST, tracks_of
from demo.truth import Series, Truth, between, days, month_of, newest_wins
from demo.writing import csv_text, write_json, write_text

CAPTURES = (date(2025, 12, 31), date(2026, 7, 4))
SPOTIFY_BEHIND, APPLE_BEHIND = 2, 4
DISCOVERY_FROM, DISCOVERY_BEHIND = "2025-04", 20
QUIET_DAYS = (date(2025, 4, 13), date(2025, 8, 2), date(2026, 2, 11))
COUNTRIES = {"US": 0.44, "DE": 0.2, "GB": 0.14, "PL": 0.08, "NL": 0.05, "NA": 0.02}
FEE = Decimal("0.00105")
SALES_HEADER = (
    "Statement Period", "Sale Period", "Store", "Country", "Artist", "Release", "UPC", "Track", "ISRC",
    "Usage Type", "Quantity", "Gross Amount", "Net Amount", "Currency",
)  # fmt: skip


def write_toolost(folder: Path, truth: Truth) -> dict[str, Series]:
    """Write both platforms' answers for `date=thisYear` and a sales report; return each live daily series."""
    shown: dict[str, list[Series]] = {SPOTIFY: [], APPLE: []}
    for capture in CAPTURES:
        rng = truth.random(f"toolost/{capture}")
        stamp = f"{capture:%Y%m%d}_0915"
        first = date(capture.year, 1, 1)
        spotify = between(truth.total(tracks_of(TOOLOST), SPOTIFY), first, capture - timedelta(days=SPOTIFY_BEHIND))
        shown[SPOTIFY].append(spotify)
        write_json(folder / f"toolost_spotify_{stamp}00.json", spotify_answer(rng, spotify, capture), indent=2)
        last = capture - timedelta(days=APPLE_BEHIND)
        by_track = {
            track.number: {day: n for day, n in between(truth.track(track, APPLE), first, last).items() if day not in QUIET_DAYS}
            for track in tracks_of(TOOLOST)
        }
        apple = {day: sum(one.get(day, 0) for one in by_track.values()) for day in days(first, last) if day not in QUIET_DAYS}
        shown[APPLE].append(apple)
        write_json(folder / f"toolost_apple_{stamp}40.json", apple_answer(rng, apple, by_track), indent=2)
    write_text(folder / "05-2026-12345.csv", sales_report(truth))
    return {platform: newest_wins(extracts) for platform, extracts in shown.items()}


def spotify_answer(rng: Random, series: Series, capture: date) -> dict[str, Any]:
    """Daily streams as text, in no order; discovery months appear weeks after their end."""
    months: dict[str, int] = {}
    for day, streams in series.items():
        months[month_of(day)] = months.get(month_of(day), 0) + streams
    discovery = [
        {"date": f"{month}-01", "streams": str(streams // 4), "fees": f"{streams // 4 * FEE:.8f}"}
        for month, streams in months.items()
        if DISCOVERY_FROM <= month < month_of(capture - timedelta(days=DISCOVERY_BEHIND))
    ]
    listed = [{"date": str(day), "streams": str(streams)} for day, streams in series.items()]
    rng.shuffle(listed)
    return {"streams": listed, "discovery": discovery}


def apple_answer(rng: Random, series: Series, by_track: dict[int, Series]) -> dict[str, Any]:
    """Daily plays as numbers, Shazams as text, and totals by recording and country that add up to the same sum."""
    total = sum(series.values())
    listed = [{"date": str(day), "streams": streams} for day, streams in series.items()]
    rng.shuffle(listed)
    shazams = [{"date": str(day), "streams": str(rng.randint(1, 4))} for day in rng.sample(sorted(series), 20)]
    tracks = [
        {
            "isrc": track.isrc,
            "streams": sum(by_track[track.number].values()),
            "track": track.title,
            "release": "THE ARCHIVE" if track.release_type == "album" else track.title,
            "cover": f"https://images.example.com/covers/{track.upc}.jpg",
        }
        for track in tracks_of(TOOLOST)
        if by_track[track.number]
    ]
    countries = {code: int(total * part) for code, part in COUNTRIES.items()}
    countries["FR"] = total - sum(countries.values())
    return {
        "totalStreams": listed,
        "totalShazam": shazams,
        "tracksTotal": sorted(tracks, key=lambda one: -one["streams"]),
        "countryTotal": [
            {"country": code, "streams": streams} for code, streams in sorted(countries.items(), key=lambda one: -one[1])
        ],
        "streamTotal": total,
    }


def sales_report(truth: Truth) -> str:
    """A report with an invented header: it lands as text and feeds no figure."""
    rows = []
    for track in tracks_of(TOOLOST):
        for country in COUNTRIES:
            quantity = max(1, truth.month(track, SPOTIFY, "2026-03") // 10)
            gross = quantity * Decimal("0.0037")
            rows.append((
                "05-2026", "2026-03", "Spotify", country, track.artist, track.title, track.upc, track.title, track.isrc,
                "Subscription", quantity, f"{gross:.6f}", f"{gross * Decimal('0.85'):.6f}", "USD",
            ))  # fmt: skip
    return csv_text(SALES_HEADER, rows)

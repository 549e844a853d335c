"""DistroKid's two statistics pages as a browser saves them: charts in scripts, and much around them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from demo.label import APPLE, DISTROKID, DISTROKID_EMAIL, SPOTIFY, tracks_of
from demo.truth import Series, Truth, between, newest_wins
from demo.writing import MONTHS, write_text

CAPTURES = (date(2025, 12, 30), date(2026, 3, 31), date(2026, 7, 4))
SHOWN_DAYS, BEHIND_DAYS = 365, 2
REVISED_DAYS, PARTIAL = 6, 0.35
SONG, ALBUM = 70_000_000, 1_000_000
OPTIONS = {"downloads": "iTunes + Amazon sales", "streams": "Spotify streams", "applemusic": "Apple Music plays"}
DIMENSIONS: dict[str, tuple[float, dict[str, float]]] = {
    "devices1year": (0.93, {"Mobile": 0.86, "Desktop": 0.1, "Other": 0.04}),
    "sources1year": (
        0.88,
        {"Library": 0.45, "Search": 0.2, "Discovery": 0.2, "Other": 0.08, "Now Playing": 0.05, "MusicKit": 0.02},
    ),
    "types1year": (0.81, {"Playlist": 0.5, "Single Track": 0.25, "Album": 0.15, "Radio station": 0.1}),
    "listening1year": (0.9, {"Complete": 0.6, "Manually Changed": 0.2, "Skip": 0.12, "Paused": 0.05, "Other": 0.03}),
    "offline1year": (0.92, {"Online": 0.83, "Offline": 0.17}),
    "gender1year": (0.4, {"Male": 1.0}),
    "age1year": (0.35, {"18-24": 0.4, "25-34": 0.45, "35-44": 0.15}),
}
SHOWN_COUNTRIES = {"US": 0.41, "GB": 0.13, "DE": 0.1, "CA": 0.07, "AU": 0.05, "MX": 0.04}


def write_pages(folder: Path, truth: Truth) -> dict[str, Series]:
    """Write both pages of each capture; return what is live of each platform's daily series."""
    return {
        SPOTIFY: write_captures(folder, truth, SPOTIFY, "streams_stats", streams_page),
        APPLE: write_captures(folder, truth, APPLE, "applemusic_stats", apple_page),
    }


def write_captures(folder: Path, truth: Truth, platform: str, name: str, page: Callable[[Series, Truth, date], str]) -> Series:
    """Write one page's captures: 365 days each, ending two days before, a few values still to be revised."""
    rng = truth.random(f"distrokid/{platform}")
    everything = truth.total(tracks_of(DISTROKID), platform)
    shown: list[Series] = []
    for capture in CAPTURES:
        last = capture - timedelta(days=BEHIND_DAYS)
        series = between(everything, last - timedelta(days=SHOWN_DAYS - 1), last)
        if capture != CAPTURES[-1]:
            series |= revised(rng, series)
        if platform == APPLE:
            series[last] = int(series[last] * PARTIAL)
        shown.append(series)
        write_text(folder / f"{name}_{capture:%Y%m%d}_081500.html", page(series, truth, capture))
    return newest_wins(shown)


def revised(rng: Random, series: Series) -> Series:
    """A few days of the last two months as they stood before they were revised."""
    chosen = rng.sample(sorted(series)[-60:-1], REVISED_DAYS)
    return {day: max(0, series[day] - 1 - series[day] // 50) for day in chosen}


def streams_page(series: Series, truth: Truth, capture: date) -> str:
    """The page of Spotify estimates: four AmCharts, and the drawings whose labels repeat the figures."""
    last_sixty = dict(sorted(series.items())[-60:])
    charts = {
        "trendWeekly": summed(series, lambda day: day - timedelta(days=day.weekday())),
        "trendMonthly": summed(series, lambda day: day.replace(day=1)),
        "trend60day": last_sixty,
        "trend365day": series,
    }
    trailing = "," if capture == CAPTURES[0] else ""
    body = "\n".join(chart(name, values, trailing) for name, values in charts.items())
    return page("SPOTIFY ESTIMATES", body)


def chart(name: str, values: Series, trailing: str) -> str:
    """One chart: its drawing with spoken labels first, then the script with its data."""
    labels = "".join(
        f'<circle r="1" aria-label="{name} {MONTHS[day.month - 1]} {day.day}, {day.year} {value:,}"></circle>'
        for day, value in values.items()
    )
    items = ",".join(f'{{"category": "{day}","column-1": {value}}}' for day, value in values.items())
    return f"""<div id="{name}" class="chart"><svg role="group" aria-label="{name}">{labels}</svg></div>
<script>
var {name} = AmCharts.makeChart("{name}",
{{
"type": "serial",
"categoryField": "category",
"dataDateFormat": "YYYY-MM-DD",
"graphs": [{{"id": "AmGraph-1", "valueField": "column-1", "balloonText": "[[category]] [[value]]"}}],
"dataProvider": [
{items}{trailing}
]
}}
);
</script>"""


def summed(series: Series, start_of: Callable[[date], date]) -> Series:
    """Sums by week or month; the first period is named by the first day shown."""
    sums: Series = defaultdict(int)
    first = min(series)
    for day, value in series.items():
        sums[max(first, start_of(day))] += value
    return dict(sums)


def apple_page(series: Series, truth: Truth, capture: date) -> str:
    """The page of Apple Music estimates: one object with every breakdown."""
    total = sum(series.values())
    weeks: dict[str, int] = defaultdict(int)
    months: dict[str, int] = defaultdict(int)
    for day, value in series.items():
        year, week, _ = day.isocalendar()
        weeks[f"{week:02d}/{year % 100:02d}"] += value
        months[f"{day.month:02d}-{day.year % 100:02d}"] += value
    tracks: list[tuple[str, int, int]] = []
    for track in tracks_of(DISTROKID):
        plays = sum(between(truth.track(track, APPLE), min(series), max(series)).values())
        if plays:
            tracks.append((track.title, SONG + track.number, plays))
    tracks.sort(key=lambda one: -one[2])
    data: dict[str, Any] = {
        "last365days": provider([{"field": str(day), "value": value} for day, value in series.items()]),
        "byWeek": provider([{"field": week, "value": value} for week, value in weeks.items()]),
        "byMonth": provider([{"field": month, "value": value} for month, value in months.items()]),
        "tracks1year": provider([{"field": title, "id": one, "value": value} for title, one, value in tracks]),
        "albums1year": provider([{"field": title, "id": one + ALBUM, "value": value} for title, one, value in tracks]),
        "country1year": provider([{"field": code, "value": int(total * part)} for code, part in SHOWN_COUNTRIES.items()]),
    }
    for name, (known, parts) in DIMENSIONS.items():
        items = [
            {"field": label, "id": place, "value": int(total * known * part)} for place, (label, part) in enumerate(parts.items())
        ]
        data[name] = provider(items)
    data["playlists1year"] = provider([])
    script = f"<script>\nvar chartData = {json.dumps(data, separators=(',', ':'))};\n</script>"
    return page("APPLE MUSIC ESTIMATES", script)


def provider(items: list[dict[str, Any]]) -> dict[str, Any]:
    """One chart of the Apple page, with the styling that comes along."""
    return {
        "isEmpty": 0 if items else 1,
        "categoryField": "field",
        "dataDateFormat": "YYYY-MM-DD",
        "graphs": [{"type": "column", "valueField": "value", "fillColors": "#fa2d48"}],
        "dataProvider": items,
        "total": sum(item["value"] for item in items),
    }


def page(heading: str, body: str) -> str:
    """The page around the charts: who is logged in, and pull-downs with nothing selected."""
    kinds = "\n".join(f'<option value="{value}">{label}</option>' for value, label in OPTIONS.items())
    songs = "\n".join(
        f'<option value="{track.isrc}" id="{SONG + track.number}" upc="{track.upc}" '
        f'class="statsAborted{"true" if track.ended else "false"}">{track.title}</option>'
        for track in tracks_of(DISTROKID)
    )
    albums = "\n".join(
        f'<option value="{track.upc}" id="{SONG + ALBUM + track.number}" songs="1">{track.title}</option>'
        for track in tracks_of(DISTROKID)
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Stats - DistroKid</title>
</head>
<body>
<header><a href="/mymusic">My Music</a> <a href="/bank">Bank</a> <span class="account">{DISTROKID_EMAIL}</span></header>
<select id="trendingDownloadsorStreams">
{kinds}
</select>
<select id="trendingMasterSelect">
<option value="all">All albums &amp; tracks</option>
<option value="track">Track</option>
<option value="album">Album</option>
</select>
<select class="trendingFilterTracks">
{songs}
</select>
<select class="trendingFilterAlbums">
{albums}
</select>
<h2>{heading}</h2>
{body}
</body>
</html>
"""

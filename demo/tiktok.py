"""TikTok Studio: Overview and Followers zips of two handles, days without a year."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from demo.label import HANDLES
from demo.totals import TikTokTotals
from demo.truth import Truth, days, newest_wins
from demo.writing import BOM, MONTHS, csv_text, write_zip

HEADER = ("Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares")
NEW_FOLLOWERS_HANDLE, LATE_HANDLE, LATE_START = HANDLES[0], HANDLES[1], date(2025, 3, 14)
UNKNOWN_VIEWS_DAY = date(2025, 5, 20)
PARTIAL_TENTHS = 3
FOLLOWERS_ZIP_AT, HISTORY_LAST = datetime(2026, 7, 4, 10, 31, 8), date(2026, 7, 3)
HISTORY_DAYS = {HANDLES[0]: 365, HANDLES[1]: 60}
FOLLOWERS_AT_START = {HANDLES[0]: 9_400, HANDLES[1]: 2_150}
TERRITORIES = {"US": "0.3871", "GB": "0.1204", "DE": "0.0933", "BR": "0.0712", "Others": "0.328"}


@dataclass(frozen=True)
class Day:
    """One day of a handle; views None where the export says NaN, new followers None where it doesn't say."""

    views: int | None
    profile_views: int
    likes: int
    comments: int
    shares: int
    new_followers: int | None


@dataclass(frozen=True)
class OverviewExport:
    """One download of 365 days: its last day, the epoch in its name and the time stored in the zip."""

    last: date
    given: datetime
    stored: datetime


EXPORTS = (
    OverviewExport(date(2025, 12, 30), datetime(2025, 12, 30, 17, 40, tzinfo=UTC), datetime(2025, 12, 31, 18, 2, 10)),
    OverviewExport(date(2026, 7, 3), datetime(2026, 7, 3, 18, 5, tzinfo=UTC), datetime(2026, 7, 4, 18, 41, 44)),
)
FIRST_DAY = EXPORTS[0].last - timedelta(days=364)


def write_tiktok(folder: Path, truth: Truth) -> dict[str, TikTokTotals]:
    """Write both handles' zips; return what is live of each."""
    return {handle: write_handle(folder, truth, handle) for handle in HANDLES}


def write_handle(folder: Path, truth: Truth, handle: str) -> TikTokTotals:
    """Write one handle's two overviews and its followers."""
    happened = happened_days(truth, handle)
    shown: list[dict[date, Day]] = []
    for export in EXPORTS:
        window = {day: happened[day] for day in days(export.last - timedelta(days=364), export.last)}
        window[export.last] = partial(window[export.last])
        with_followers = handle == NEW_FOLLOWERS_HANDLE and export == EXPORTS[-1]
        if not with_followers:
            window = {day: replace(one, new_followers=None) for day, one in window.items()}
        shown.append(window)
        epoch = int(export.given.timestamp()) + HANDLES.index(handle) * 95
        name = f"Overview_{min(window)}_{epoch}_{handle}.zip"
        write_zip(folder / name, export.stored, {"Overview.csv": overview(window, with_followers)})
    history = {
        day: happened[day].new_followers or 0
        for day in days(HISTORY_LAST - timedelta(days=HISTORY_DAYS[handle] - 1), HISTORY_LAST)
    }
    write_followers(folder, truth, handle, history)
    return totals(newest_wins(shown), history)


def happened_days(truth: Truth, handle: str) -> dict[date, Day]:
    """What happened on every day; all zeros before a handle's first activity."""
    rng = truth.random(f"tiktok/{handle}")
    size = 1500 if handle == NEW_FOLLOWERS_HANDLE else 600
    found: dict[date, Day] = {}
    for day in days(FIRST_DAY, EXPORTS[-1].last):
        views = int(size * rng.uniform(0.4, 1.3) * (8 if rng.random() < 0.03 else 1))
        one = Day(
            views, views // rng.randint(40, 70), views // rng.randint(9, 16), views // rng.randint(150, 260),
            views // rng.randint(200, 400), views // 120 - rng.randint(0, 9),
        )  # fmt: skip
        if handle == LATE_HANDLE:
            one = Day(0, 0, 0, 0, 0, 0) if day < LATE_START else one
            one = replace(one, views=None) if day == UNKNOWN_VIEWS_DAY else one
        found[day] = one
    return found


def partial(day: Day) -> Day:
    """A window's last day: not over yet."""
    return replace(
        day,
        views=(day.views or 0) * PARTIAL_TENTHS // 10,
        profile_views=day.profile_views * PARTIAL_TENTHS // 10,
        likes=day.likes * PARTIAL_TENTHS // 10,
        comments=day.comments * PARTIAL_TENTHS // 10,
        shares=day.shares * PARTIAL_TENTHS // 10,
    )


def overview(window: dict[date, Day], with_followers: bool) -> str:
    """Overview.csv: every field quoted, LF between lines and none at the end."""
    rows = []
    for day, one in window.items():
        row = [
            english_day(day),
            "NaN" if one.views is None else one.views,
            one.profile_views,
            one.likes,
            one.comments,
            one.shares,
        ]
        rows.append([*row, one.new_followers] if with_followers else row)
    return quoted((*HEADER, "New followers") if with_followers else HEADER, rows)


def write_followers(folder: Path, truth: Truth, handle: str, history: dict[date, int]) -> None:
    """Write the Followers zip; only its entries' time says the year."""
    rng = truth.random(f"tiktok/{handle}/followers")
    level, levels = FOLLOWERS_AT_START[handle], []
    for day, difference in history.items():
        level += difference
        levels.append((english_day(day), level, difference))
    last_week = days(HISTORY_LAST - timedelta(days=6), HISTORY_LAST)
    activity = [(english_day(day), hour, level * rng.randint(5, 30) // 100) for day in last_week for hour in range(24)]
    members = {
        "FollowerHistory.csv": quoted(("Date", "Followers", "Difference in followers from previous day"), levels),
        "FollowerActivity.csv": quoted(("Date", "Hour", "Active followers"), activity),
        "FollowerGender.csv": quoted(("Gender", "Distribution"), [("Male", "0.6812"), ("Female", "0.3017"), ("Other", "0.0171")]),
        "FollowerTopTerritories.csv": quoted(("Top territories", "Distribution"), list(TERRITORIES.items())),
    }
    write_zip(folder / f"Followers_{handle}.zip", FOLLOWERS_ZIP_AT, members)


def quoted(header: tuple[str, ...], rows: list[Any]) -> str:
    """TikTok's dialect of CSV."""
    return BOM + csv_text(header, rows, quoting=csv.QUOTE_ALL).removesuffix("\n")


def english_day(day: date) -> str:
    """A day without its year, as the English interface writes it: `May 28`."""
    return f"{MONTHS[day.month - 1]} {day.day}"


def totals(live: dict[date, Day], history: dict[date, int]) -> TikTokTotals:
    """Sums over the days that are live."""
    in_overview = {day: one.new_followers for day, one in live.items() if one.new_followers is not None}
    known = history | in_overview
    return TikTokTotals(
        days=len(live),
        video_views=sum(one.views or 0 for one in live.values()),
        video_views_known_days=sum(one.views is not None for one in live.values()),
        profile_views=sum(one.profile_views for one in live.values()),
        likes=sum(one.likes for one in live.values()),
        comments=sum(one.comments for one in live.values()),
        shares=sum(one.shares for one in live.values()),
        new_followers=sum(known.values()),
        new_followers_known_days=len(known),
        new_followers_in_overview=sum(in_overview.values()),
    )

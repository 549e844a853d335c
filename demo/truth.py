"""What really happened, day by day: the streams that every platform then tells in its own way."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from demo.label import APPLE, FIRST_DAY, LAST_DAY, SPOTIFY, TRACKS, Track

Series = dict[date, int]
V = TypeVar("V")
WEEKDAYS = (1.0, 0.97, 0.98, 1.0, 1.12, 1.15, 1.05)
APPLE_SHARE = 0.22


class Truth:
    """The label's days for one seed and scale. Chance comes from named generators: no part disturbs another."""

    def __init__(self, seed: int, scale: int) -> None:
        self.seed = seed
        self.scale = scale

    def random(self, name: str) -> random.Random:
        """A generator of its own for each name."""
        return random.Random(f"{self.seed}/{name}")

    @cached_property
    def _series(self) -> dict[tuple[int, str], Series]:
        return {(track.number, platform): self._played(track, platform) for track in TRACKS for platform in (SPOTIFY, APPLE)}

    def _played(self, track: Track, platform: str) -> Series:
        rng = self.random(f"streams/{track.number}/{platform}")
        size = track.daily * self.scale * (APPLE_SHARE if platform == APPLE else 1)
        played: Series = {}
        for day in days(max(FIRST_DAY, track.released), min(LAST_DAY, track.ended or LAST_DAY)):
            freshness = 0.35 + 0.65 * math.exp(-(day - track.released).days / 100)
            played[day] = max(1, round(size * freshness * WEEKDAYS[day.weekday()] * rng.uniform(0.88, 1.12)))
        return played

    def track(self, track: Track, platform: str) -> Series:
        """A recording's streams on a platform, by day."""
        return self._series[track.number, platform]

    def total(self, tracks: Iterable[Track], platform: str) -> Series:
        """Several recordings' streams on a platform, by day."""
        summed: Series = {}
        for track in tracks:
            for day, streams in self.track(track, platform).items():
                summed[day] = summed.get(day, 0) + streams
        return dict(sorted(summed.items()))

    def month(self, track: Track, platform: str, month: str) -> int:
        """A recording's streams on a platform in one month (`2025-01`)."""
        return self._months.get((track.number, platform, month), 0)

    @cached_property
    def _months(self) -> dict[tuple[int, str, str], int]:
        months: dict[tuple[int, str, str], int] = {}
        for (number, platform), series in self._series.items():
            for day, streams in series.items():
                key = (number, platform, month_of(day))
                months[key] = months.get(key, 0) + streams
        return months


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def month_of(day: date) -> str:
    """The month of a day as text."""
    return f"{day.year}-{day.month:02d}"


def later_month(month: str, months: int) -> str:
    """The month so many months after another."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 + months
    return f"{number // 12}-{number % 12 + 1:02d}"


def between(series: Series, first: date, last: date) -> Series:
    """The part of a series from one day to another."""
    return {day: value for day, value in series.items() if first <= day <= last}


def newest_wins(extracts: Iterable[dict[date, V]]) -> dict[date, V]:
    """Merge extracts, oldest first: each replaces every day between its own first and last."""
    merged: dict[date, V] = {}
    for extract in extracts:
        first, last = min(extract), max(extract)
        merged = {day: value for day, value in merged.items() if not first <= day <= last} | extract
    return dict(sorted(merged.items()))

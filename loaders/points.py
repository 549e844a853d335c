"""Points of a series: whether they are days, or weeks and months that a platform shows in the place of days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from loaders.errors import SourceFormatError
from loaders.tables import Table

WEEK = 7


def refuse_coarse(days: list[date], table: Table, file_name: str) -> None:
    """Raise SourceFormatError where the points of a daily table are weeks or months apart."""
    step = step_of(sorted(set(days)), table.daily_from) if table.daily_from else None
    if step:
        raise SourceFormatError(
            f"{file_name}: the points of {table.label} are {step}, not days: {', '.join(map(str, sorted(set(days))[:3]))} … "
            "Choose days on the page, and save it again."
        )


def step_of(days: list[date], least: int) -> str | None:
    """Return `weeks` or `months` where so many days or more, in order, are such points; None where they can be days.

    A series of weeks or months may begin on the day of its first event, so the first point may be any day.
    """
    for points in (days, days[1:]):
        if len(points) >= least:
            if all(one.day == 1 for one in points) or all(is_last_of_month(one) for one in points):
                return "months"
            if all((after - before).days % WEEK == 0 for before, after in pairwise(points)):
                return "weeks"
    return None


def is_last_of_month(day: date) -> bool:
    """Say whether a day is the last of its month."""
    return (day + timedelta(days=1)).day == 1

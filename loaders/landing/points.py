"""Points of a series: whether they are days, or weeks and months that a platform shows in the place of days."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import chain, groupby, pairwise
from operator import itemgetter

from common.errors import ReplacementError, SourceFormatError
from loaders.landing.tables import Table

WEEK = 7
SHORTEST_MONTH = 28
EVERY_DAY = 2  # `daily_from` of a table whose platform sends every day
BY_CHANCE = 1 / WEEK**2  # an account with gaps of its own is asked about once in so many times, at most


def refuse_coarse(days: list[date], table: Table, file_name: str) -> None:
    """Raise SourceFormatError where the points of a daily table, in order, are weeks or months apart."""
    step = step_of(days, table.daily_from)
    if step:
        raise SourceFormatError(
            f"{file_name}: the points of {table.label} are {step}, not days: {', '.join(map(str, days[:3]))} … "
            "Choose days on the page, and save it again."
        )


def ask_about_mixed(days: list[date], known: Iterable[list[date]], table: Table, file_name: str) -> None:
    """Raise ReplacementError where some points of a daily table, in order, are days, and some are weeks or months apart.

    A person can accept it, where the days between are missing. Gaps between days that the account has stated before (`known`,
    by extract) are not asked about again.
    """
    found = coarse_part(days, table.daily_from)
    found = found and coarse_part(days, table.daily_from, frozenset(chain.from_iterable(known)))
    if found:
        step, first, last = found
        raise ReplacementError(
            f"{file_name}: the points of {table.label} from {first} to {last} are {step} apart, the others days. "
            "Choose days on the page, and save it again; if the days between are missing, `python cli.py quarantine accept ID`."
        )


def step_of(days: list[date], least: int) -> str | None:
    """Return `weeks` or `months` where so many days or more, in order, are such points; None where they can be days.

    A series of weeks or months may begin on the day of its first event, so the first point may be any day.
    """
    for points in (days, days[1:]):
        if len(points) >= least:
            if all(one.day == 1 for one in points) or all(is_last_of_month(one) for one in points):
                return "months"
            if all(are_weeks_apart(*both) for both in pairwise(points)):
                return "weeks"
    return None


def coarse_part(days: list[date], least: int, known: frozenset[date] = frozenset()) -> tuple[str, date, date] | None:
    """Return `weeks` or `months`, first and last point of a part of a series whose points are such; None where there is none.

    Where a platform sends every day, one such gap is enough. Else days without an event are gaps, too, so there must be two
    in a row, and more in a series that has many gaps: as many as would hardly follow each other by chance.
    """
    pairs = list(pairwise(days))
    for step, is_step in STEPS.items():
        judged = [(is_step(*both) and not known.issuperset(both), both) for both in pairs]
        for is_coarse, run in groupby(judged, itemgetter(0)):
            part = [both for _, both in run]
            if is_coarse and (least <= EVERY_DAY or (len(part) > 1 and is_no_chance(part, pairs))):
                return step, part[0][0], part[-1][1]
    return None


def is_no_chance(part: list[tuple[date, date]], pairs: list[tuple[date, date]]) -> bool:
    """Say whether so many gaps of whole weeks in a row are no chance, by how dense the other points are."""
    others = [(after - before).days for before, after in pairs if (before, after) not in part]
    empty = 1 - len(others) / sum(others) if others else 1 - 1 / WEEK
    one_gap = (1 - empty) * empty ** (WEEK - 1) / (1 - empty**WEEK)
    return len(pairs) * one_gap ** len(part) < BY_CHANCE


def are_weeks_apart(before: date, after: date) -> bool:
    """Say whether whole weeks lie between two days."""
    return (after - before).days % WEEK == 0


def are_months_apart(before: date, after: date) -> bool:
    """Say whether two days are firsts or lasts of different months."""
    both = (before, after)
    return (after - before).days >= SHORTEST_MONTH and (all(one.day == 1 for one in both) or all(map(is_last_of_month, both)))


def is_last_of_month(day: date) -> bool:
    """Say whether a day is the last of its month."""
    return (day + timedelta(days=1)).day == 1


STEPS: dict[str, Callable[[date, date], bool]] = {"weeks": are_weeks_apart, "months": are_months_apart}

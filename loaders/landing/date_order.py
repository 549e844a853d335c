"""Day or month first: what `5/3/2025` means. One order holds for all dates of a file, and it is never guessed.

A table whose source documents one order (banks: month first) is read in it. Where the order depends on the account's
language, the dates of the file decide together. Where they contradict each other, or can't decide, a person does: `--dates`.
The same rows never land in both orders.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from common.errors import SourceFormatError
from loaders.landing.exports import Export
from loaders.landing.tables import DATE_ORDER, DAY_FIRST, IN_DAY_FIRST, ISO_DAY, MONTH_FIRST, US_DAY, US_SHORT_DAY, Table
from loaders.landing.timeline import Entry

if TYPE_CHECKING:
    import polars as pl

ORDERS = (DAY_FIRST, MONTH_FIRST)
ASK = f"Say which with `--dates {DAY_FIRST}` or `--dates {MONTH_FIRST}`"
LIKELY_DAY = 12
WRITTEN = re.compile(r"(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})(?!\d)")
TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)? *([AaPp][Mm]|Z|[+-]\d{2}:?\d{2})?$")
NAMED_DAY = re.compile(r"(?P<name>[A-Za-z]{3,9})-(?P<day>\d{1,2})-(?P<year>\d{4})|(?P<iso>\d{4}-\d{2}-\d{2})")

Range = tuple[date, date]


def facts_of(order: str | None) -> dict[str, str | None]:
    """Return the column that says that dates are day first; none where they are read as ever."""
    return {DATE_ORDER: order} if order == DAY_FIRST else {}


def other_facts(facts: dict[str, str | None]) -> dict[str, str | None]:
    """Return a part's facts as they were if its dates were read in the other order."""
    others = {name: value for name, value in facts.items() if name != DATE_ORDER}
    return others if facts.get(DATE_ORDER) else others | facts_of(DAY_FIRST)


def refuse_other_reading(entry: Entry, table: Table, landed: list[Entry], other_hash: str) -> None:
    """Raise SourceFormatError where the same rows, or the same file, landed with their dates read in the other order.

    landed: the account's extracts; other_hash: the content hash that the rows have in the other order.
    """
    order, other = ORDERS if entry.date_order == DAY_FIRST else reversed(ORDERS)
    for one in landed:
        is_same_file = one.file_sha256 == entry.file_sha256 and (one.date_order == DAY_FIRST) == (other == DAY_FIRST)
        if one.path and (one.content_hash == other_hash or is_same_file):
            raise SourceFormatError(
                f"{entry.file_name}: {table.label} of {entry.account}: the same rows landed with their dates read {other} "
                f"({one.extract_id}). If {order} is right, first `python cli.py withdraw {one.extract_id}`, then land it again "
                f"with `--dates {order}`."
            )


def ranges_in(table: Table, frame: pl.DataFrame) -> list[tuple[str | None, ...]]:
    """Return the different texts of the columns with dates, row by row."""
    return [tuple(row) for row in frame.select(name for name in table.dates if name in frame.columns).unique().rows()]


def pairs_in(ranges: list[tuple[str | None, ...]]) -> dict[str, tuple[int, int]]:
    """Return the first two numbers of each text that is a day or a month first, in order of the texts."""
    texts = sorted({(text or "").strip() for row in ranges for text in row})
    return {text: (int(found[1]), int(found[2])) for text in texts if (found := WRITTEN.match(text))}


def assumption(export: Export, table: Table, frame: pl.DataFrame) -> str:
    """Return what to say of dates that are read month first as their source writes them, and that could be day first too.

    Blank where a person said the order, a value over 12 shows it, or both orders are the same days.
    """
    pairs = pairs_in(ranges_in(table, frame))
    days = [day for text in pairs if (day := day_of(text, MONTH_FIRST))]
    if export.dates or not days or any(max(pair) > LIKELY_DAY for pair in pairs.values()):
        return ""
    if all(first == second for first, second in pairs.values()):
        return ""
    first_day, last_day = span(days)
    return f"dates read month first: {first_day} to {last_day}; --dates {DAY_FIRST} if that is wrong"


def order_of(export: Export, table: Table, frame: pl.DataFrame) -> str | None:
    """Return the order that was asked for, or that dates are day first; None where they are month first, or the same in both.

    Raises SourceFormatError where the dates contradict the source's order or each other, or can't decide.
    """
    ranges = ranges_in(table, frame)
    pairs = pairs_in(ranges)
    if all(first == second for first, second in pairs.values()):
        return None
    if export.dates:
        return export.dates
    day_first = [text for text, (first, second) in pairs.items() if first > LIKELY_DAY >= second]
    month_first = [text for text, (first, second) in pairs.items() if second > LIKELY_DAY >= first]
    if day_first and (month_first or table.date_order == MONTH_FIRST):
        against = f"{month_first[0]} is month first" if month_first else f"{table.label} writes the month first"
        raise SourceFormatError(f"{export.file_name}: {against}, but {day_first[0]} can only be day first. {ASK}.")
    if day_first:
        return DAY_FIRST
    if month_first or table.date_order == MONTH_FIRST:
        return None
    return decided(export, table, ranges)


def decided(export: Export, table: Table, rows: list[tuple[str | None, ...]]) -> str | None:
    """Return the order in which the days are those that the file's name states, or follow each other without a gap.

    Raises SourceFormatError, with both readings, where that holds of both orders or of none.
    """
    texts = sorted({(text or "").strip() for row in rows for text in row})
    readings = {order: [day for text in texts if (day := day_of(text, order))] for order in ORDERS}
    fits = [order for order in ORDERS if readings[order] and named_range(export.name) == span(readings[order])]
    if len(fits) != 1 and table.dates_follow:
        fits = [order for order in ORDERS if is_gapless(ranges_of(rows, order))]
    if len(fits) != 1:
        told = " or ".join(
            f"{first:%-d %B %Y} to {last:%-d %B %Y} ({order})" for order in ORDERS for first, last in [span(readings[order])]
        )
        raise SourceFormatError(f"{export.file_name}: the dates of {table.label} are {told}, and nothing in it decides. {ASK}.")
    return fits[0] if fits[0] == DAY_FIRST else None


def span(days: Iterable[date]) -> Range:
    """Return the first and the last of some days."""
    found = sorted(days)
    return found[0], found[-1]


def named_range(name: str) -> Range | None:
    """Return the two days that a file's name states (`…-May-1-2025-May-31-2025.csv`); None where it states no two."""
    days = []
    for found in NAMED_DAY.finditer(name):
        text = found["iso"] or f"{found['name'][:3]} {found['day']} {found['year']}"
        try:
            days.append(datetime.strptime(text, ISO_DAY if found["iso"] else "%b %d %Y").date())
        except ValueError:
            continue
    return (days[0], days[1]) if len(days) == 2 else None


def ranges_of(rows: list[tuple[str | None, ...]], order: str) -> set[Range]:
    """Return the days of each row: its own day, else its first and last; a row without dates has none."""
    stated = (row[:1] if (row[0] or "").strip() else row[1:] for row in rows)
    read = ([day for text in row if text and (day := day_of(text, order))] for row in stated)
    return {(days[0], days[-1]) for days in read if days}


def is_gapless(ranges: set[Range]) -> bool:
    """Say whether ranges of days follow each other without a gap, and none overlaps another."""
    ordered = sorted(ranges)
    return len(ordered) > 1 and all(
        first[0] <= first[1] and (second[0] - first[1]).days == 1 and second[0] <= second[1]
        for first, second in zip(ordered, ordered[1:], strict=False)
    )


def day_of(text: str, order: str | None) -> date | None:
    """Return the day that a text states, ISO or in this order, with or without a time; None for anything else."""
    bare = TIME.sub("", text.strip())
    for form in (ISO_DAY, US_SHORT_DAY, US_DAY):
        try:
            return datetime.strptime(bare, IN_DAY_FIRST.get(form, form) if order == DAY_FIRST else form).date()
        except ValueError:
            continue
    return None

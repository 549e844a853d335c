"""What a person should know of a file that landed: columns that nobody expects, the clock, dates, an end that is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from loaders.landing.extracts import Origin, Part, Staged
from loaders.landing.tables import Table

CLOCK_TOLERANCE = timedelta(minutes=5)
CLOCK_AHEAD = timedelta(days=1)  # as far apart as time zones are


def notes_of(parts: list[Part], origin: Origin, staged: list[Staged]) -> tuple[str, ...]:
    """Return every note on a file, each once."""
    return (*warnings_of(parts, origin), *clock_warnings(staged), *dict.fromkeys(extract_notes(staged)))


def warnings_of(parts: list[Part], origin: Origin) -> tuple[str, ...]:
    """Return what landed but was not expected: further columns, another encoding."""
    found = [origin.warning] if origin.warning else []
    for part in parts:
        names = part.rows.columns
        known = {name.casefold() for name in part.table.header}
        extra = [name for name in names if name.strip().casefold() not in known]
        if extra and not part.table.any_columns:
            found.append(f"further columns in {part.table.label}: {', '.join(extra)}")
    return tuple(dict.fromkeys(found))


def clock_warnings(staged: list[Staged]) -> Iterator[str]:
    """Yield what shows that this computer's clock is wrong: extracts that landed later than now, a file from the future."""
    for one in staged:
        now, label = one.entry.landed_at, one.part.table.label
        last = max((entry.landed_at for entry in one.place.timeline), default=now)
        if last > now + CLOCK_TOLERANCE:
            yield (
                f"the clock was set back: it says {minute(now)}, but {label} landed at {minute(last)} before. This file ranks "
                f"as of {minute(one.entry.extracted_at)}: set the clock, and land it with --extracted-at if that is wrong"
            )
        elif one.stated_at and one.stated_at > now + CLOCK_AHEAD:
            yield (
                f"its time stamp {minute(one.stated_at)} is later than this computer's clock, {minute(now)}: "
                "it ranks as of now. Check the clock"
            )


def extract_notes(staged: list[Staged]) -> Iterator[str]:
    """Yield what a person should know of an extract's place in time, of its dates and of its end."""
    for one in staged:
        yield from (f"{one.part.table.label} {note}" for note in one.place.notes)
        if one.part.note and not one.unchanged:
            yield one.part.note
        if one.entry.rows == one.part.table.most_rows:
            yield cut_off(one.part.table)


def cut_off(table: Table) -> str:
    """Return what to say of a file that has as many rows as an export of its table can have."""
    return (
        f"has {table.most_rows:,} rows, the most that one export holds: is that all? Export it in parts (by store or month), "
        f"and land them with `python cli.py land {table.source} --as-one FILE...`"
    )


def minute(moment: datetime) -> str:
    """Return a moment as a person reads it."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"

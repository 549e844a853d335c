"""An extract's place in its account's timeline, and what it would do there: the decision before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from common.errors import ReplacementError
from loaders.landing.likeness import Likeness
from loaders.landing.ranking import JUST_AFTER, Ranking
from loaders.landing.replacement import Check
from loaders.landing.swapped_dates import swapped_lines
from loaders.landing.tables import Table
from loaders.landing.timeline import Entry, named

if TYPE_CHECKING:
    import duckdb


@dataclass
class Place:
    """Where an extract goes.

    before, after: its account's entries on either side; timeline: all of them.
    unchanged: the extract before has the same content, so that it is only seen again.
    first: earlier extracts whose rows land again just before, so that newest-wins stays right.
    notes: what a person should know of its place in time.
    """

    entry: Entry
    before: list[Entry]
    after: list[Entry]
    timeline: list[Entry]
    unchanged: bool
    first: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_place(
    con: duckdb.DuckDBPyConnection, table: Table, rows: str, entry: Entry, timeline: list[Entry], is_guessed: bool
) -> Place:
    """Find an extract's place: by its moment, or, where that is guessed, after the stamped export that it exceeds."""
    ranking = Ranking(con, table, timeline)
    exceeded = ranking.exceeded(rows, entry) if is_guessed else None
    outranking = ranking.outranking(rows, entry) if entry.covers_to and not is_guessed else []
    if exceeded:
        entry = replace(entry, extracted_at=exceeded.extracted_at + JUST_AFTER)
    newer = {one.content_hash for one in outranking}
    before = [one for one in timeline if one.order < entry.order and one.content_hash not in newer]
    after = [one for one in timeline if one.order > entry.order]
    if before and before[-1].content_hash == entry.content_hash:
        return Place(named(entry), before, after, timeline, unchanged=True)
    landed_later = {one.content_hash for one in after}
    again = [one for one in outranking if one.content_hash not in landed_later]
    first = [
        named(replace(one, extracted_at=entry.extracted_at + JUST_AFTER, sequence=entry.sequence + number, path=None))
        for number, one in enumerate(again)
    ]
    entry = named(replace(entry, sequence=entry.sequence + len(first)))
    if after and after[0].path is None and not (exceeded and after[0].content_hash == exceeded.content_hash):
        first.append(after[0])
    after = sorted([*after, *first[: len(again)]], key=lambda one: one.order)
    note = ranking.note(rows, entry) if is_guessed else None
    return Place(entry, before, after, timeline, False, first, [note] if note else [])


def effects_of(
    con: duckdb.DuckDBPyConnection, table: Table, rows: str, names: list[str], place: Place, everyone: list[Entry], accept: bool
) -> list[str]:
    """Return, line by line, what an accepted extract takes away or doubles.

    Raises ReplacementError for one that was not accepted.
    """
    entry = place.entry
    check = Check(con, table, place.timeline)
    alike = Likeness(con, table).found(rows, names, entry, everyone)
    swapped = swapped_lines(con, table, rows, entry, place.timeline)
    if accept:
        doubled = [f"{table.label} of {entry.account}: {one}; both will count" for one in (alike, swapped) if one]
        return [*check.taken_away(rows, entry, place.before, place.after), *doubled]
    if alike:
        raise ReplacementError(
            f"{entry.file_name}: {table.label} of {entry.account}: {alike}. If they are that account's, discard it or land it "
            "with --account; if both have them, `python cli.py quarantine accept ID`."
        )
    if swapped:
        raise ReplacementError(
            f"{entry.file_name}: {table.label} of {entry.account}: {swapped}. If these days are right, first "
            f"`python cli.py withdraw {swapped.extract_id}`, then `python cli.py quarantine retry ID`; if those are, land this "
            "one with the other `--dates`; if both are, `python cli.py quarantine accept ID`."
        )
    check.replacement(rows, entry, place.before, place.after)
    return []

"""The place of an export without a time stamp: by its newest day, unless a stamped export shows that it is newer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from common.sql_text import columns_of, run
from loaders.landing.replacement import compared
from loaders.landing.row_sql import day_of
from loaders.landing.tables import Table
from loaders.landing.timeline import Entry, overlap, rows_of
from loaders.landing.timestamps import stamp_in

if TYPE_CHECKING:
    import duckdb

JUST_AFTER = timedelta(seconds=1)
UTC = ZoneInfo("UTC")


@dataclass
class Ranking:
    """Comparisons of one account's exports with and without a stamp; `timeline` has all of them."""

    con: duckdb.DuckDBPyConnection
    table: Table
    timeline: list[Entry]

    def exceeded(self, rows: str, entry: Entry) -> Entry | None:
        """Return the newest stamped export that an unstamped one holds whole and exceeds, though its newest day is older."""
        later = (one for one in reversed(self.timeline) if one.path and one.order > entry.order and is_larger(entry, one))
        return next((one for one in later if not self._is_guessed(one) and self._exceeds(rows, entry, rows_of(one), one)), None)

    def outranking(self, rows: str, entry: Entry) -> list[Entry]:
        """Return the unstamped exports, landed with earlier moments, that hold all of a stamped export and more."""
        earlier = (one for one in self.timeline if one.path and one.order < entry.order and is_larger(one, entry))
        return [one for one in earlier if self._is_guessed(one) and self._exceeds(rows_of(one), one, rows, entry)]

    def note(self, rows: str, entry: Entry) -> str | None:
        """Say before which stamped export an unstamped one counts, where nothing shows that it is older.

        It is where the stamped one has later days, or all that it has.
        """
        later = (one for one in self.timeline if one.path and one.order > entry.order and overlap(one, entry))
        after = next((one for one in later if not self._is_guessed(one)), None)
        rule = self.table.replacement
        if not (after and after.days and entry.days) or after.days[1] > entry.days[1]:
            return None
        if self._holds(rows_of(after), after, rows, entry, rule.provisional_days if rule else 0):
            return None
        return (
            f"ranks as of {entry.extracted_at:%Y-%m-%d}, before {after.file_name}; "
            "if it is newer, land it again with --extracted-at"
        )

    def _is_guessed(self, entry: Entry) -> bool:
        """Say whether an entry's moment was taken from its days: nothing in its name or zip states one."""
        folder, _, name = entry.file_name.rpartition("/")
        if entry.zip_time or not entry.covers_to or stamp_in(name, UTC) or stamp_in(folder, UTC):
            return False
        newest_day = datetime(entry.covers_to.year, entry.covers_to.month, entry.covers_to.day)
        return entry.extracted_at == newest_day or any(
            one.extracted_at == entry.extracted_at - JUST_AFTER for one in self.timeline
        )

    def _exceeds(self, larger: str, one: Entry, smaller: str, other: Entry) -> bool:
        """Say whether a larger export holds everything settled that another one holds."""
        rule = self.table.replacement
        return self._holds(larger, one, smaller, other, rule.provisional_days if rule else 0)

    def _holds(self, larger: str, one: Entry, smaller: str, other: Entry, revised_days: int = 0) -> bool:
        """Say whether rows are all among others, each as often; the last days may be left out, which a platform revises."""
        within = f"where _day <= date '{other.covers_to}' - {revised_days}" if revised_days else ""
        count, missing = run(
            self.con,
            f"""
            select count(*), count(*) filter (where had > coalesce(has, 0))
            from (select line, count(*) as had from {self._lines(smaller, other)} {within} group by line)
            left join (select line, count(*) as has from {self._lines(larger, one)} group by line) using (line)
            """,
        )[0]
        return bool(count) and not missing

    def _lines(self, rows: str, entry: Entry) -> str:
        """Each row's day and the hash of what is compared of it."""
        rule = self.table.replacement
        day = day_of(self.table, f"date '{entry.covers_from}'") if self.table.observed else "null::date"
        if not rule:
            return f"(select {day} as _day, _row_sha as line from {rows})"
        found = columns_of(self.con, rows)
        names = dict.fromkeys((*rule.line, *rule.measures, *rule.counts))
        line = ", ".join(day if one == "_day" else compared(one, rule, found) for one in names)
        return f"(select {day} as _day, hash({line}) as line from {rows})"


def is_larger(one: Entry, other: Entry) -> bool:
    """Say whether an extract covers all that another one covers, and has more rows or a later day."""
    if not (one.days and other.days):
        return False
    (first, last), (other_first, other_last) = one.days, other.days
    return first <= other_first and last >= other_last and (one.rows > other.rows or last > other_last)

"""The same rows under another account: a file that landed as someone else's, or twice."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loaders.sql import columns_of, day_of, escaped_glob, literal, quoted, row_sha, run
from loaders.tables import Table
from loaders.timeline import Entry, nearest, overlap

if TYPE_CHECKING:
    import duckdb

LEAST_ROWS = 2
LEAST_VALUES = 3
SHARE = {"replace": 0.9, "snapshot": 0.9, "append": 0.5}
TELLING = 2  # digits, zeros left out: "12" and "105.50" tell, "100", "7" and "US" do not
SAMPLE = 10_000


@dataclass
class Likeness:
    """A comparison of an extract with those of the table's other accounts."""

    con: duckdb.DuckDBPyConnection
    table: Table

    def found(self, rows: str, names: list[str], entry: Entry, everyone: list[Entry]) -> str | None:
        """Say whose rows these are already; None where they are no other account's, or so few that it can be chance.

        Rows that the account has stated before are left out: whoever accepted them once is not asked again.
        """
        others = self._compared_with(entry, [one for one in everyone if one.account != entry.account])
        if self.table.shared or not others:
            return None
        own = self._compared_with(entry, [one for one in everyone if one.account == entry.account])
        day = day_of(self.table, f"date '{entry.covers_from}'", entry.date_order) if self.table.observed else "null::date"
        known = f"where line not in (select line from {self._lines(own)})" if own else ""
        lines = f"(select {self._line} as line, {day} as day from {rows})"
        run(self.con, f"create or replace temp table new_lines as select * from {lines} {known}")
        equal = run(
            self.con,
            f"""
            select _account, count(distinct line) from {self._lines(others)} where line in (select line from new_lines)
            group by all having count(distinct line) >= {LEAST_ROWS} order by all
            """,
        )
        for account, _ in equal:
            its = [one for one in others if one.account == account]
            same, new = self._share(its)
            is_most = same >= LEAST_ROWS and same >= SHARE[self.table.kind] * new
            if is_most and self._telling(rows, names, its) >= LEAST_VALUES:
                rest = "" if same == new else f" ({new - same:,} others are not)"
                return f"the same rows as account {account}: {same:,} that {its[-1].file_name} has{rest}"
        return None

    @property
    def _line(self) -> str:
        """The hash of a row, without what names its account."""
        if not self.table.whose:
            return "_row_sha"
        return row_sha([one for one in self.table.required if one != self.table.whose], nullable=True)

    def _compared_with(self, entry: Entry, entries: list[Entry]) -> list[Entry]:
        """Return, of each account, the extracts that state what this one does: the nearest; of lines that add up, all."""
        landed = [one for one in entries if one.path]
        if self.table.kind == "append":
            return [one for one in landed if overlap(one, entry) or not (one.covers_from or entry.covers_from)]
        chosen = []
        for _, of_account in itertools.groupby(landed, key=lambda one: one.account):
            its = list(of_account)
            earlier = nearest((one for one in reversed(its) if one.order < entry.order), entry)
            later = nearest((one for one in its if one.order > entry.order), entry)
            chosen += [one for one in (earlier, later) if one]
        return chosen

    def _lines(self, entries: list[Entry]) -> str:
        """The lines of extracts, with their account."""
        files = ", ".join(literal(escaped_glob(path)) for path in sorted({str(one.path) for one in entries}))
        ids = ", ".join(literal(one.extract_id) for one in entries)
        stored = f"read_parquet([{files}], union_by_name = true)"
        return f"(select _account, {self._line} as line from {stored} where _extract_id in ({ids}))"

    def _share(self, its: list[Entry]) -> tuple[int, int]:
        """Return how many of the new rows, on days that the other account covers, are the same, and how many there are."""
        covered = [one for one in its if one.covers_from]
        low, high = min((one.covers_from for one in covered), default=None), max((one.covers_to for one in covered), default=None)
        within = f"where day is null or day between date '{low}' and date '{high}'" if covered else ""
        return run(
            self.con,
            f"""
            select count(*) filter (where line in (select line from {self._lines(its)})), count(*) from new_lines {within}
            """,
        )[0]

    def _telling(self, rows: str, names: list[str], its: list[Entry]) -> int:
        """Count the different values in the same rows that hardly agree by chance: their days are none."""
        days = (self.table.observed or "").split("|")
        own = [quoted(one) for one in names if one not in days and one != self.table.whose and one in columns_of(self.con, rows)]
        if not own:
            return 0
        digits = "length(regexp_replace(value, '[^1-9]', '', 'g'))"
        same = f"select {', '.join(own)} from {rows} where {self._line} in (select line from {self._lines(its)}) limit {SAMPLE}"
        values = f"select unnest([{', '.join(own)}]) as value from ({same})"
        return run(self.con, f"select count(distinct value) from ({values}) where {digits} >= {TELLING}")[0][0]

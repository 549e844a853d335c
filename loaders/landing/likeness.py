"""The same rows under another account: a file that landed as someone else's, or twice."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.sql_text import columns_of, escaped_glob, literal, quoted, run
from loaders.landing.replacement import compared, magnitude
from loaders.landing.row_sql import day_of, leading_bits, sha_of
from loaders.landing.tables import Replacement, Table
from loaders.landing.timeline import Entry, nearest, overlap

if TYPE_CHECKING:
    import duckdb

LEAST_ROWS = 2
LEAST_VALUES = 3
SHARE = {"replace": 0.9, "snapshot": 0.9, "append": 0.5}
TELLING = 2  # digits, zeros left out: "12" and "105.50" tell, "100", "7" and "US" do not
SAMPLE = 10_000
SAMPLED_ROWS = 512
LEAST_SAMPLE = 8
SIMILAR = 0.4


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
        others = self._similar(rows, entry, others)
        if not others:
            return None
        own = self._compared_with(entry, [one for one in everyone if one.account == entry.account])
        day = day_of(self.table, f"date '{entry.covers_from}'", entry.date_order) if self.table.observed else "null::date"
        known = f"where line not in (select line from {self._lines(own)})" if own else ""
        lines = f"(select {self._line} as line, {day} as day from {rows})"
        run(self.con, f"create or replace temp table new_lines as select * from {lines} {known}")
        for account, of_account in itertools.groupby(others, key=lambda one: one.account):
            its = list(of_account)
            same, different, new = self._share(its)
            is_most = different >= LEAST_ROWS and same >= SHARE[self.table.kind] * new
            if is_most and self._telling_values(rows, names, its) >= LEAST_VALUES:
                rest = "" if same == new else f" ({new - same:,} others are not)"
                return f"the same rows as account {account}: {same:,} that {its[-1].file_name} has{rest}"
        return None

    def _similar(self, rows: str, entry: Entry, others: list[Entry]) -> list[Entry]:
        """Return the extracts that can have most of these rows, by a sample of each; each is read once a process."""
        unknown = [one for one in others if (self.table.label, one.extract_id) not in _samples]
        if unknown:
            found = dict(self._sampled(f"read_parquet([{files_of(unknown)}])", unknown))
            _samples.update({(self.table.label, one.extract_id): frozenset(found.get(one.extract_id, ())) for one in unknown})
        own = frozenset(
            next((lines for _, lines in self._sampled(f"(select *, '' as _extract_id from {rows})", [entry], "''")), ())
        )
        similar = []
        for one in others:
            divisor = max(divisor_of(entry), divisor_of(one))
            ours, its = (
                {line for line in lines if not line % divisor} for lines in (own, _samples[self.table.label, one.extract_id])
            )
            few = min(len(ours), len(its))
            if (divisor > 1 and few < LEAST_SAMPLE) or (few and len(ours & its) >= few * SIMILAR):
                similar.append(one)
        return similar

    def _sampled(self, stored: str, entries: list[Entry], extract_id: str | None = None) -> list[tuple[str, list[int]]]:
        """Return a sample of each extract's rows that hold a telling value, as numbers: the same rows of all extracts."""
        columns = [one for one in self._columns if one not in self.table.observed_columns]
        is_telling = " or ".join(digits_in(quoted(one)) for one in columns) or "true"
        line = leading_bits(self._line)
        wanted = ", ".join(f"({extract_id or literal(one.extract_id)}, {divisor_of(one)})" for one in entries)
        return run(
            self.con,
            f"""
            select _extract_id, list(distinct {line}) from {stored}
            join (values {wanted}) as wanted(wanted_id, divisor) on _extract_id = wanted_id
            where {line} % divisor = 0 and ({is_telling}) group by all
            """,
        )

    @property
    def _line(self) -> str:
        """The hash of what two accounts' rows have in common where they are the same.

        It is a row's own hash, unless a column names the account or exports differ in their columns and numbers: then that of
        the other required columns, numbers by value, and by magnitude where their sign depends on the export.
        """
        if not (self.table.whose or self.table.generations):
            return "_row_sha"
        rule = self.table.replacement or Replacement()
        return sha_of(
            [
                magnitude(one, self._columns) if one in self.table.unsigned else compared(one, rule, self._columns)
                for one in sorted(self._columns)
            ]
        )

    @property
    def _columns(self) -> tuple[str, ...]:
        """The required columns that every export has under one name, without what names the account."""
        return tuple(one for one in self.table.required if "|" not in one and one != self.table.whose)

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
        """The lines of extracts."""
        ids = ", ".join(literal(one.extract_id) for one in entries)
        return f"(select {self._line} as line from read_parquet([{files_of(entries)}]) where _extract_id in ({ids}))"

    def _share(self, its: list[Entry]) -> tuple[int, int, int]:
        """Return how many of the new rows the other account has, how many of these differ, and how many new rows there are.

        Only the rows of days that the other account covers are counted.
        """
        covered = [one.days for one in its if one.days]
        low, high = min((first for first, _ in covered), default=None), max((last for _, last in covered), default=None)
        within = f"where day is null or day between date '{low}' and date '{high}'" if covered else ""
        same, different, new = run(
            self.con,
            f"""
            with lines as (select line, line in (select line from {self._lines(its)}) as is_same from new_lines {within})
            select count(*) filter (where is_same), count(distinct line) filter (where is_same), count(*) from lines
            """,
        )[0]
        return same, different, new

    def _telling_values(self, rows: str, names: list[str], its: list[Entry]) -> int:
        """Count the different values in the same rows that hardly agree by chance: their days are none."""
        left_out = (*self.table.observed_columns, self.table.whose)
        own = [quoted(one) for one in names if one not in left_out and one in columns_of(self.con, rows)]
        if not own:
            return 0
        same = f"select {', '.join(own)} from {rows} where {self._line} in (select line from {self._lines(its)}) limit {SAMPLE}"
        values = f"select unnest([{', '.join(own)}]) as value from ({same})"
        return int(run(self.con, f"select count(distinct value) from ({values}) where {digits_in('value')}")[0][0])


_samples: dict[tuple[str, str], frozenset[int]] = {}  # by table and extract id


def divisor_of(entry: Entry) -> int:
    """Return which rows of an extract its sample has: those whose number it divides."""
    return 1 << max(0, (entry.rows // SAMPLED_ROWS).bit_length())


def digits_in(value: str) -> str:
    """Say, in SQL, that a value has so many digits that it tells."""
    return f"coalesce(length(regexp_replace({value}, '[^1-9]', '', 'g')) >= {TELLING}, false)"


def files_of(entries: list[Entry]) -> str:
    """The files that extracts are in, as a list in SQL."""
    return ", ".join(literal(escaped_glob(path)) for path in sorted({str(one.path) for one in entries}))

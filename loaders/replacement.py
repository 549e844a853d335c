"""The check of a replacement: what an extract would take away from its neighbours in time, before it lands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loaders.damage import naming_damage
from loaders.errors import ReplacementError
from loaders.sql import day_of, quoted, run
from loaders.tables import Replacement, Table
from loaders.timeline import Entry, holder_of, nearest, rows_of

if TYPE_CHECKING:
    import duckdb

LOST_ROWS_SHARE = 0.2
KEPT_MEASURE_SHARE = 0.95


@dataclass
class Check:
    """Comparisons of extracts of one table and account; `timeline` has all of them."""

    con: duckdb.DuckDBPyConnection
    table: Table
    timeline: list[Entry]

    def replacement(self, rows: str, entry: Entry, before: list[Entry], after: list[Entry]) -> None:
        """Compare an extract with the nearest overlapping one on either side, on the dates both cover.

        Raises ReplacementError where the later of two lacks what the earlier states.
        """
        table = self.table
        earlier, later = nearest(reversed(before), entry), nearest(after, entry)
        if not table.replacement or not (earlier or later):
            return
        own_day = day_of(table, f"date '{entry.covers_from}'")
        self._compare("own", own_day, rows)
        for neighbour, is_earlier in ((earlier, True), (later, False)):
            holder = holder_of(neighbour, self.timeline) if neighbour else None
            if not holder:
                continue
            day = day_of(table, "_covers_from")
            with naming_damage(holder.path):
                self._compare("other", day, rows_of(holder))
            old, new = ("other", "own") if is_earlier else ("own", "other")
            problem = self._loss(table.replacement, old, new, entry, neighbour, neighbour if is_earlier else entry)
            if problem:
                side = "of" if is_earlier else "that lands before the newer one of"
                raise ReplacementError(
                    f"{entry.file_name}: {table.label} {side} {neighbour.extracted_at:%Y-%m-%d %H:%M} "
                    f"({neighbour.file_name}): {problem}. "
                    "A filter, another account? Export it again, or `python cli.py quarantine accept`."
                )

    def _compare(self, name: str, day: str, rows: str) -> None:
        """Make a table of what is compared: each row's day, the hash of its line, its measures and its groups.

        Each is computed from the rows' own columns alone, which may have any name, `_day` and `line` too.
        """
        rule = self.table.replacement
        measures = "".join(f", {number(one)} as measure_{place}" for place, one in enumerate(rule.measures))
        groups = "".join(f", upper(trim({quoted(one)})) as group_{place}" for place, one in enumerate(rule.groups))
        of_line = {one: day if one == "_day" else compared(one, rule) for one in rule.line}
        line = ", ".join(of_line.values())
        closed = ", ".join(value for one, value in of_line.items() if one not in rule.measures)
        run(
            self.con,
            f"create or replace temp table {name} as "
            f"select {day} as _day, hash({line}) as line, hash({closed}) as closed_line{measures}{groups} from {rows}",
        )

    def _loss(self, rule: Replacement, earlier: str, later: str, one: Entry, two: Entry, first: Entry) -> str | None:
        """Say what the later rows lack of the earlier ones; None where nothing that matters is gone."""
        low, high = max(one.covers_from, two.covers_from), min(one.covers_to, two.covers_to)
        within = f"_day between date '{low}' and date '{high}'"
        if rule.provisional_days:
            within += f" and _day <= date '{first.covers_to}' - {rule.provisional_days}"
        had, lost = run(
            self.con,
            f"""
            select coalesce(sum(had), 0)::bigint, coalesce(sum(greatest(had - coalesce(has, 0), 0)), 0)::bigint
            from (select line, count(*) as had from {earlier} where {within} group by line)
            left join (select line, count(*) as has from {later} where {within} group by line) using (line)
            """,
        )[0]
        if had and lost > had * LOST_ROWS_SHARE:
            return f"{lost:,} of the {had:,} earlier rows from {low} to {high} have no equal in the later file"
        for place, measure in enumerate(rule.measures):
            problem = self._measure_loss(rule, measure, f"measure_{place}", earlier, later, within)
            if problem:
                return problem
        if rule.ledger_dates is not None:
            return self._ledger_loss(rule, earlier, later)
        return None

    def _measure_loss(self, rule: Replacement, measure: str, column: str, earlier: str, later: str, within: str) -> str | None:
        total = f"coalesce(sum({column}), 0)"
        had, has = (run(self.con, f"select {total} from {rows} where {within}")[0][0] for rows in (earlier, later))
        if had > 0 and has < had * KEPT_MEASURE_SHARE:
            return f"{measure} falls from {had:.10g} to {has:.10g} on the dates both cover"
        for place, group in enumerate(rule.groups):
            summed = f"select group_{place} as one, {total} as total from {{}} where {within} group by 1"
            gone = run(
                self.con,
                f"""
                select had.one, had.total from ({summed.format(earlier)}) as had
                left join ({summed.format(later)}) as has on had.one is not distinct from has.one
                where had.total > 0 and coalesce(has.total, 0) = 0 order by had.total desc limit 1
                """,
            )
            if gone:
                return f"{measure} of {group} {gone[0][0]!r} falls from {gone[0][1]:.10g} to nothing"
        return None

    def _ledger_loss(self, rule: Replacement, earlier: str, later: str) -> str | None:
        """In a ledger, earlier lines outside its last reporting dates must all be there still."""
        gone, since = run(
            self.con,
            f"""
            with last_dates as (
                select distinct _day from {earlier} where _day is not null order by _day desc limit {rule.ledger_dates}
            )
            select coalesce(sum(had - coalesce(has, 0)), 0)::bigint, min(day) from (
                select closed_line, min(_day) as day, count(*) as had from {earlier}
                where _day < (select min(_day) from last_dates) group by 1
            ) left join (select closed_line, count(*) as has from {later} group by 1) using (closed_line)
            where had > coalesce(has, 0)
            """,
        )[0]
        if gone:
            return f"{gone:,} lines of closed reporting dates (since {since}) are gone from a ledger that only grows"
        return None


def number(name: str) -> str:
    """A column by value, for comparing alone: null where it is no number."""
    return f"try_cast(replace({quoted(name)}, ',', '') as double)"


def compared(name: str, rule: Replacement) -> str:
    """A column as compared between two exports: a number by value to six places, other text trimmed, in capitals."""
    text = f"coalesce(upper(trim({quoted(name)})), '')"
    return f"coalesce(round({number(name)}, 6)::varchar, {text})" if name in (*rule.measures, *rule.counts) else text

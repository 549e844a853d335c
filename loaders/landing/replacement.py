"""The check of a replacement: what an extract would take away from its neighbours in time, before it lands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from common.errors import ReplacementError
from common.printing import counted, is_or_are
from common.sql_text import columns_of, quoted, run
from loaders.landing.damage import naming_damage
from loaders.landing.row_sql import day_of
from loaders.landing.tables import DATE_ORDER, DAY_FIRST, Replacement, Table
from loaders.landing.timeline import Entry, holder_of, nearest, rows_of

if TYPE_CHECKING:
    from datetime import date

    import duckdb

LOST_ROWS_SHARE = 0.2
KEPT_MEASURE_SHARE = 0.95
LEAST_FALL = 10  # of an optional measure: likes and saves are few, and some are taken back
NAMED = 12  # months, or entries, that a message names


@dataclass(frozen=True)
class Pair:
    """Two extracts to compare: what is read of each, the first and last day to compare, and how messages name them."""

    earlier: str
    later: str
    first: Entry
    other: Entry
    entry: Entry

    @property
    def days(self) -> str:
        """The condition on the days that both cover."""
        return f"_day between date '{self.low}' and date '{self.high}'"

    @property
    def low(self) -> date:
        """The first day that both cover."""
        return max(one.days[0] for one in (self.entry, self.other) if one.days)

    @property
    def high(self) -> date:
        """The last day that both cover."""
        return min(one.days[1] for one in (self.entry, self.other) if one.days)

    @property
    def place(self) -> str:
        """Where the new extract stands beside the other one."""
        side = "of" if self.first is self.other else "that lands before the newer one of"
        return f"{side} {self.other.extracted_at:%Y-%m-%d %H:%M} ({self.other.file_name})"


@dataclass
class Check:
    """Comparisons of extracts of one table and account; `timeline` has all of them."""

    con: duckdb.DuckDBPyConnection
    table: Table
    timeline: list[Entry]
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)  # of `own` and `other`

    @property
    def rule(self) -> Replacement:
        """How extracts of the table are compared; where it states no rule, there are no pairs to compare."""
        return self.table.replacement or Replacement()

    @property
    def measures(self) -> dict[str, str]:
        """The measures to compare, by the end of their columns' names: the optional ones where both exports have them."""
        rule = self.rule
        found = {f"{place}": one for place, one in enumerate(rule.measures)}
        common = set.intersection(*map(set, self.columns.values()))
        return found | {f"optional_{place}": one for place, one in enumerate(rule.optional_measures) if one in common}

    def replacement(self, rows: str, entry: Entry, before: list[Entry], after: list[Entry]) -> None:
        """Compare an extract with the nearest overlapping one on either side, on the dates both cover.

        Raises ReplacementError where the later of two lacks what the earlier states.
        """
        for pair in self._pairs(rows, entry, before, after):
            problem = self._entries_loss(pair) if self.rule.entries else self._loss(pair)
            if problem:
                raise ReplacementError(
                    f"{entry.file_name}: {self.table.label} {pair.place}: {problem}. "
                    "If it was filtered, export all of it; if it is another account's, land it with --account; if it is right, "
                    "`python cli.py quarantine accept ID`."
                )

    def taken_away(self, rows: str, entry: Entry, before: list[Entry], after: list[Entry]) -> Iterator[str]:
        """Yield, for a person to read, what the later of two extracts lacks of the earlier one: rows and money, by month."""
        for pair in self._pairs(rows, entry, before, after):
            if self.rule.entries:
                problem = self._entries_loss(pair)
                if problem:
                    yield f"{self.table.label} {pair.place}: {problem}"
            else:
                yield from self._loss_by_month(pair)

    def _pairs(self, rows: str, entry: Entry, before: list[Entry], after: list[Entry]) -> Iterator[Pair]:
        """Yield the extract with each neighbour in time; the tables `own` and `other` hold what is compared."""
        if not self.table.replacement:
            return
        neighbours = [(nearest(reversed(before), entry), True), (nearest(after, entry), False)]
        is_read = False
        for neighbour, is_earlier in neighbours:
            holder = holder_of(neighbour, self.timeline) if neighbour else None
            if not neighbour or not holder:
                continue
            if not is_read:
                self._compare("own", rows, f"date '{entry.covers_from}'" if entry.covers_from else "null::date")
                is_read = True
            with naming_damage(holder.file):
                self._compare("other", rows_of(holder), "_covers_from")
            old, new = ("other", "own") if is_earlier else ("own", "other")
            yield Pair(old, new, neighbour if is_earlier else entry, neighbour, entry)

    def _compare(self, name: str, rows: str, first: str) -> None:
        """Make a table of what is compared: each row's day, the hash of its line, its measures and its groups.

        Each is computed from the rows' own columns alone, which may have any name, `_day` and `line` too.
        """
        rule = self.rule
        self.columns[name] = found = columns_of(self.con, rows)
        if rule.entries:
            columns = dict.fromkeys(column for entry in rule.entries for column in entry)
            keys = ", ".join(f"{compared(one, rule, found)} as {quoted(one)}" for one in columns)
            run(self.con, f"create or replace temp table {name} as select {keys} from {rows}")
            return
        order = DAY_FIRST if DATE_ORDER in found else None
        day = day_of(self.table, first, order) if self.table.observed else first
        named = {f"{place}": one for place, one in enumerate(rule.measures)}
        named |= {f"optional_{place}": one for place, one in enumerate(rule.optional_measures)}
        measures = "".join(f", {number(one, found)} as measure_{place}" for place, one in named.items())
        amounts = "".join(f", {amount(one, found)} as amount_{place}" for place, one in named.items())
        groups = "".join(f", upper(trim({quoted(one)})) as group_{place}" for place, one in enumerate(rule.groups))
        of_line = {one: day if one == "_day" else compared(one, rule, found) for one in rule.line}
        line = ", ".join(of_line.values())
        closed = ", ".join(value for one, value in of_line.items() if one not in rule.measures)
        run(
            self.con,
            f"create or replace temp table {name} as "
            f"select {day} as _day, hash({line}) as line, hash({closed}) as closed_line{measures}{amounts}{groups} from {rows}",
        )

    def _loss(self, pair: Pair) -> str | None:
        """Say what the later rows lack of the earlier ones; None where nothing that matters is gone."""
        rule = self.rule
        within = pair.days
        if rule.provisional_days:
            within += f" and _day <= date '{pair.first.covers_to}' - {rule.provisional_days}"
        had, lost = run(
            self.con,
            f"""
            select coalesce(sum(had), 0)::bigint, coalesce(sum(greatest(had - coalesce(has, 0), 0)), 0)::bigint
            from (select line, count(*) as had from {pair.earlier} where {within} group by line)
            left join (select line, count(*) as has from {pair.later} where {within} group by line) using (line)
            """,
        )[0]
        if had and lost > had * LOST_ROWS_SHARE:
            return f"{lost:,} of the {had:,} earlier rows from {pair.low} to {pair.high} have no equal in the later file"
        for place, measure in self.measures.items():
            problem = self._measure_loss(measure, f"measure_{place}", pair, within)
            if problem:
                return problem
        if rule.ledger_dates is not None:
            return self._ledger_loss(pair)
        return None

    def _measure_loss(self, measure: str, column: str, pair: Pair, within: str) -> str | None:
        total = f"coalesce(sum({column}), 0)"
        had, has = (run(self.con, f"select {total} from {rows} where {within}")[0][0] for rows in (pair.earlier, pair.later))
        is_optional = measure in self.rule.optional_measures
        if had > 0 and has < had * KEPT_MEASURE_SHARE and (not is_optional or had - has >= LEAST_FALL):
            return f"{measure} falls from {had:.10g} to {has:.10g} on the dates both cover"
        for place, group in enumerate(() if is_optional else self.rule.groups):
            summed = f"select group_{place} as one, {total} as total from {{}} where {within} group by 1"
            gone = run(
                self.con,
                f"""
                select had.one, had.total from ({summed.format(pair.earlier)}) as had
                left join ({summed.format(pair.later)}) as has on had.one is not distinct from has.one
                where had.total > 0 and coalesce(has.total, 0) = 0 order by had.total desc limit 1
                """,
            )
            if gone:
                return f"{measure} of {group} {gone[0][0]!r} falls from {gone[0][1]:.10g} to nothing"
        return None

    def _ledger_loss(self, pair: Pair) -> str | None:
        """In a ledger, earlier lines outside its last reporting dates must all be there still."""
        gone, since = run(
            self.con,
            f"""
            with last_dates as (
                select distinct _day from {pair.earlier}
                where _day is not null order by _day desc limit {self.rule.ledger_dates}
            )
            select coalesce(sum(had - coalesce(has, 0)), 0)::bigint, min(day) from (
                select closed_line, min(_day) as day, count(*) as had from {pair.earlier}
                where _day < (select min(_day) from last_dates) group by 1
            ) left join (select closed_line, count(*) as has from {pair.later} group by 1) using (closed_line)
            where had > coalesce(has, 0)
            """,
        )[0]
        if gone:
            lines = f"{counted(gone, 'line')} of closed reporting dates (since {since}) {is_or_are(gone)}"
            return f"{lines} gone from a ledger that only grows"
        return None

    def _entries_loss(self, pair: Pair) -> str | None:
        """Say which entries of a file that is kept whole are gone; an entry is there still by any of its names."""
        ways = self.rule.entries
        known = []
        for way in ways:
            names = ", ".join(quoted(one) for one in way)
            known.append(f"({names}) in (select ({names}) from {pair.later} where {' and '.join(is_given(one) for one in way)})")
        named = ", ".join(quoted(one) for one in ways[-1])
        gone = run(
            self.con,
            f"select {named} from {pair.earlier} where {is_given(ways[-1][-1])} and not ({' or '.join(known)}) order by all",
        )
        if not gone:
            return None
        told = "; ".join(" ".join(entry) for entry in gone[:NAMED]) + ("; …" if len(gone) > NAMED else "")
        entries = f"{counted(len(gone), 'entry')} of the earlier file {is_or_are(len(gone))}"
        return f"{entries} not in the later one, which is kept whole ({told})"

    def _loss_by_month(self, pair: Pair) -> Iterator[str]:
        """Yield the loss on the dates both cover: of all, then of each month."""
        measures = self.measures
        sides = "".join(
            f", sum(amount_{place}) filter (where {side}) as {name}_{place}"
            for place in measures
            for name, side in (("had", "is_earlier"), ("has", "not is_earlier"))
        )
        sums = "".join(f", coalesce(sum(had_{place}), 0), coalesce(sum(has_{place}), 0)" for place in measures)
        months = run(
            self.con,
            f"""
            select strftime(_day, '%Y-%m') as month, sum(greatest(had - has, 0))::bigint{sums} from (
                select _day, line, count(*) filter (where is_earlier) as had, count(*) filter (where not is_earlier) as has{sides}
                from (
                    select *, true as is_earlier from {pair.earlier} where {pair.days}
                    union all select *, false from {pair.later} where {pair.days}
                ) group by _day, line
            ) group by month order by month
            """,
        )
        named = [(month, values) for month, *values in months if is_loss(values)]
        if not named:
            return
        yield f"{self.table.label} {pair.place}: on the days that both cover, this goes:"
        names, rule = tuple(measures.values()), self.rule
        yield f"  in all: {told(names, rule, [sum(one) for one in zip(*(values for _, values in named), strict=True)])}"
        for month, values in named[:NAMED]:
            yield f"  {month}: {told(names, rule, values)}"
        if len(named) > NAMED:
            yield f"  and in {counted(len(named) - NAMED, 'further month')}"


def is_loss(values: list[int | Decimal]) -> bool:
    """Say whether rows go or a measure falls: the values are the rows, then each measure before and after."""
    return bool(values[0]) or any(had > has for had, has in zip(values[1::2], values[2::2], strict=True))


def told(measures: tuple[str, ...], rule: Replacement, values: list[int | Decimal]) -> str:
    """Return a loss as a person reads it: the rows, then each measure before and after; an optional one where it changes."""
    parts = [counted(int(values[0]), "row")]
    for place, measure in enumerate(measures):
        had, has = map(exact, values[1 + 2 * place : 3 + 2 * place])
        if had != has or measure not in rule.optional_measures:
            parts.append(f"{measure} {had} -> {has}")
    return "; ".join(parts)


def exact(value: int | Decimal) -> str:
    """Return an amount with every decimal that it has."""
    return f"{Decimal(value):,.12f}".rstrip("0").rstrip(".")


def number(name: str, found: tuple[str, ...]) -> str:
    """A column by value, for comparing alone: null where it is no number, or not in the file."""
    if name not in found:
        return "null::double"
    value = f"try_cast({bare_number(name)} as double)"
    return f"(case when isfinite({value}) then {value} end)"


def amount(name: str, found: tuple[str, ...]) -> str:
    """A column's exact value, for telling it: null where it is no number."""
    return f"try_cast({bare_number(name)} as decimal(24, 12))" if name in found else "null::decimal(24, 12)"


def bare_number(name: str) -> str:
    """A column's text without what models read past: thousands' commas, a dollar's sign, brackets for a minus."""
    text = f"trim({quoted(name)})"
    return f"case when starts_with({text}, '(') then '-' else '' end || regexp_replace({text}, '[$,()+]', '', 'g')"


def compared(name: str, rule: Replacement, found: tuple[str, ...]) -> str:
    """A column as compared between two exports: a number by value to six places, other text trimmed, in capitals."""
    if name not in found:
        return "''"
    text = f"coalesce(upper(trim({quoted(name)})), '')"
    return f"coalesce(round({number(name, found)}, 6)::varchar, {text})" if name in (*rule.measures, *rule.counts) else text


def magnitude(name: str, found: tuple[str, ...]) -> str:
    """An amount as compared where exports differ in its sign; other text trimmed, in capitals."""
    return f"coalesce(round(abs({number(name, found)}), 6)::varchar, {compared(name, Replacement(), found)})"


def is_given(name: str) -> str:
    """Say, in SQL, that a compared column is not blank."""
    return f"{quoted(name)} <> ''"

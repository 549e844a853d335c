"""Lines that landed with day and month the other way round: two exports of them, one of which was read in the wrong order.

A whole file read twice is found by its hash (`date_order`); here the exports have further lines, or write their dates otherwise.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from common.printing import counted
from common.sql_text import columns_of, literal, run
from loaders.landing.likeness import files_of
from loaders.landing.replacement import compared, magnitude
from loaders.landing.row_sql import observed_day, sha_of
from loaders.landing.tables import DAY_FIRST, Replacement, Table
from loaders.landing.timeline import Entry

if TYPE_CHECKING:
    from datetime import date

    import duckdb

ENOUGH = 3  # lines; fewer are enough where they are half of what either export could share
LIKELY_DAY = 12
READS_BOTH_WAYS = f"day(day) <= {LIKELY_DAY} and day(day) <> month(day)"


@dataclass(frozen=True)
class Swapped:
    """How many lines an extract states on other days, and the first of their days: there, and in the new export."""

    extract_id: str
    lines: int
    other_day: date
    day: date

    def __str__(self) -> str:
        return (
            f"{counted(self.lines, 'line')} landed with day and month the other way round ({self.extract_id}): "
            f"{self.other_day} there is {self.day} here"
        )


def swapped_lines(con: duckdb.DuckDBPyConnection, table: Table, rows: str, entry: Entry, timeline: list[Entry]) -> Swapped | None:
    """Return the extract of lines that add up that states these lines with day and month swapped; None where none does.

    A day over 12 shows that an export was read right, so one of the two has none. Lines that the account has on the same days
    are left out: whoever accepted them once is not asked again.
    """
    if table.kind != "append" or not table.dates or not table.observed:
        return None
    landed = [one for one in timeline if one.path and years_of(one) & years_of(entry)]
    if not landed:
        return None
    run(con, f"create or replace temp table own_lines as {lines_in(con, table, rows, entry.date_order)}")
    stored = []
    for is_day_first, group in itertools.groupby(sorted(landed, key=is_read_day_first), key=is_read_day_first):
        its = list(group)
        ids = ", ".join(literal(one.extract_id) for one in its)
        source = f"(select * from read_parquet([{files_of(its)}], union_by_name = true) where _extract_id in ({ids}))"
        stored.append(lines_in(con, table, source, DAY_FIRST if is_day_first else None, "_extract_id"))
    run(con, f"create or replace temp table landed_lines as {' union all '.join(stored)}")
    found = run(
        con,
        f"""
        with fresh as (
            select distinct line, day from own_lines
            where {READS_BOTH_WAYS} and (line, day) not in (select (line, day) from landed_lines)
        ),
        shared as (
            select landed._extract_id, count(*) as lines, min(landed.day) as other_day, arg_min(fresh.day, landed.day) as day
            from fresh join (select distinct _extract_id, line, day from landed_lines) as landed on
                fresh.line = landed.line and landed.day = make_date(year(fresh.day), day(fresh.day), month(fresh.day))
            group by landed._extract_id
        ),
        extracts as (
            select _extract_id, max(day(day)) as last_day, count(distinct (line, day)) filter ({READS_BOTH_WAYS}) as lines
            from landed_lines group by _extract_id
        )
        select shared._extract_id, shared.lines, shared.other_day, shared.day from shared join extracts using (_extract_id)
        where least(extracts.last_day, (select max(day(day)) from own_lines)) <= {LIKELY_DAY}
            and shared.lines >= least({ENOUGH}, 0.5 * least(extracts.lines, (select count(*) from fresh)))
        order by shared.lines desc, shared._extract_id desc limit 1
        """,
    )
    return Swapped(*found[0]) if found else None


def lines_in(con: duckdb.DuckDBPyConnection, table: Table, rows: str, order: str | None, *further: str) -> str:
    """The query of a relation's lines with a day: the hash of what they state beside their dates, and the day."""
    found = columns_of(con, rows)
    columns = [one for one in table.required if one not in (*table.dates, table.whose)]
    texts = [magnitude(one, found) if one in table.unsigned else compared(one, Replacement(), found) for one in columns]
    stated = ", ".join((*further, f"{sha_of(texts)} as line", f"{observed_day(table, order)} as day"))
    return f"(select * from (select {stated} from {rows}) where day is not null)"


def years_of(entry: Entry) -> set[int]:
    """The years that an extract covers: day and month change places within a year."""
    return set(range(entry.days[0].year, entry.days[1].year + 1)) if entry.days else set()


def is_read_day_first(entry: Entry) -> bool:
    """Say whether an extract's dates were read day first."""
    return entry.date_order == DAY_FIRST

"""Check that filters find every row: readers skip what a file's statistics say that a filter can't find.

A flipped bit in them hides rows from landing and from models, while reading the whole file shows nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from common.printing import counted, is_or_are
from common.sql_text import escaped_glob, literal, quoted, run
from loaders.landing.extracts import Landing
from loaders.landing.tables import LINEAGE
from loaders.landing.timeline import Entry

OF_THE_EXTRACT = [name for name in LINEAGE if name not in ("_source", "_table", "_row_number", "_row_sha", "_occurrence")]


def hidden_rows(landing: Landing, path: Path, entries: list[Entry]) -> Iterator[str]:
    """Yield where a filter would not find all that is there: by statistics, by lineage, by the greatest values."""
    yield from wrong_statistics(landing, path)
    source = f"read_parquet({literal(escaped_glob(path))})"
    for entry in entries:
        found = found_by_lineage(landing, source, entry)
        if found != entry.rows:
            yield f"{entry.extract_id}: {found:,} of {counted(entry.rows, 'row')} {is_or_are(found)} found by their lineage"
    yield from hidden_values(landing, source)


def found_by_lineage(landing: Landing, source: str, entry: Entry) -> int:
    """Count the rows of an extract with a filter on every lineage column that they share."""
    values = {name: getattr(entry, name[1:]) for name in OF_THE_EXTRACT}
    terms = " and ".join(f"{name} is not distinct from ?" if value is None else f"{name} = ?" for name, value in values.items())
    return int(run(landing.con, f"select count(*) from {source} where {terms}", list(values.values()))[0][0])


def hidden_values(landing: Landing, source: str) -> Iterator[str]:
    """Yield the columns of which a filter on their greatest value finds fewer rows than have it."""
    names = [name for (name,) in run(landing.con, f"select column_name from (describe from {source})")]
    columns = [quoted(name) for name in names]
    values = list(run(landing.con, f"select {', '.join(f'max({one})' for one in columns)} from {source}")[0])
    numbered = list(enumerate(columns, start=1))
    counts = ", ".join(f"count(*) filter ({one} = ${number})" for number, one in numbered)
    there = run(landing.con, f"select {counts} from {source}", values)[0]
    filtered = ", ".join(f"(select count(*) from {source} where {one} = ${number})" for number, one in numbered)
    found = run(landing.con, f"select {filtered}", values)[0]
    for name, one, other in zip(names, found, there, strict=True):
        if one != other:
            yield f"a filter on {name} finds {one:,} of {counted(other, 'row')}"


def wrong_statistics(landing: Landing, path: Path) -> Iterator[str]:
    """Yield the columns whose statistics in some row group don't fit the values there."""
    file = literal(escaped_glob(path))
    stated = run(
        landing.con,
        "select row_group_id, path_in_schema, row_group_num_rows, stats_null_count, stats_min_value, stats_max_value, stats_min, "
        f"stats_max, min_is_exact, max_is_exact from parquet_metadata({file}) order by row_group_id, column_id",
    )
    columns = list(dict.fromkeys(one[1] for one in stated))
    sizes = [size for _, size in sorted({(group, size) for group, _, size, *_ in stated})]
    starts = list(itertools.accumulate(sizes))[:-1]
    group_of = " + ".join([f"(file_row_number >= {start})::int" for start in starts] or ["0"])
    ends = ", ".join(f"count(*) - count({one}), min({one})::varchar, max({one})::varchar" for one in map(quoted, columns))
    rows = f"read_parquet({file}, file_row_number = true)"
    there = {group: values for group, *values in run(landing.con, f"select {group_of} as number, {ends} from {rows} group by 1")}
    wrong = [
        name
        for group, name, _, *told in stated
        if not fits(told, there[group][columns.index(name) * 3 : columns.index(name) * 3 + 3])
    ]
    for name in dict.fromkeys(wrong):
        yield f"the statistics of {name} don't fit its values"


def fits(told: list[Any], there: list[Any]) -> bool:
    """Say whether what is told of a column's values is so: how many are null, the least and the greatest."""
    nulls, *texts, min_is_exact, max_is_exact = told
    actual_nulls, least, greatest = there
    if nulls not in (None, actual_nulls):
        return False
    if least is None:
        return True
    return all(
        text is None or text == actual or (not is_exact and ((text < actual) if is_least else (text > actual)))
        for text, actual, is_exact, is_least in (
            (texts[0], least, min_is_exact, True), (texts[1], greatest, max_is_exact, False),
            (texts[2], least, min_is_exact, True), (texts[3], greatest, max_is_exact, False),
        )
    )  # fmt: skip

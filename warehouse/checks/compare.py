"""Compares every mart of two warehouses: the same columns, types and rows, each row as often."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.choices import Engine, Target
from common.errors import BuildError, UsageError
from common.printing import counted
from common.settings import Settings, settings
from common.sql_text import escaped_glob, literal, quoted
from warehouse.building.build import build
from warehouse.building.published import current
from warehouse.building.spark import built_on_spark

if TYPE_CHECKING:
    import duckdb

SAMPLE = 3


@dataclass(frozen=True)
class Compared:
    """A mart of two warehouses: its rows in the first, how the second differs (None: it does not), and a few such rows."""

    mart: str
    rows: int
    difference: str | None = None
    sample: list[str] = field(default_factory=list)


def compare(one: Engine, other: Engine, no_build: bool = False) -> None:
    """Build both engines' warehouses from the same landing, compare every mart and print a line for each.

    With `no_build`, compare what is built. Raises BuildError where a mart differs, UsageError for other engines, or where
    the two were built for other days.
    """
    if one is other:
        raise UsageError(f"compare {one} {other}: it compares {' and '.join(Engine)}.")
    config = settings()
    if not no_build:
        day = config.today
        build(as_of=day)
        build(Target.SPARK, as_of=day)
    published, spark = current(config), built_on_spark(config)
    if published.as_of_date != spark.as_of_date:
        raise UsageError(
            f"compare: DuckDB was built as of {published.as_of_date}, Spark as of {spark.as_of_date}. Run it without --no-build."
        )
    differing = []
    with memory(config) as con:
        con.execute(f"attach {literal(str(published.path))} as duckdb (read_only)")
        con.execute("attach ':memory:' as spark")
        view_parquet(con, "spark.marts", spark.folder / "marts.db", like="duckdb.marts")
        for found in compared(con, "duckdb", "spark"):
            told = f"{found.mart}: {counted(found.rows, 'row')}, {found.difference or 'equal'}"
            print(told, *found.sample, sep="\n  ", flush=True)
            differing += [found.mart] if found.difference else []
    if differing:
        raise BuildError(f"compare: {len(differing)} marts differ: {', '.join(differing)}.")
    print("Every mart is equal, row for row and type for type.")


@contextlib.contextmanager
def memory(config: Settings, **options: Any) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database in memory, within the memory that is set."""
    import duckdb

    options |= {"memory_limit": config.memory_limit} if config.memory_limit else {}
    with contextlib.closing(duckdb.connect(":memory:", config=options)) as con:
        yield con


def view_parquet(con: duckdb.DuckDBPyConnection, schema: str, folder: Path, like: str) -> None:
    """Make a schema with a view of each table in a folder of Spark's, which is a folder of Parquet files.

    A partitioned table without rows has no file to tell its columns: they are taken from the table in the schema `like`.
    """
    con.execute(f"create schema {schema}")
    known = con.execute("select table_name from duckdb_tables() where database_name || '.' || schema_name = ?", [like])
    names = {name for (name,) in known.fetchall()}
    for table in sorted(folder.iterdir()):
        view = f"create view {schema}.{quoted(table.name)} as from"
        if any(table.rglob("*.parquet")):
            files = literal(f"{escaped_glob(table)}/**/*.parquet")
            con.execute(f"{view} read_parquet({files}, hive_partitioning = true)")
        elif table.name in names:
            con.execute(f"{view} {like}.{quoted(table.name)} limit 0")


def compared(con: duckdb.DuckDBPyConnection, one: str, other: str) -> Iterator[Compared]:
    """Compare every mart of two attached databases; equal rows count as often as they are there."""
    columns = {database: marts_of(con, database) for database in (one, other)}
    for mart in sorted(columns[one].keys() | columns[other].keys()):
        ours, theirs = columns[one].get(mart), columns[other].get(mart)
        if ours is None or theirs is None:
            yield Compared(mart, 0, f"only in {other if ours is None else one}")
            continue
        relations = [f"{quoted(database)}.marts.{quoted(mart)}" for database in (one, other)]
        rows = con.execute(f"select count(*) from {relations[0]}").fetchall()[0][0]
        if ours != theirs:
            yield Compared(mart, rows, f"other columns: {different_columns(ours, theirs)}")
            continue
        listed = ", ".join(quoted(name) for name in ours)
        sides = [f"select {listed} from {relation}" for relation in relations]
        difference, sample = [], []
        for database, first, second in ((one, *sides), (other, *reversed(sides))):
            count, few = rows_of(con, f"{first} except all {second}")
            difference += [f"{count:,} only in {database}"] if count else []
            sample += [f"{database}: {row}" for row in few]
        yield Compared(mart, rows, ", ".join(difference) or None, sample)


def marts_of(con: duckdb.DuckDBPyConnection, database: str) -> dict[str, dict[str, str]]:
    """Return the marts of a database, with their columns' types."""
    found: dict[str, dict[str, str]] = {}
    for mart, column, kind in con.execute(
        "select table_name, column_name, data_type from duckdb_columns() "
        "where database_name = ? and schema_name = 'marts' order by table_name, column_index",
        [database],
    ).fetchall():
        found.setdefault(mart, {})[column] = kind
    return found


def different_columns(ours: dict[str, str], theirs: dict[str, str]) -> str:
    """Return the columns that differ, with both types."""
    names = [name for name in ours | theirs if ours.get(name) != theirs.get(name)]
    return ", ".join(f"{name} ({ours.get(name, 'missing')}, {theirs.get(name, 'missing')})" for name in names)


def rows_of(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, list[str]]:
    """Return how many rows a query has, and the first few as text."""
    count = con.execute(f"select count(*) from ({sql})").fetchall()[0][0]
    found = con.execute(f"select * from ({sql}) order by all limit {SAMPLE if count else 0}")
    names = [column[0] for column in found.description]
    return count, [", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True)) for row in found.fetchall()]

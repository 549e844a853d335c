"""Ask the published warehouse: one SELECT, read-only, every digit kept (design §4)."""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from loaders.errors import UsageError
from loaders.settings import settings
from warehouse.output import distinct, json_text, opened, replacing, text
from warehouse.published import connect, current
from warehouse.shown import show

if TYPE_CHECKING:
    import duckdb

FORMATS = ("table", "csv", "json", "parquet")
SHOWN_ROWS = 1_000
CHUNK_ROWS = 10_000
NUMERIC = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(.*\)|FLOAT|DOUBLE|BIGNUM")
PRAGMA = re.compile(r"(\s|;|--[^\n]*(\n|$)|/\*.*?\*/)*pragma\b", re.IGNORECASE | re.DOTALL)


def query(sql: str, format: str = "table", output: Path | None = None) -> None:
    """Print the answer, or write it to a file that appears when it is whole.

    Raises UsageError for anything but one SELECT, for SQL that fails, and when nothing is published.
    """
    if format not in FORMATS:
        raise UsageError(f"--format {format}: there is {', '.join(FORMATS)}.")
    if format == "parquet" and not output:
        raise UsageError("--format parquet: name the file with --output FILE.")
    with mendable_sql(sql):
        require_select(sql)
        with contextlib.closing(connect(current(settings()))) as con, interruptible(con):
            if format == "parquet":
                write_parquet(con, sql, output)
                return
            result = con.execute(sql)
            columns = [name for name, *_ in result.description]
            types = [str(kind) for _, kind, *_ in result.description]
            with opened(output) as file:
                if format == "table":
                    print_table(file, con, sql, columns, types)
                elif format == "csv":
                    writer = csv.writer(file, lineterminator="\n")
                    writer.writerow(columns)
                    writer.writerows([text(value) for value in row] for row in rows_of(result))
                else:
                    write_json(file, columns, types, rows_of(result))


def require_select(sql: str) -> None:
    """Raise UsageError unless the text is one statement, and that a SELECT."""
    import duckdb

    kinds = [statement.type.name for statement in duckdb.extract_statements(sql)]
    if PRAGMA.match(sql):  # DuckDB 1 takes some for a SELECT
        kinds = ["PRAGMA"]
    if kinds != ["SELECT"]:
        found = " and ".join(kinds) or "nothing"
        hint = " A PIVOT names its values: ON column IN (...)." if "pivot" in sql.casefold() else ""
        raise UsageError(f"query: one SELECT can be asked (WITH, FROM, VALUES begin one too), not {found}.{hint}")


@contextlib.contextmanager
def mendable_sql(sql: str) -> Iterator[None]:
    """Turn DuckDB's error about the SQL into one line; a disk or memory that failed stays what it is."""
    import duckdb

    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InternalException, duckdb.FatalException):
        raise
    except duckdb.Error as error:
        raise UsageError(f"query: {told(error, sql)}") from error


@contextlib.contextmanager
def interruptible(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Let Ctrl-C end a question at once: DuckDB raises a RuntimeError, and would work on until the connection can close."""
    try:
        yield
    except (KeyboardInterrupt, RuntimeError) as error:
        con.interrupt()
        if isinstance(error, RuntimeError) and "interrupted" not in str(error).casefold():
            raise
        raise KeyboardInterrupt from error


def told(error: Exception, sql: str) -> str:
    """Return DuckDB's message and hint without its drawing; the line's number where there are several."""
    message, _, where = str(error).partition("\n\nLINE ")
    line = f" (line {where.split(':')[0]})" if where and "\n" in sql.strip() else ""
    return " ".join(message.split()) + line


def rows_of(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a result, a chunk in memory at a time."""
    while chunk := result.fetchmany(CHUNK_ROWS):
        yield from chunk


def print_table(file: TextIO, con: duckdb.DuckDBPyConnection, sql: str, columns: list[str], types: list[str]) -> None:
    """Write the first rows as a table, and how many there are."""
    rows = con.fetchmany(SHOWN_ROWS + 1)
    shown = rows[:SHOWN_ROWS]
    show(file, columns, [bool(NUMERIC.fullmatch(kind)) for kind in types], shown)
    if len(rows) == len(shown):
        print(f"{len(rows):,} {'row' if len(rows) == 1 else 'rows'}", file=file)
        return
    with con.cursor() as again:
        ((count,),) = again.sql(sql).aggregate("count(*)").fetchall()
    print(f"{len(shown):,} of {count:,} rows; {count - len(shown):,} left out. --format csv has them all.", file=file)


def write_json(file: TextIO, columns: list[str], types: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    """Write one array of objects in column order; a JSON column is JSON in it."""
    names = [json_text(name) for name in distinct(columns)]
    forms = [str if kind == "JSON" else json_text for kind in types]
    lead = "["
    for row in rows:
        texts = ("null" if value is None else form(value) for form, value in zip(forms, row, strict=True))
        members = ", ".join(f"{name}: {value}" for name, value in zip(names, texts, strict=True))
        file.write(f"{lead}{{{members}}}")
        lead = ",\n "
    file.write("[]\n" if lead == "[" else "]\n")


def write_parquet(con: duckdb.DuckDBPyConnection, sql: str, output: Path) -> None:
    """Write the answer as Parquet, in the types it has."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    reader = con.sql(sql).to_arrow_reader(CHUNK_ROWS * 10)
    names = distinct(reader.schema.names)
    schema = pa.schema([field.with_name(name) for field, name in zip(reader.schema, names, strict=True)])
    try:
        with replacing(output) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
            for batch in reader:
                writer.write_batch(batch.rename_columns(names))
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None):
            raise
        raise UsageError(f"query: {told(error, sql)}") from error

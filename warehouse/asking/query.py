"""Ask the published warehouse: one SELECT, read-only, every digit kept, within bounds of time, memory and rows."""

from __future__ import annotations

import contextlib
import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from common.choices import AnswerFormat
from common.errors import StorageError, UsageError
from common.printing import counted
from common.settings import PROJECT_DIR, Settings, settings
from warehouse.asking.tables import show
from warehouse.asking.values import distinct, json_text, opened, replacing, temporary_of, text
from warehouse.building.published import connect, current, spill_folder

if TYPE_CHECKING:
    import duckdb

SHOWN_ROWS = 1_000
CHUNK_ROWS = 10_000
MEMORY, MEMORY_BYTES = "2GB", 2_000_000_000  # where BEDROT_MEMORY_LIMIT says nothing
NUMERIC = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(.*\)|FLOAT|DOUBLE|BIGNUM")
PRAGMA = re.compile(r"(\s|;|--[^\n]*(\n|$)|/\*.*?\*/)*pragma\b", re.IGNORECASE | re.DOTALL)


def query(sql: str, format: AnswerFormat = AnswerFormat.TABLE, output: Path | None = None) -> None:
    """Print the answer, or write it to a file that appears when it is whole. A process of its own finds it.

    Raises UsageError for anything but one SELECT, for SQL that fails, for a question that takes more than
    BEDROT_QUERY_SECONDS, BEDROT_MEMORY_LIMIT or BEDROT_QUERY_ROWS, and when nothing is published.
    """
    config = settings()
    if format is AnswerFormat.PARQUET and not output:
        raise UsageError("--format parquet: name the file with --output FILE.")
    published = current(config)
    with spill_folder() as spill:
        question = {
            "sql": sql, "format": format, "output": output and str(output.expanduser().absolute()),
            "published": str(published.path), "spill": str(spill), "rows": config.query_rows, "threads": config.threads,
            "memory_bytes": config.memory_bytes or MEMORY_BYTES, "memory": config.memory_limit or MEMORY,
            "seconds": config.query_seconds,
        }  # fmt: skip
        ended(question, config)


def ended(question: dict[str, Any], config: Settings) -> None:
    """Have a process of its own answer a question, and end with its exit code where that is not 0.

    Raises UsageError when it takes too long, StorageError when it ends without saying why.
    """
    command = [sys.executable, "-m", "warehouse.asking.query_process"]
    with subprocess.Popen(command, cwd=PROJECT_DIR, stdin=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdin, "a pipe was asked for"
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        try:
            code = process.wait(config.query_seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise UsageError(
                f"query: no whole answer within {config.query_seconds:g} s; it was ended. Ask for less (a filter, a sum), "
                "or raise BEDROT_QUERY_SECONDS."
            ) from error
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            remove_left_over(question["output"], process.pid)
    if code < 0:
        raise StorageError(
            f"query: the process that answers it was ended by signal {-code}, mostly for want of memory. "
            "Ask for less (a filter, a sum), or raise BEDROT_MEMORY_LIMIT."
        )
    if code:
        raise SystemExit(code)


def remove_left_over(output: str | None, pid: int) -> None:
    """Remove what a process that was ended left half-written beside the file it was to write."""
    if output:
        temporary_of(Path(output), pid).unlink(missing_ok=True)


def answer(
    sql: str, format: str, output: str | None, published: str, spill: str, rows: int, threads: int | None, memory: str
) -> None:
    """Answer a question in this process; see `query`."""
    target = Path(output) if output else None
    with contextlib.closing(connect(Path(published), Path(spill), memory, threads)) as con, mendable_sql(sql):
        require_select(con, sql)
        with interruptible(con):
            if target and format == "parquet":
                write_parquet(con, sql, target, rows)
                return
            result = con.execute(sql)
            columns = [name for name, *_ in result.description]
            types = [str(kind) for _, kind, *_ in result.description]
            with opened(target) as file:
                if format == "table":
                    print_table(file, con, sql, columns, types, rows)
                elif format == "csv":
                    writer = csv.writer(file, lineterminator="\n")
                    writer.writerow(columns)
                    writer.writerows([text(value) for value in row] for row in rows_of(result, rows))
                else:
                    write_json(file, columns, types, rows_of(result, rows))


def require_select(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Raise UsageError unless the text is one statement, and that a SELECT.

    The connection can read no file: DuckDB reads some while it only takes a text apart (`import database`).
    """
    kinds = [statement.type.name for statement in con.extract_statements(sql)]
    if PRAGMA.match(sql):  # DuckDB 1 takes some for a SELECT
        kinds = ["PRAGMA"]
    if not kinds:
        raise UsageError("query: there is no statement in it, only a comment or nothing. Write a SELECT.")
    if kinds != ["SELECT"]:
        found = " and ".join(kinds)
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


def rows_of(result: duckdb.DuckDBPyConnection, most: int) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a result, a chunk in memory at a time.

    Raises UsageError where there are more than `most`.
    """
    count = 0
    while chunk := result.fetchmany(CHUNK_ROWS):
        count += len(chunk)
        require_rows(count, most)
        yield from chunk


def require_rows(count: int, most: int) -> None:
    """Raise UsageError where an answer has more rows than it may have."""
    if count > most:
        raise UsageError(f"query: more than {most:,} rows. Ask for less (a filter, a sum), or raise BEDROT_QUERY_ROWS.")


def print_table(
    file: TextIO, con: duckdb.DuckDBPyConnection, sql: str, columns: list[str], types: list[str], most: int
) -> None:  # fmt: skip
    """Write the first rows as a table, how many there are, and what shows the others."""
    rows = con.fetchmany(min(SHOWN_ROWS, most) + 1)
    shown = rows[: min(SHOWN_ROWS, most)]
    show(file, columns, [bool(NUMERIC.fullmatch(kind)) for kind in types], shown)
    if len(rows) == len(shown):
        print(counted(len(rows), "row"), file=file)
        return
    with con.cursor() as again:
        ((count,),) = again.sql(sql).aggregate("count(*)").fetchall()
    rest = "--format csv has them all" if count <= most else f"BEDROT_QUERY_ROWS allows {most:,}"
    limit = "" if len(shown) < SHOWN_ROWS else f"a table shows {SHOWN_ROWS:,}, "
    print(f"{len(shown):,} of {counted(count, 'row')}; {count - len(shown):,} left out: {limit}{rest}.", file=file)


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


def write_parquet(con: duckdb.DuckDBPyConnection, sql: str, output: Path, most: int) -> None:
    """Write the answer as Parquet, in the types it has."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    reader = con.sql(sql).to_arrow_reader(CHUNK_ROWS * 10)
    names = distinct(reader.schema.names)
    schema = pa.schema([field.with_name(name) for field, name in zip(reader.schema, names, strict=True)])
    try:
        with replacing(output) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
            count = 0
            for batch in reader:
                count += batch.num_rows
                require_rows(count, most)
                writer.write_batch(batch.rename_columns(names))
    except (pa.ArrowException, OSError) as error:
        if getattr(error, "errno", None):
            raise
        raise UsageError(f"query: {told(error, sql)}") from error

"""SQL as text: identifiers, literals and paths."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def run(con: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a statement to its end and return its rows: an unread result blocks a connection of DuckDB 2.x."""
    return con.execute(sql, parameters).fetchall()


def quoted(name: str) -> str:
    """A column's name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """A text as a literal."""
    return "null" if value is None else "'" + value.replace("'", "''") + "'"


def escaped_glob(path: Path | str) -> str:
    """A path that DuckDB reads as one file, whatever characters it has.

    A backslash separates folders to it, on every system: where it is part of a name, any one character stands for it.
    """
    escaped = re.sub(r"([\[\]*?])", r"[\1]", str(path))
    return escaped if os.name == "nt" else escaped.replace("\\", "?")


def source_location(folder: Path) -> str:
    """The landing folder as the sources' `external_location` has it: in quotes, in a pattern, in a text that is formatted."""
    inner = literal(escaped_glob(folder))[1:-1]
    return inner.replace("{", "{{").replace("}", "}}")


def columns_of(con: duckdb.DuckDBPyConnection, rows: str) -> tuple[str, ...]:
    """Return the names of a relation's columns."""
    return tuple(name for (name,) in run(con, f"select column_name from (describe from {rows})"))

"""The published warehouse: its path, and a read-only connection (docs/how-it-works.md, "Building and publishing")."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.errors import StorageError, UsageError
from common.settings import Settings, settings
from common.sql_text import literal

if TYPE_CHECKING:
    import duckdb

POINTER = "current.json"


@dataclass(frozen=True)
class Published:
    """One published build.

    inputs: what it read (`warehouse.building.selection.inputs_of`), as it was when the build began.
    full_bytes: the size of its file when it was last made from nothing.
    """

    build_id: str
    path: Path
    built_at: datetime
    as_of_date: date
    inputs: dict[str, Any] = field(default_factory=dict)
    full_bytes: int = 0


def current(config: Settings) -> Published:
    """Return the live build.

    Raises UsageError when nothing is published, StorageError when the pointer or its file is damaged or gone.
    """
    published = read_pointer(config)
    if not published.path.exists():  # a build may have moved the pointer and removed this one in between
        published = read_pointer(config)
    if not published.path.exists():
        raise StorageError(f"{published.path}: the published warehouse is gone. Run `python cli.py build`.")
    return published


def read_pointer(config: Settings) -> Published:
    """Return what the pointer says, whether or not the file is there."""
    pointer = config.warehouse_dir / POINTER
    try:
        stated: dict[str, Any] = json.loads(pointer.read_text(encoding="utf-8"))
        return Published(
            stated["build_id"],
            config.warehouse_dir / stated["path"],
            datetime.fromisoformat(stated["built_at"]),
            date.fromisoformat(stated["as_of_date"]),
            stated.get("inputs", {}),
            stated.get("full_bytes", 0),
        )
    except FileNotFoundError as error:
        raise UsageError("Nothing is published yet. Run `python cli.py build`.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise StorageError(f"{pointer}: damaged, it names no build. Run `python cli.py build`.") from error


@contextlib.contextmanager
def connected(published: Published, writes_to: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to a build, read-only, without access to any other file.

    What it can't hold in memory is written to a private folder that goes with it. With `writes_to`, `copy` may write into
    that folder. Raises StorageError when the file can't be opened.
    """
    config = settings()
    with (
        spill_folder() as spill,
        contextlib.closing(connect(published.path, spill, config.memory_limit, config.threads, writes_to)) as con,
    ):
        yield con


@contextlib.contextmanager
def spill_folder() -> Iterator[Path]:
    """Yield a private folder for what a connection can't hold in memory."""
    with tempfile.TemporaryDirectory(prefix="bedrot-read-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def connect(
    database: Path, spill: Path, memory_limit: str | None, threads: int | None, writes_to: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a build read-only, without access to any other file but, for `copy`, those in `writes_to`.

    Raises StorageError when the file can't be opened.
    """
    import duckdb

    options: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "temp_directory": str(spill),
    }
    if memory_limit:
        options["memory_limit"] = memory_limit
    if threads:
        options["threads"] = threads
    try:
        con = duckdb.connect(str(database), read_only=True, config=options)
    except duckdb.Error as error:
        why = str(error).splitlines()[0].rstrip(".")
        raise StorageError(f"{database}: can't be opened ({why}). Run `python cli.py build`.") from error
    if writes_to:
        con.execute(f"set allowed_directories = [{literal(str(writes_to))}]")
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")
    return con

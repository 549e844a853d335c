"""Where DuckDB can write a database file: beside a path with a `?` it looks for its log in another folder, and fails."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from common.durable_files import sync


@contextlib.contextmanager
def writable(database: Path) -> Iterator[Path]:
    """Yield the path to write a database file at: its own; where that has a `?`, a private copy, put back at the end."""
    if "?" not in str(database.resolve()):
        yield database
        return
    with tempfile.TemporaryDirectory(prefix="bedrot-build-") as folder:
        copy = Path(folder) / database.name
        if database.exists():
            shutil.copy2(database, copy)
        yield copy
        if copy.exists():
            database.parent.mkdir(parents=True, exist_ok=True)
            temporary = database.with_name(f".{database.name}.tmp")
            shutil.copy2(copy, temporary)
            sync(temporary)
            temporary.replace(database)

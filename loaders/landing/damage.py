"""Name what is damaged in the data folder in one line; what does not need it goes on."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from common.errors import FileError


@contextlib.contextmanager
def naming_damage(path: Path | str) -> Iterator[None]:
    """Turn an error about one of landing's files into one that names it; a lack of memory stays what it is.

    Raises FileError.
    """
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, duckdb.InterruptException):
        raise
    except (duckdb.Error, ValueError, KeyError, TypeError, AttributeError) as error:
        why = next(iter(str(error).splitlines()), type(error).__name__)
        raise FileError(
            f"{path}: damaged, it can't be read ({why[:200]}). See `python cli.py verify`; put it back from a backup."
        ) from error

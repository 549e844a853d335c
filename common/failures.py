"""Which exceptions a user can mend, whatever library raised them."""

from __future__ import annotations

import errno
import sys

from common.errors import LoaderError, StorageError
from common.printing import say
from common.secrets import strike

STORAGE_ERRNOS = {
    errno.ENOSPC, errno.EROFS, errno.EIO, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE,
}  # fmt: skip


def report(error: Exception) -> int:
    """Print an error that a user can mend as one line on stderr, a bug with its traceback; return the exit code.

    No secret is in either.
    """
    mended = mendable(error)
    if mended is None:
        import traceback

        print(strike("".join(traceback.format_exception(error))), file=sys.stderr, end="")
        return 1
    say(f"error: {strike(' '.join(str(mended).split()))}", sys.stderr)
    return mended.exit_code


def mendable(error: BaseException) -> LoaderError | None:
    """Return the error to print as one line, or None for a bug that keeps its traceback."""
    if isinstance(error, LoaderError):
        return error
    if isinstance(error, OSError) and error.errno in STORAGE_ERRNOS:
        where = f" at {error.filename}" if error.filename else ""
        return StorageError(f"the disk refused{where}: {error.strerror}. Free space or mend access, and run it again.")
    if isinstance(error, MemoryError):
        return StorageError("not enough memory. Give it more (BEDROT_MEMORY_LIMIT), and run it again.")
    duckdb = sys.modules.get("duckdb")
    if duckdb and isinstance(error, duckdb.OutOfMemoryException):
        return StorageError(f"{str(error).splitlines()[0]} Give it more (BEDROT_MEMORY_LIMIT), and run it again.")
    if duckdb and isinstance(error, duckdb.IOException):
        return StorageError(f"{str(error).splitlines()[0]} Free space, or look for damage with `python cli.py verify`.")
    return None

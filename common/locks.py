"""One lock for every work that must not run twice at once: held by the kernel, so that a killed process leaves none."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

from common.errors import BusyError


@contextlib.contextmanager
def hold_lock(path: Path, seconds: float, busy: str, mode: int = 0o644) -> Iterator[None]:
    """Hold the lock of this file; its folder is made where it is missing.

    Raises BusyError with the text `busy` where another process holds it for longer than `seconds`.
    """
    from filelock import FileLock, Timeout

    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path, timeout=seconds, mode=mode)
    try:
        lock.acquire()
    except Timeout as error:
        raise BusyError(busy) from error
    try:
        yield
    finally:
        lock.release()


def account_key(account: str) -> str:
    """Return an account's part of a lock's name, which must be a file's name whatever the account is called."""
    return hashlib.sha256(account.encode()).hexdigest()[:16]

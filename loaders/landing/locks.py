"""Which files landing consists of: added to by many at once, taken away by compaction alone.

Whoever reads or adds files holds the lock shared; whoever replaces a table's folder holds it alone. A folder is replaced
by one exchange of names where the kernel and the disk can (Linux); elsewhere by two renames, and a kill between them is
healed before anyone reads or adds again.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from common.durable_files import sync
from common.errors import BusyError, StorageError
from common.settings import Settings
from loaders.landing.timeline import files_in

NEW, OLD = ".new", ".old"
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of Linux's renameat2


@contextlib.contextmanager
def files_shared(settings: Settings) -> Iterator[None]:
    """Hold the files of landing as they are, with others; new ones may appear.

    Raises BusyError while compaction holds them for longer than BEDROT_LOCK_WAIT_SECONDS.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(held(settings, alone=False))
        if left_over(settings):
            stack.close()
            with files_alone(settings):
                pass
            stack.enter_context(held(settings, alone=False))
        yield


@contextlib.contextmanager
def files_alone(settings: Settings) -> Iterator[None]:
    """Hold the files of landing alone, after healing what a killed run left.

    Raises BusyError while others read or add files for longer than BEDROT_LOCK_WAIT_SECONDS.
    """
    with held(settings, alone=True):
        for path in left_over(settings):
            heal(path.with_name(path.name[1:].removesuffix(path.suffix)))
        yield


@contextlib.contextmanager
def held(settings: Settings, alone: bool) -> Iterator[None]:
    """Hold the kernel's lock of landing's files, shared or alone."""
    import sqlite3

    from filelock import ReadWriteLock, Timeout

    path = settings.locks_dir / "files.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = ReadWriteLock(path)
    taken = lock.write_lock if alone else lock.read_lock
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(taken(timeout=settings.lock_wait_seconds))
        except Timeout as error:
            others = "landing, building or another command" if alone else "compaction"
            raise BusyError(f"landing: its files are held by {others}. Try again when that has ended.") from error
        except (sqlite3.DatabaseError, sqlite3.NotSupportedError) as error:
            raise StorageError(
                f"{path}: the lock file is damaged ({error}). Delete it while no other command runs, and run this again."
            ) from error
        yield


def left_over(settings: Settings) -> list[Path]:
    """Return the folders that a killed replacement left."""
    return [path for suffix in (NEW, OLD) for path in settings.landing_dir.glob(f"*/.*{suffix}")]


def replace_folder(folder: Path) -> None:
    """Put `new_folder(folder)`, which is whole and synced, into a folder's place; what was there goes.

    The caller holds the files alone.
    """
    new, old = new_folder(folder), folder.with_name(f".{folder.name}{OLD}")
    if not exchanged(folder, new):
        folder.rename(old)
        new.rename(folder)
    sync(folder.parent)
    heal(folder)


def new_folder(folder: Path) -> Path:
    """Where the replacement of a folder is made, beside it and hidden."""
    return folder.with_name(f".{folder.name}{NEW}")


def exchanged(one: Path, two: Path) -> bool:
    """Exchange two folders' names in one step; say whether kernel and disk could."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    return rename is not None and not rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(two), RENAME_EXCHANGE)


def heal(folder: Path) -> None:
    """Leave the old or the new folder, whole, after a replacement that ended anywhere."""
    new, old = new_folder(folder), folder.with_name(f".{folder.name}{OLD}")
    if old.exists() and new.exists():  # between the two renames
        if files_in(folder, ".parquet"):
            raise StorageError(f"{folder}: files landed while it was being replaced. Move those of {old} there by hand.")
        shutil.rmtree(folder, ignore_errors=True)
        old.rename(folder)
        sync(folder.parent)
    for path in (new, old):
        shutil.rmtree(path, ignore_errors=True)

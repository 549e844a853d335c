"""Copies that can be trusted: written privately, synced, hashed on the way; one run at a time in a folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from common.durable_files import sync
from common.errors import StorageError
from common.locks import hold_lock
from common.settings import Settings
from loaders.landing.encodings import CHUNK_BYTES
from loaders.landing.timeline import SCHEMA_FILE

READABLE = 0o755  # never writable by others, and no set-user-id bit


def listed(base: Path, area: str) -> dict[str, Path]:
    """Return every file below a folder, by `<area>/<path>`; what is hidden (locks, half-written files) is left out.

    Raises StorageError for a link or a device: neither is ever followed.
    """
    found: dict[str, Path] = {}
    for folder, names, files in os.walk(base, onerror=raise_unless_gone):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in (*names, *sorted(files)):
            path = Path(folder, name)
            if name.startswith("."):
                continue
            kind = path.lstat().st_mode
            if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
                raise StorageError(f"{path}: a link or a device, which is never followed. Put a plain file or folder there.")
            if stat.S_ISREG(kind):
                found[f"{area}/{path.relative_to(base).as_posix()}"] = path
    return found


def holds_data(folder: Path) -> bool:
    """Say whether there is anything in a folder but typed headers without rows, and what is hidden."""
    return any(path.name != SCHEMA_FILE for path in listed(folder, "").values())


def raise_unless_gone(error: OSError) -> None:
    """Let a folder that can't be read stop the walk; one that is not there has no files."""
    if not isinstance(error, FileNotFoundError):
        raise error


def mode_of(path: Path) -> int:
    """Return who may read and write a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def set_mode(path: Path, mode: int) -> None:
    """Let others read what they could, and never write; on a disk without modes it stays as the disk has it."""
    if os.name != "nt":
        with contextlib.suppress(OSError):
            path.chmod(mode & READABLE)


def copied(source: Path, target: Path, mode: int) -> tuple[int, str]:
    """Copy a file durably to where there is none, private until it is whole; return its size and SHA-256."""
    target.parent.mkdir(parents=True, exist_ok=True)
    size, found = 0, hashlib.sha256()
    with source.open("rb") as file, open(target, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as copy:
        while chunk := file.read(CHUNK_BYTES):
            size += copy.write(chunk)
            found.update(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    set_mode(target, mode)
    return size, found.hexdigest()


def sync_folders(base: Path) -> None:
    """Have the kernel write the entries of a folder and of all below it."""
    for folder, _, _ in os.walk(base, topdown=False):
        sync(Path(folder))


def require_space(folder: Path, size: int) -> None:
    """Raise StorageError where a disk has no room for so many bytes, before any is written."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise StorageError(f"{folder}: {size:,} bytes are needed and {free:,} are free. Free space, or name another disk.")


@contextlib.contextmanager
def held(config: Settings, folder: Path, work: str) -> Iterator[None]:
    """Hold the lock that lets one backup, restore or drill at a time work in a folder.

    Raises BusyError when another holds it for longer than BEDROT_LOCK_WAIT_SECONDS.
    """
    busy = f"{work}: another {work} is running in {folder}. Try again when it has ended."
    with hold_lock(folder / f".{work}.lock", config.lock_wait_seconds, busy):
        yield


@contextlib.contextmanager
def aside(folder: Path, work: str) -> Iterator[Path]:
    """Yield a private folder to write in, beside what it becomes; whatever is left of it goes, a killed run's too.

    The caller holds the folder's lock.
    """
    for left in folder.glob(f".{work}-*.tmp"):
        shutil.rmtree(left, ignore_errors=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{work}-", suffix=".tmp", dir=folder))
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)

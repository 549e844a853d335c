"""Write files so that a kill or a power cut leaves the old or the new content, and hash them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from pathlib import Path

CHUNK_BYTES = 1 << 20


def write_durably(target: Path, content: Path | bytes) -> None:
    """Write a file beside its place, sync it, and let it appear by one rename."""
    temporary = beside(target)
    try:
        with temporary.open("wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                with content.open("rb") as source:
                    while chunk := source.read(CHUNK_BYTES):
                        file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    sync(target.parent)


def keep_durably(target: Path, copy: Path) -> None:
    """Give a private copy, which nobody writes to any more, its place by one rename."""
    temporary = beside(target)
    try:
        link_or_copy(temporary, copy)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    sync(target.parent)


def link_or_copy(target: Path, copy: Path) -> None:
    """Give a private copy a second name and sync it; copy it where the disk can't link. The folder is not synced."""
    try:
        os.link(copy, target)
        sync(target)
    except OSError:
        copy_synced(target, copy)


def copy_synced(target: Path, source: Path) -> None:
    """Copy a file and sync it. The folder is not synced."""
    shutil.copyfile(source, target)
    sync(target)


def beside(target: Path) -> Path:
    """Return a name for a temporary file beside a target; `loaders.landing.leftovers` removes what a killed run leaves."""
    return target.parent / f".{target.name[:64]}.{os.getpid()}.{secrets.token_hex(4)}.tmp"


def sync(path: Path) -> None:
    """Have the kernel write a file, or a folder's entries, to the disk."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(path: Path) -> str:
    """Return a file's SHA-256."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            found.update(chunk)
    return found.hexdigest()


def is_intact(path: Path, sha256: str) -> bool:
    """Say whether a file is there and has the bytes that give this hash."""
    with contextlib.suppress(FileNotFoundError):
        return digest(path) == sha256
    return False

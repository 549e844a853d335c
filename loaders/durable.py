"""Files that are whole or not there: written aside, synced, then renamed."""

from __future__ import annotations

import os
from pathlib import Path


def write_durably(target: Path, content: Path | bytes) -> None:
    """Write a file beside its place, sync it, and let it appear by one rename."""
    temporary = target.parent / f".{target.name}.{os.getpid()}.tmp"
    with temporary.open("wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            with content.open("rb") as source:
                while chunk := source.read(1 << 20):
                    file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Have the kernel write a file, or a folder's entries, to the disk."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

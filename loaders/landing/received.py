"""Take a file in: its bytes are copied once, and hashed, parsed and stored from the copy, whatever becomes of the file."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from common.durable_files import CHUNK_BYTES
from common.errors import ChangingError, FileError
from common.printing import readable
from common.private_files import private_folder, received_dir
from common.settings import Settings
from loaders.landing.exports import Export

TRIES = 3
PAUSE_SECONDS = 0.5
SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


def export_at(path: Path) -> Export:
    """Return the export of a file as people named it."""
    return Export(path, readable(path.name), readable(path.absolute().parent.name))


@contextlib.contextmanager
def received(settings: Settings, export: Export) -> Iterator[Export]:
    """Yield an export that reads from a copy which nobody else writes to; what lies in our private folder already is one.

    Raises FileError where the file can't be read, ChangingError where it is written to meanwhile.
    """
    if received_dir(settings) in export.path.parents:
        yield export
        return
    with private_folder(settings) as folder:
        copy = folder / f"received{suffix_of(export.path)}"
        copy_settled(export, copy)
        yield replace(export, path=copy)


def suffix_of(path: Path) -> str:
    """Return a name's suffix where it is a plain one."""
    return path.suffix if SUFFIX.fullmatch(path.suffix) else ""


def copy_settled(export: Export, copy: Path) -> None:
    """Copy a file that does not change while it is read.

    Raises FileError where it can't be read, ChangingError where it changes at each of some tries.
    """
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        if copy_once(export, copy):
            return
    raise ChangingError(f"{export.file_name}: it changes while it is read. Land it again when it is whole.")


def copy_once(export: Export, copy: Path) -> bool:
    """Copy a file; say whether it stayed the same meanwhile."""
    with opened(export) as source, copy.open("wb") as target:
        before = os.fstat(source.fileno())
        for chunk in chunks_of(source, export):
            target.write(chunk)
        after = os.fstat(source.fileno())
        return state_of(before) == state_of(after) and target.tell() == after.st_size


def state_of(found: os.stat_result) -> tuple[int, int]:
    """Return what changes when a file is written to: its size and time."""
    return found.st_size, found.st_mtime_ns


@contextlib.contextmanager
def opened(export: Export) -> Iterator[BinaryIO]:
    """Open a file from outside for reading, without waiting for anyone to write to it.

    Raises FileError where that can't be, or it is a device or a pipe.
    """
    with naming(export):
        handle = os.open(export.path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise FileError(f"{export.file_name}: no file, but a device, a pipe or a folder that can't be listed.")
        yield file


def chunks_of(file: BinaryIO, export: Export) -> Iterator[bytes]:
    """Yield a file's content in pieces.

    Raises FileError where it can't be read.
    """
    while True:
        with naming(export):
            chunk = file.read(CHUNK_BYTES)
        if not chunk:
            return
        yield chunk


@contextlib.contextmanager
def naming(export: Export) -> Iterator[None]:
    """Turn the system's error about a file from outside into one that names it."""
    try:
        yield
    except OSError as error:
        raise FileError(
            f"{export.file_name}: can't be read ({error.strerror or error}). Mend that, and land it again."
        ) from error


def head_of(export: Export, length: int) -> bytes:
    """Return the first bytes of a file from outside.

    Raises FileError where it can't be read.
    """
    with opened(export) as file, naming(export):
        return file.read(length)

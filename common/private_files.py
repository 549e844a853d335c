"""Files that are their owner's alone, and a place for what is not landed yet."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from common.settings import Settings

LEFT_AFTER_SECONDS = 6 * 3600


@contextlib.contextmanager
def private_files() -> Iterator[None]:
    """Have every file that this process, and what it starts, makes be its owner's alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def received_dir(settings: Settings) -> Path:
    """Where what was received lies until it has landed."""
    return settings.data_dir / ".received"


@contextlib.contextmanager
def private_folder(settings: Settings) -> Iterator[Path]:
    """Yield a folder for what was received and is still to land; it goes with the run, and what a killed run left goes too."""
    place = received_dir(settings)
    with private_files():
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in place.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_AFTER_SECONDS:
                shutil.rmtree(left)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Path(folder)

"""Remove what killed runs left half-written in the data folder."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path

from common.settings import Settings

LEFT_AFTER_SECONDS = 3600
TEMPORARY = (
    "landing/*/*/.*.tmp", "landing/*/*/_*/.*.tmp", "originals/*/.*.tmp", "runs/.*.tmp", "runs/*/*/.*.tmp",
    "quarantine/.incoming-*", "quarantine/.discarded-*", "quarantine/*/.*.tmp", "inbox/.*.tmp", "warehouse/.*.tmp",
    "warehouse/dev/.*.tmp", "sessions/*/*/.*.tmp", "exports/.*.tmp",
)  # fmt: skip


def sweep(settings: Settings) -> None:
    """Remove temporary files and folders that are an hour old or older."""
    limit = time.time() - LEFT_AFTER_SECONDS
    for pattern in TEMPORARY:
        for path in settings.data_dir.glob(pattern):
            with contextlib.suppress(OSError):
                if path.lstat().st_mtime < limit:
                    remove(path)


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()

"""Find the files that a person means: each named directly, or anywhere below a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from common.errors import UsageError
from loaders.landing.exports import Export
from loaders.landing.received import export_at


def find_files(paths: list[Path]) -> list[tuple[Export, bool]]:
    """Return every file below the given paths, and whether it was named directly.

    A folder that can't be listed is returned as if it were a file: reading it gives the error that names it.
    Raises UsageError for a path that is missing and a folder without files.
    """
    found: list[tuple[Export, bool]] = []
    for path in paths:
        if not os.path.lexists(path):
            raise UsageError(f"{path}: no such file or folder.")
        if not os.path.isdir(path):  # noqa: PTH112 - a folder that can't be reached is an error of reading, as any file is
            found.append((export_at(path), True))
            continue
        inside = [one for one in files_below(path) if not is_hidden(one.relative_to(path))]
        if not inside:
            raise UsageError(f"{path}: a folder without files.")
        found += [(export_at(one), False) for one in inside]
    return found


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder in order of their paths, and each folder that can't be listed; links to folders are left."""
    failed: list[Path] = []
    found: list[Path] = []
    for place, _, names in os.walk(folder, onerror=lambda error: failed.append(Path(error.filename))):
        found += [Path(place, name) for name in names]
    yield from sorted(found + failed)


def is_hidden(path: Path) -> bool:
    """Say whether a path, or a folder on it, is hidden."""
    return any(part.startswith(".") for part in path.parts)

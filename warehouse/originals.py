"""The files as received, by their hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

from loaders.encodings import CHUNK_BYTES
from loaders.settings import Settings


class Originals:
    """The originals of a data folder, each hashed once."""

    def __init__(self, config: Settings) -> None:
        self.paths = {path.stem: path for path in config.originals_dir.glob("*/*") if not path.name.startswith(".")}
        self.checked: dict[str, str | None] = {}

    @property
    def unused(self) -> int:
        """How many there are that nothing landed refers to."""
        return len(self.paths.keys() - self.checked.keys())

    def problem(self, sha256: str) -> str | None:
        """Return what is wrong with an original, or None."""
        if sha256 not in self.checked:
            path = self.paths.get(sha256)
            if not path:
                self.checked[sha256] = f"its original {sha256} is missing"
            elif digest(path) != sha256:
                self.checked[sha256] = f"its original {path.name} has other bytes than it had"
            else:
                self.checked[sha256] = None
        return self.checked[sha256]


def digest(path: Path) -> str:
    """Return a file's SHA-256."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            found.update(chunk)
    return found.hexdigest()

"""The files as received, by their hash."""

from __future__ import annotations

from pathlib import Path

from common.durable_files import digest
from common.settings import Settings


class Originals:
    """The originals of a data folder, each hashed once."""

    def __init__(self, config: Settings) -> None:
        self.folder = config.originals_dir
        self.paths = {path.stem: path for path in config.originals_dir.glob("*/*") if not path.name.startswith(".")}
        self.checked: dict[str, str | None] = {}

    def unused(self) -> int:
        """Return how many there are that nothing landed refers to."""
        return len(self.paths.keys() - self.checked.keys())

    def problem(self, sha256: str) -> str | None:
        """Return what is wrong with an original, or None."""
        if sha256 not in self.checked:
            path = self.path_of(sha256)
            if not path:
                self.checked[sha256] = f"its original {sha256} is missing"
            else:
                self.checked[sha256] = (
                    None if self.is_intact(path, sha256) else f"its original {path.name} has other bytes than it had"
                )
        return self.checked[sha256]

    def path_of(self, sha256: str) -> Path | None:
        """Return where an original is; one that landed after the listing is looked for."""
        if sha256 not in self.paths:
            found = next((self.folder / sha256[:2]).glob(f"{sha256}.*"), None)
            if found:
                self.paths[sha256] = found
        return self.paths.get(sha256)

    @staticmethod
    def is_intact(path: Path, sha256: str) -> bool:
        """Say whether an original can be read and has the bytes that give its hash."""
        try:
            return digest(path) == sha256
        except OSError:
            return False

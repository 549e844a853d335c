"""A backup's manifest: what is in it, with sizes and hashes, and whether all of it is still there.

A backup is a folder with `landing/`, `originals/`, `quarantine/`, `runs/` and `seeds/`, a `manifest.json` that lists every
file, and a `manifest.sha256` with the manifest's own hash, as `sha256sum --check` reads it, so that a cut manifest is seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any

from pydantic import NonNegativeInt, TypeAdapter

from common.durable_files import digest, write_durably
from common.errors import StorageError, UsageError
from common.settings import DEMO_MARK
from warehouse.asking.values import tracked
from warehouse.backups.files import listed

FORMAT = 1
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"
AREAS = ("quarantine", "landing", "originals", "runs", "seeds")
LEFT_BY_SYSTEMS = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class File:
    """One file of a backup: its path in it, and what it must be."""

    path: str
    bytes: NonNegativeInt
    sha256: str
    mode: NonNegativeInt


@dataclass(frozen=True)
class Lost:
    """A file that is missing or has other bytes than it had; `good_in` is the backup that has it as it was, if any."""

    path: str
    sha256: str
    good_in: str | None


@dataclass(frozen=True)
class Manifest:
    """What a backup states of itself. `folders` has the mode of every folder, `.` being the data folder itself."""

    version: str
    created_at: str
    data_dir: str
    holds_demo: bool
    files: tuple[File, ...]
    folders: dict[str, NonNegativeInt]
    lost: tuple[Lost, ...] = field(default=())

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(one.bytes for one in self.files)

    def of(self, area: str) -> dict[str, File]:
        """The files of one area, by path."""
        return {one.path: one for one in self.files if one.path.split("/")[0] == area}

    def write(self, folder: Path) -> None:
        """Write the manifest and its seal, durably."""
        text = json.dumps({"format": FORMAT} | asdict(self), indent=1).encode()
        write_durably(folder / MANIFEST, text)
        write_durably(folder / SEAL, f"{hashlib.sha256(text).hexdigest()}  {MANIFEST}\n".encode())

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read a backup's manifest.

        Raises UsageError where there is no backup or a later version made it, StorageError where it is damaged.
        """
        if not (folder / MANIFEST).is_file() and not any((folder / name).exists() for name in (SEAL, *AREAS)):
            raise UsageError(f"{folder}: no backup, it has no {MANIFEST}. Name a folder that `backup` printed.")
        try:
            text, seal = (folder / MANIFEST).read_bytes(), (folder / SEAL).read_text(encoding="ascii")
        except (FileNotFoundError, UnicodeDecodeError) as error:
            raise StorageError(f"{folder}: damaged, {MANIFEST} or {SEAL} is missing. Use another backup.") from error
        if seal.split() != [hashlib.sha256(text).hexdigest(), MANIFEST]:
            raise StorageError(f"{folder}: damaged, {MANIFEST} has other bytes than {SEAL} says. Use another backup.")
        try:
            stated: dict[str, Any] = json.loads(text)
            if stated.pop("format") != FORMAT:
                raise UsageError(f"{folder}: made by version {stated['version']}, in a form this version can't read. Update.")
            found = TypeAdapter(cls).validate_python(stated)
            paths = [one.path for one in found.files]
            wrong = [path for path in paths if not is_safe(path) or ("/" not in path and path != DEMO_MARK)]
            wrong += [path for path in found.folders if path != "." and not is_safe(path)]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            why = f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
            raise StorageError(f"{folder}: damaged, {MANIFEST} is no manifest ({why}). Use another backup.") from error
        if "." not in found.folders:
            raise StorageError(f"{folder}: damaged, {MANIFEST} does not state the data folder's mode. Use another backup.")
        if wrong or len(set(paths)) < len(paths):
            what = f"lists {wrong[0]!r}, which is no path in a backup" if wrong else "lists a file twice"
            raise StorageError(f"{folder}: {MANIFEST} {what}. Nothing of it is used; use another backup.")
        return found


def is_safe(path: str) -> bool:
    """Say whether a path stays in its area, on every system, and is not hidden."""
    parts = path.split("/")
    return (
        (parts[0] in AREAS or path == DEMO_MARK)
        and not any(part.startswith(".") or not part for part in parts)
        and ".." not in PureWindowsPath(path).parts
        and "\0" not in path
    )


def problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield what of a backup is missing, has other bytes, or is not listed; every byte is read."""
    found: dict[str, Path] = {}
    for name in sorted(path.name for path in folder.iterdir()):
        if (folder / name).is_symlink():
            raise StorageError(f"{folder / name}: a link or a device, which is never followed. Use another backup.")
        if (folder / name).is_dir() and not name.startswith("."):
            found |= listed(folder / name, name)
        elif name not in (MANIFEST, SEAL) and not name.startswith("."):
            found[name] = folder / name
    for one in tracked(manifest.files, "verifying"):
        path = found.pop(one.path, None)
        if not path:
            yield f"{one.path} is missing"
        elif path.stat().st_size != one.bytes or digest(path) != one.sha256:
            yield f"{one.path} has other bytes than it had"
    yield from (f"{path} is not listed" for path, file in found.items() if file.name.lower() not in LEFT_BY_SYSTEMS)


def require_whole(folder: Path, manifest: Manifest) -> None:
    """Raise StorageError where anything of a backup is not as it was written."""
    found = list(problems(folder, manifest))
    if found:
        more = f" (and {len(found) - 1:,} more)" if len(found) > 1 else ""
        raise StorageError(f"{folder}: damaged, {found[0]}{more}. Nothing was restored; use another backup.")


def backups_in(place: Path) -> list[Path]:
    """Return the backups in a folder, oldest first."""
    return sorted((path.parent for path in place.glob(f"2*Z*/{MANIFEST}")), key=lambda path: path.name)


def chosen(place: Path) -> Path:
    """Return a backup, or the newest in a folder of backups.

    Raises UsageError where there is none.
    """
    place = place.expanduser().absolute()
    if not place.is_dir():
        raise UsageError(f"{place}: no such folder. Name a backup, or the folder that backups are in.")
    found = backups_in(place)
    return found[-1] if found and not (place / MANIFEST).exists() else place

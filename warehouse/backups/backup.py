"""A copy of what can't be made again: landing, originals, quarantine, runs and seeds; never sessions or the warehouse.

A backup is a new folder, written aside and published by one rename; it never replaces an earlier one. What an earlier
backup beside it holds with the same bytes (both are read and hashed) is hard-linked, so a further backup takes the
space of what is new.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.durable_files import digest, sync
from common.errors import StorageError, UsageError
from common.printing import counted, is_or_are
from common.run_records import recorded
from common.seeds import REFERENCE_DIR, seed_files
from common.settings import DEMO_MARK, PROJECT_DIR, Settings, settings, utc_now
from loaders.landing.locks import files_shared
from loaders.landing.timeline import SCHEMA_FILE, SIGHTINGS, STAMP, stated_in
from loaders.landing.withdrawn import WITHDRAWN, read_withdrawn
from warehouse.asking.values import tracked
from warehouse.backups.files import aside, copied, held, holds_data, listed, mode_of, require_space, sync_folders
from warehouse.backups.manifest import File, Lost, Manifest, backups_in

if TYPE_CHECKING:
    import duckdb

BACKUPS = "backups"


def backup(output: Path | None = None, accept: bool = False) -> int:
    """Make a backup and print where it is; return 0, or 8 where files are not as an earlier backup has them.

    With `accept`, the data counts as right as it stands now.
    Raises UsageError where there is nothing to back up, BusyError while another backup runs there.
    """
    config = settings()
    place = place_of(config, output)
    with recorded(config, "backup", output=str(place), accept=accept) as record:
        place.mkdir(exist_ok=True)
        with held(config, place, "backup"):
            try:
                with files_shared(config):
                    path, manifest, shared = make(config, place, accept)
            except FileNotFoundError as error:
                raise StorageError(f"{error.filename}: gone while it was copied. Look why, and run `backup` again.") from error
        record["backup"] = {
            "path": str(path),
            "created_at": manifest.created_at,
            "files": len(manifest.files),
            "bytes": manifest.bytes,
            "lost": len(manifest.lost),
        }
        record["exit_code"] = StorageError.exit_code if manifest.lost else 0
    for one in manifest.lost:
        print(f"not as it was: {one.path}; {advice(path.parent, one)}", file=sys.stderr)
    print(f"Backed up {path}")
    told = f"{counted(len(manifest.files), 'file')}, {counted(manifest.bytes, 'byte')}"
    print(f"{told}, of which {shared:,} shared with the backup before.")
    if missing := len(manifest.lost):
        told = f"{counted(missing, 'file')} {is_or_are(missing)} missing or damaged"
        print(f"{told}: put back what was there, or say so with `backup --accept`.")
    return StorageError.exit_code if manifest.lost else 0


def place_of(config: Settings, output: Path | None) -> Path:
    """Return the folder that backups go to.

    Raises UsageError where the data folder holds nothing, or backups can't go there.
    """
    place = (output or config.data_dir / BACKUPS).expanduser().absolute()
    seeds = (REFERENCE_DIR, config.label_seeds_dir)
    areas = (config.landing_dir, config.originals_dir, config.quarantine_dir, config.runs_dir, *seeds)
    if not any(map(holds_data, areas[:3])):
        raise UsageError(f"{config.data_dir}: nothing has landed, there is nothing to back up. Is BEDROT_DATA_DIR right?")
    if any(place.resolve().is_relative_to(folder.resolve()) for folder in areas):
        raise UsageError(f"--output {place}: a part of what is backed up. Name a folder elsewhere.")
    if place.exists() and not place.is_dir():
        raise UsageError(f"--output {place}: a file. Name a folder.")
    if not place.parent.is_dir():
        raise UsageError(f"--output {place}: the folder {place.parent} does not exist. Is the disk there?")
    return place


def make(config: Settings, place: Path, accept: bool) -> tuple[Path, Manifest, int]:
    """Copy everything aside, list it, and publish it by one rename; return where, its manifest, and the bytes shared.

    Files of landing appear by rename and never change, and what they refer to was there before them. So quarantine is
    copied first (what leaves it lands), then what has landed is listed, then the originals.
    """
    created = utc_now()
    earlier = Earlier(place, config)
    with aside(place, "backup") as folder:
        copy = Copy(config, folder, earlier)
        copy.quarantined()
        files = landed(config) | listed(config.originals_dir, "originals") | listed(config.runs_dir, "runs")
        files |= {f"seeds/{name}": path for name, path in seed_files(config).items()}
        mark = config.data_dir / DEMO_MARK
        files |= {DEMO_MARK: mark} if mark.exists() else {}
        sizes = {path: file.stat().st_size for path, file in files.items()}
        require_space(place, sum(size for path, size in sizes.items() if earlier.size_of(path) != size))
        told = (counted(len(copy.files) + len(files), "file"), counted(copy.bytes + sum(sizes.values()), "byte"))
        print(f"Backing up {', '.join(told)} …", flush=True)
        for path, file in tracked(files.items(), "backing up"):
            copy.take(path, file)
        manifest = Manifest(
            version=tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"],
            created_at=created.isoformat(),
            data_dir=str(config.data_dir),
            holds_demo=mark.exists(),
            files=tuple(copy.files),
            folders=copy.folders,
            lost=() if accept else tuple(lost(folder, copy.files, earlier)),
        )
        manifest.write(folder)
        sync_folders(folder)
        stamp = f"{created:{STAMP}}"
        same = len(list(place.glob(f"{stamp}*")))
        target = place / (f"{stamp}_{same + 1}" if same else stamp)
        folder.rename(target)
        sync(place)
    return target, manifest, copy.shared


def landed(config: Settings) -> dict[str, Path]:
    """Return what has landed as of one moment, while more may land.

    A listing can miss a file that appears meanwhile and show a later one. So there are two, and of the second counts
    what the landing sequence puts before the newest of the first.
    """
    newest: dict[str, int] = {}
    for path in listed(config.landing_dir, "landing"):
        newest[table_of(path)] = max(newest.get(table_of(path), 0), sequence_of(path))
    again = listed(config.landing_dir, "landing")
    return {path: file for path, file in again.items() if sequence_of(path) <= newest.get(table_of(path), -1)}


def table_of(path: str) -> str:
    """Return a landed file's table, as part of its path."""
    return "/".join(path.split("/")[1:3])


def sequence_of(path: str) -> int:
    """Return a landed file's number in the landing sequence; 0 for a file that has none."""
    found = re.match(r"[0-9TZ]+_([0-9]+)_", path.rpartition("/")[2])
    return int(found[1]) if found else 0


class Earlier:
    """The newest whole manifest of the same data folder in the same place; empty where there is none."""

    def __init__(self, place: Path, config: Settings) -> None:
        self.folder, self.files, self.lost = place, {}, {}
        for folder in reversed(backups_in(place)):
            try:
                found = Manifest.read(folder)
            except (StorageError, UsageError) as error:
                print(f"warning: {error}", file=sys.stderr)
                continue
            if found.data_dir == str(config.data_dir) and found.holds_demo == config.holds_demo:
                self.folder = folder
                self.files = {one.path: one for one in found.files}
                self.lost = {one.path: one for one in found.lost}
                return

    def size_of(self, path: str) -> int | None:
        """Return a file's size then."""
        return self.files[path].bytes if path in self.files else None


class Copy:
    """A backup being written."""

    def __init__(self, config: Settings, folder: Path, earlier: Earlier) -> None:
        self.config, self.folder, self.earlier = config, folder, earlier
        self.files: list[File] = []
        self.folders: dict[str, int] = {".": mode_of(config.data_dir)}
        self.shared = 0

    @property
    def bytes(self) -> int:
        """The size of its files."""
        return sum(one.bytes for one in self.files)

    def quarantined(self) -> None:
        """Take what is in quarantine; an entry that a person decides on meanwhile is left out."""
        found = listed(self.config.quarantine_dir, "quarantine")
        for entry in sorted({path.split("/")[1] for path in found}):
            already = len(self.files)
            try:
                for path, file in found.items():
                    if path.split("/")[1] == entry:
                        self.take(path, file)
            except FileNotFoundError:
                del self.files[already:]
                shutil.rmtree(self.folder / "quarantine" / entry, ignore_errors=True)

    def take(self, path: str, source: Path) -> None:
        """Take one file, by a link to the earlier backup's copy where both have the same bytes, else by copying."""
        for above, folder in zip(Path(path).parents, source.parents, strict=False):
            if above.name:
                self.folders.setdefault(above.as_posix(), mode_of(folder))
        mode = mode_of(source)
        known = self.earlier.files.get(path)
        if known and known.mode == mode and digest(source) == known.sha256 and self.linked(known):
            self.files.append(known)
            self.shared += known.bytes
        else:
            self.files.append(File(path, *copied(source, self.folder / path, mode), mode))

    def linked(self, known: File) -> bool:
        """Link to the earlier backup's copy; say whether its bytes are right and its disk can."""
        old, new = self.earlier.folder / known.path, self.folder / known.path
        new.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            if digest(old) == known.sha256 and not old.is_symlink():
                os.link(old, new)
                return True
            print(f"warning: {old} has other bytes than it had; this backup has the right ones.", file=sys.stderr)
        return False


def lost(folder: Path, files: list[File], earlier: Earlier) -> Iterator[Lost]:
    """Yield what was landed or received and is no more, or has other bytes; again in each backup, until it is mended.

    A file is still there where others hold all its extracts now: they were compacted; or where they were withdrawn.
    """
    now = {one.path: one.sha256 for one in files}
    kept = set(now.values())
    for path, missed in earlier.lost.items():
        if now.get(path) != missed.sha256:
            yield missed
    gone = {path for path in earlier.files if path.startswith("landing/") and path not in now}
    had = extracts_in(earlier.folder, gone)
    held = set().union(*extracts_in(folder, {path for path in now if gone and path.startswith("landing/")}).values())
    for path, before in earlier.files.items():
        immutable = path.startswith(("landing/", "originals/")) and not is_rewritten(path)
        if had.get(path) and had[path] <= held:
            continue
        if immutable and path not in earlier.lost and now.get(path) != before.sha256 and before.sha256 not in kept:
            yield Lost(path, before.sha256, earlier.folder.name)
    for path, sha256 in now.items():
        stated = Path(path).stem
        if path.startswith("originals/") and sha256 != stated and path not in earlier.files and path not in earlier.lost:
            yield Lost(path, stated, None)


def extracts_in(folder: Path, paths: set[str]) -> dict[str, set[str]]:
    """Return the extracts, by their table and id, that files of a backup's landing hold, saw again or say were withdrawn.

    What can't be read is left out.
    """
    import duckdb

    found: dict[str, set[str]] = {}
    with duckdb.connect(":memory:") as con:
        for path in paths:
            with contextlib.suppress(duckdb.Error, ValueError, KeyError, TypeError):
                found[path] = {f"{table_of(path)}/{one}" for one in ids_in(con, folder / path)}
    return found


def ids_in(con: duckdb.DuckDBPyConnection, file: Path) -> set[str]:
    """Return the ids of the extracts that a file of landing holds, saw again or says were withdrawn."""
    if file.parent.name == SIGHTINGS:
        return {file.stem}
    if file.parent.name == WITHDRAWN:
        return {entry.extract_id for entry in read_withdrawn(file).entries}
    if file.suffix != ".parquet" or file.name == SCHEMA_FILE:
        return set()
    return {entry.extract_id for _, entries in stated_in(con, [str(file)]) for entry in entries}


def is_rewritten(path: str) -> bool:
    """Say whether a file of landing may have other bytes later: a typed header, the record of a withdrawn extract."""
    return path.endswith(f"/{SCHEMA_FILE}") or f"/{WITHDRAWN}/" in path


def advice(place: Path, one: Lost) -> str:
    """Return where the bytes as they were can be found."""
    good = place / (one.good_in or "") / one.path
    if one.good_in and good.is_file() and digest(good) == one.sha256:
        return f"the copy in {good} is"
    return f"backup {one.good_in} had it" if one.good_in else "no backup here has it as it was"


def newest_record(config: Settings, command: str, having: str = "command") -> dict[str, Any] | None:
    """Return the newest record of a command that has a value of this name."""
    for path in sorted(config.runs_dir.glob(f"*/*/*_{command}_*.json"), key=lambda path: path.name, reverse=True):
        with contextlib.suppress(ValueError, TypeError):
            stored: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            if having in stored:
                return stored
    return None

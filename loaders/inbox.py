"""The drop folder: whatever lies in it lands and moves to inbox/done; what is refused moves to quarantine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

from loaders.durable import sync
from loaders.errors import BusyError
from loaders.files import Export
from loaders.intake import Outcome, Request, land_file
from loaders.landing import Landing
from loaders.settings import Settings, utc_now
from loaders.sources import SOURCES

DONE = "done"
UNFINISHED = (".part", ".crdownload", ".download", ".tmp", ".partial", ".opdownload")
SETTLED_SECONDS = 3.0


def land_inbox(config: Settings) -> Iterator[Outcome]:
    """Land every file in the inbox; yield what became of each. A folder named like a source says whose files are in it.

    What was written just now is given a moment to settle; a file that is still being written stays for the next time.
    Raises BusyError while another run lands it.
    """
    from filelock import FileLock, Timeout

    config.inbox_dir.mkdir(parents=True, exist_ok=True)
    (config.inbox_dir / DONE).mkdir(exist_ok=True)
    try:
        with FileLock(config.inbox_dir / ".lock", timeout=config.lock_wait_seconds), Landing(config) as landing:
            let_settle(config.inbox_dir)
            for path in waiting(config.inbox_dir):
                yield from land_one(config, landing, path)
    except Timeout as error:
        raise BusyError("inbox: another run is landing it. Try again when that run has ended.") from error


def let_settle(inbox: Path) -> None:
    """Wait until every file that was written just now would be settled, unless someone goes on writing it."""
    unsettled = [SETTLED_SECONDS - age for age in map(age_of, candidates(inbox)) if age < SETTLED_SECONDS]
    if unsettled:
        time.sleep(max(unsettled))


def waiting(inbox: Path) -> list[Path]:
    """Return the files that are whole: settled, no hidden ones, no browser's half-downloads, no links."""
    return [path for path in candidates(inbox) if age_of(path) >= SETTLED_SECONDS]


def candidates(inbox: Path) -> list[Path]:
    """Return the files that are, or will be, whole."""
    found = []
    for path in sorted(inbox.rglob("*")):
        inside = path.relative_to(inbox).parts
        if inside[0] == DONE or any(part.startswith(".") for part in inside) or path.is_symlink() or not path.is_file():
            continue
        if path.suffix.lower() not in UNFINISHED:
            found.append(path)
    return found


def age_of(path: Path) -> float:
    """Return the seconds since a file was last written; of a time still to come, their distance."""
    return abs(time.time() - path.stat().st_mtime)


def land_one(config: Settings, landing: Landing, path: Path) -> Iterator[Outcome]:
    """Land one file, then move it; its bytes are in originals or quarantine by then."""
    inside = path.relative_to(config.inbox_dir).parts
    source = inside[0] if len(inside) > 1 and inside[0] in SOURCES else None
    outcomes = []
    for outcome in land_file(config, landing, Export(path, path.name, path.parent.name), True, Request(source)):
        outcomes.append(outcome)
        yield outcome
    if all(one.status == "quarantined" for one in outcomes):
        path.unlink()
        sync(path.parent)
        return
    target = free_name(config.inbox_dir / DONE / Path(*inside))
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(path, target)
    sync(target.parent)


def free_name(target: Path) -> Path:
    """Return a place for a file; one that is taken gets the time into its name."""
    if not target.exists():
        return target
    stamped = target.with_name(f"{target.stem} ({utc_now():%Y%m%dT%H%M%SZ}){target.suffix}")
    number = 1
    while stamped.exists():
        number += 1
        stamped = target.with_name(f"{target.stem} ({utc_now():%Y%m%dT%H%M%SZ} {number}){target.suffix}")
    return stamped

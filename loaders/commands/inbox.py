"""The drop folder: whatever lies in it lands and moves to inbox/done; what is refused moves to quarantine."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from common.durable_files import sync, write_durably
from common.errors import FileError
from common.locks import hold_lock
from common.settings import Settings, utc_now
from loaders.commands.find_files import files_below, is_hidden
from loaders.commands.intake import Outcome, Request, failed, foreign, land_file
from loaders.landing.complete_files import lack_of
from loaders.landing.exports import Export
from loaders.landing.extracts import Landing
from loaders.landing.file_kinds import HEAD_BYTES
from loaders.landing.received import export_at, head_of
from loaders.registry import SOURCES

DONE = "done"
TAKEN = ".taken.json"
WATCHED_SECONDS = 7 * 86_400
UNFINISHED = (".part", ".crdownload", ".download", ".tmp", ".partial", ".opdownload")
SETTLED_SECONDS = 3.0
NAME_BYTES = 255

State = tuple[int, int]


def land_inbox(config: Settings) -> Iterator[Outcome]:
    """Land every file in the inbox; yield what became of each. A folder named like a source says whose files are in it.

    What was written just now is given a moment to settle. A file that is still being written, or is not whole, stays.
    Raises BusyError while another run lands it.
    """
    (config.inbox_dir / DONE).mkdir(parents=True, exist_ok=True)
    busy = "inbox: another run is landing it. Try again when that run has ended."
    with hold_lock(config.inbox_dir / ".lock", config.lock_wait_seconds, busy), Landing(config) as landing:
        bring_back(config.inbox_dir)
        let_settle(config.inbox_dir)
        for path in candidates(config.inbox_dir):
            outcome = waiting(path)
            if outcome is None:
                yield from land_one(config, landing, path)
            elif outcome.reason:
                yield outcome


def let_settle(inbox: Path) -> None:
    """Wait until every file that was written just now would be settled, unless someone goes on writing it."""
    unsettled = [SETTLED_SECONDS - age for age in map(age_of, candidates(inbox)) if age < SETTLED_SECONDS]
    if unsettled:
        time.sleep(max(unsettled))


def waiting(path: Path) -> Outcome | None:
    """Return the outcome of a file that stays for the next time; None for one that is still and whole, or still for long.

    Of one that is being written, or gone, there is nothing to say.
    """
    age = age_of(path)
    export = export_at(path)
    if age < SETTLED_SECONDS:
        return Outcome(export.file_name, "waiting")
    try:
        lack = lack_of(path) if path.is_file() else None
    except OSError:
        return None  # landing names it
    if not lack or age >= lack[1]:
        return None
    what, seconds = lack
    return Outcome(
        export.file_name,
        "waiting",
        reason=f"{what}. It lands when it is whole, or in {seconds - age:.0f} s if it stays like this.",
    )


def candidates(inbox: Path) -> list[Path]:
    """Return what is, or will be, a whole file: no hidden ones, no browser's half-downloads, no links; and unreadable folders."""
    found = []
    for path in files_below(inbox):
        inside = path.relative_to(inbox)
        if inside.parts[:1] == (DONE,) or is_hidden(inside) or path.suffix.lower() in UNFINISHED:
            continue
        with contextlib.suppress(FileNotFoundError):
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
                found.append(path)
    return found


def age_of(path: Path) -> float:
    """Return the seconds since a file was last written (of a time still to come, their distance); 0 for one that is gone."""
    try:
        found = path.stat()
    except OSError:
        return 0.0
    return abs(time.time() - found.st_mtime) if stat.S_ISREG(found.st_mode) else SETTLED_SECONDS


def land_one(config: Settings, landing: Landing, path: Path) -> Iterator[Outcome]:
    """Land one file, then move it; its bytes are in originals or quarantine by then. What went wrong stays, to land again."""
    inside = path.relative_to(config.inbox_dir).parts
    source = inside[0] if len(inside) > 1 and inside[0] in SOURCES else None
    before = state_of(path)
    outcomes = []
    for outcome in outcomes_of(config, landing, export_at(path), Request(source)):
        outcomes.append(outcome)
        yield outcome
    if any(one.status == "failed" for one in outcomes) or state_of(path) != before:
        return
    try:
        if all(one.status == "quarantined" for one in outcomes):
            path.unlink()
            sync(path.parent)
        else:
            move(config.inbox_dir, path, free_name(config.inbox_dir / DONE / Path(*inside)))
    except OSError as error:
        why = error.strerror or error
        yield failed(
            export_at(path),
            FileError(f"{outcomes[-1].file_name}: done with, but it can't be moved to inbox/done ({why}). Move it."),
        )


def outcomes_of(config: Settings, landing: Landing, export: Export, request: Request) -> Iterator[Outcome]:
    """Land a file; a picture, a PDF and the like is named and left out of quarantine."""
    try:
        found = foreign(export, head_of(export, HEAD_BYTES))
    except FileError as error:
        found = failed(export, error)
    if found:
        yield found
    else:
        yield from land_file(config, landing, export, True, request)


def state_of(path: Path) -> State | None:
    """Return what changes when a file is written to; None where it is gone."""
    with contextlib.suppress(OSError):
        found = path.stat()
        return found.st_size, found.st_mtime_ns
    return None


def move(inbox: Path, path: Path, target: Path) -> None:
    """Move a file to inbox/done, and note its state, so that what is written to it later is seen."""
    target.parent.mkdir(parents=True, exist_ok=True)
    taken = read_taken(inbox) | {str(target.relative_to(inbox)): [*(state_of(path) or ()), time.time()]}
    write_taken(inbox, taken)
    path.replace(target)
    sync(target.parent)


def bring_back(inbox: Path) -> None:
    """Move files back that were written to after they were done with: the longer version lands as the successor."""
    taken = read_taken(inbox)
    for name, (size, modified, since) in list(taken.items()):
        path = inbox / name
        state = state_of(path)
        if state and state != (size, modified):
            path.replace(free_name(inbox / path.relative_to(inbox / DONE)))
        if state != (size, modified) or time.time() - since > WATCHED_SECONDS:
            del taken[name]
    write_taken(inbox, taken)


def read_taken(inbox: Path) -> dict[str, list[float]]:
    """Return the files in inbox/done that are watched, with their size, time, and when they were moved there."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads((inbox / TAKEN).read_text(encoding="utf-8"))
        if isinstance(found, dict) and all(isinstance(one, list) and len(one) == 3 for one in found.values()):
            return {
                name: one for name, one in found.items() if name.startswith(f"{DONE}{os.sep}") and ".." not in Path(name).parts
            }
    return {}


def write_taken(inbox: Path, taken: dict[str, list[float]]) -> None:
    """Store which files are watched, where that has changed."""
    if taken != read_taken(inbox):
        write_durably(inbox / TAKEN, json.dumps(taken).encode())


def free_name(target: Path) -> Path:
    """Return a place for a file; one that is taken gets the time into its name, and is cut where that gets too long."""
    if not os.path.lexists(target):
        return target
    stem, suffix = (target.stem, target.suffix) if len(target.suffix) <= 16 else (target.name, "")
    number = 1
    while True:
        mark = f" ({utc_now():%Y%m%dT%H%M%SZ}{f' {number}' if number > 1 else ''}){suffix}"
        room = NAME_BYTES - len(os.fsencode(mark))
        stamped = target.with_name(os.fsencode(stem)[:room].decode("utf-8", "ignore") + mark)
        if not os.path.lexists(stamped):
            return stamped
        number += 1

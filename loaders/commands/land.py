"""What the landing commands do: land, show, decide; a line per file, a progress bar on many."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

from common.choices import DateOrder
from common.errors import BusyError, SourceFormatError, UsageError
from common.printing import counted, say
from common.progress import progress_bar
from common.run_records import recorded
from common.settings import Settings, settings
from loaders.commands.find_files import find_files
from loaders.commands.intake import Outcome, Request, land_file, require_source, retry
from loaders.commands.joining import land_as_one
from loaders.commands.outcomes import WORST_FIRST, print_outcome
from loaders.landing import quarantine
from loaders.landing.extracts import Landing
from loaders.landing.timestamps import parse_moment
from loaders.registry import SOURCES, no_such_source

MANY_FILES = 20
WORD = re.compile(r"[\w-]+")  # what may be meant as a source: no path, no suffix
STATUSES = ("landed", "unchanged", "ignored", "quarantined", "failed")


def land_paths(
    targets: list[str], account: str | None, extracted_at: str | None, as_one: bool = False, dates: DateOrder | None = None
) -> int:
    """Land files and folders, each on its own or all as one export; return the exit code."""
    config = settings()
    source = targets[0] if targets[0] in SOURCES and not Path(targets[0]).exists() else None
    paths = [Path(target) for target in (targets[1:] if source else targets)]
    if not paths:
        raise UsageError(f"land {source}: no path given. Name files, folders or zips after the source.")
    if not source and WORD.fullmatch(targets[0]) and not os.path.lexists(targets[0]):
        raise no_such_source(f"land {targets[0]}", targets[0], SOURCES, "neither a source nor a file or folder")
    refuse_demo_data(config)
    moment = parse_moment(extracted_at, config.zone) if extracted_at else None
    require_source(source)
    told = {"targets": targets, "account": account, "extracted_at": extracted_at, "as_one": as_one, "dates": dates}
    with recorded(config, "land", **told) as record:
        request = Request(source, account, moment, dates=dates)
        landed = land_joined(config, paths, request) if as_one else land_all(config, paths, request)
        outcomes = [one for of_path in landed.values() for one in of_path]
        in_vain = [path for path, of_path in landed.items() if all(one.unknown for one in of_path)]
        record["files"] = [asdict(one) for one in outcomes]
        code = record["exit_code"] = exit_code_of(outcomes) or (UsageError.exit_code if in_vain else 0)
    if len(outcomes) > 1:
        print(summary(outcomes))
    for path in in_vain:
        say(f"error: {path}: nothing in it was recognised. See README, 'What can be landed'.", sys.stderr)
    return code


def land_all(config: Settings, paths: list[Path], request: Request) -> dict[Path, list[Outcome]]:
    """Land every file below the paths, telling each one's outcome; return them by path."""
    files = {path: find_files([path]) for path in paths}
    landed: dict[Path, list[Outcome]] = {path: [] for path in paths}
    with Landing(config) as landing, progress(sum(map(len, files.values()))) as tick:
        for path, below in files.items():
            for export, named in below:
                for outcome in land_file(config, landing, export, named, request):
                    print_outcome(outcome)
                    landed[path].append(outcome)
                tick()
    return landed


def land_joined(config: Settings, paths: list[Path], request: Request) -> dict[Path, list[Outcome]]:
    """Land all files as one export, telling its outcome; return it below the first path."""
    with Landing(config) as landing:
        outcomes = land_as_one(config, landing, [export for export, _ in find_files(paths)], request)
    for outcome in outcomes:
        print_outcome(outcome)
    return {paths[0]: outcomes}


def retry_quarantined(
    refused_id: str, accept: bool, yes: bool = False, account: str | None = None, dates: DateOrder | None = None
) -> int:
    """Land a refused file again; return the exit code.

    What accepting takes away is said before; on a terminal a person is asked, unless `yes` was given.
    """
    config = settings()
    with (
        quarantine.deciding(config, refused_id) as refused,
        recorded(config, "quarantine", id=refused.id, accept=accept) as record,
        Landing(config) as landing,
    ):
        if accept and not agreed(retry(config, landing, refused, accept, look=True), yes):
            record["declined"] = True
            say("Nothing was changed.")
            return 0
        outcomes = retry(config, landing, refused, accept, account=account, dates=dates)
        record["files"] = [asdict(one) for one in outcomes]
        record["exit_code"] = exit_code_of(outcomes)
    for outcome in outcomes:
        print_outcome(outcome)
    return exit_code_of(outcomes)


def agreed(outcomes: list[Outcome], yes: bool) -> bool:
    """Print to stderr what accepting a file takes away or doubles; on a terminal, return what a person says to it."""
    effects = [line for one in outcomes for line in one.effects]
    for line in effects:
        say(line, sys.stderr)
    return not effects or yes or confirmed("Accept it?")


def confirmed(question: str) -> bool:
    """Return what a person answers on a terminal; True where there is none."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return True
    print(f"{question} [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")


def discard_quarantined(refused_id: str | None, every: bool) -> int:
    """Delete a refused file, or all that are there now; return the exit code.

    Raises UsageError where neither or both are asked for.
    """
    config = settings()
    if bool(refused_id) == every:
        raise UsageError("quarantine discard: name one id, or give --all.")
    code = 0
    for one in [refused_id] if refused_id else [one.id for one in quarantine.entries(config)]:
        try:
            with quarantine.deciding(config, one) as refused, recorded(config, "quarantine", id=refused.id, discard=True):
                quarantine.discard(config, refused)
        except (BusyError, UsageError) as error:
            if not every:
                raise
            say(str(error), sys.stderr)
            code = error.exit_code
        else:
            say(f"discarded {refused.id}  {refused.file_name}")
    return code


def list_quarantine() -> None:
    """Print what is in quarantine."""
    found = quarantine.entries(settings())
    if not found:
        print("Quarantine is empty.")
    for one in found:
        say(f"{one.id}  {one.file_name} ({one.bytes:,} bytes, {one.quarantined_at[:16].replace('T', ' ')})")
        say(f"    {one.reason}")
        decide = "accept, retry or discard" if one.acceptable else "retry or discard"
        print(f"    python cli.py quarantine {decide.split(',')[0].split(' ')[0]} {one.id}    ({decide})")


def summary(outcomes: list[Outcome]) -> str:
    """Return one line that counts the outcomes."""
    counts = {status: sum(one.status == status for one in outcomes) for status in STATUSES}
    rows = sum(one.rows for one in outcomes)
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    return f"{counted(len(outcomes), 'file')}: {told}; {counted(rows, 'row')}."


def exit_code_of(outcomes: list[Outcome]) -> int:
    """Return the worst: 8 where a file or landing could not be read, 6 where one was quarantined, 7 where one changes; else 0."""
    codes = {one.exit_code for one in outcomes} | {SourceFormatError.exit_code for one in outcomes if one.status == "quarantined"}
    return next((code for code in WORST_FIRST if code in codes), 0)


def refuse_demo_data(config: Settings) -> None:
    """Raise UsageError where the data folder holds the demo, so that real data never mixes with it."""
    if config.holds_demo:
        raise UsageError(
            f"{config.data_dir} holds the demo's data. Run `python cli.py demo --remove` first, or set BEDROT_DATA_DIR."
        )


@contextlib.contextmanager
def progress(total: int) -> Iterator[Callable[[], None]]:
    """Show a bar for many files on a terminal; yield what to call after each."""
    if total < MANY_FILES:
        yield lambda: None
        return
    with progress_bar() as bar:
        if bar:
            yield functools.partial(bar.advance, bar.add_task("landing", total=total))
        else:
            yield lambda: None

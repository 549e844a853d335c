"""What the landing commands do: land, show, decide; a line per file, a progress bar on many."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from loaders import quarantine
from loaders.errors import SourceFormatError, UsageError
from loaders.intake import Outcome, Request, find_files, land_file, require_source, retry
from loaders.landing import Landing
from loaders.runs import recorded
from loaders.settings import Settings, settings
from loaders.sources import SOURCES
from loaders.stamps import parse_moment

MANY_FILES = 20


def land_paths(targets: list[str], account: str | None, extracted_at: str | None) -> int:
    """Land files and folders; return the exit code."""
    config = settings()
    source = targets[0] if targets[0] in SOURCES and not Path(targets[0]).exists() else None
    paths = [Path(target) for target in (targets[1:] if source else targets)]
    if not paths:
        raise UsageError(f"land {source}: no path given. Name files, folders or zips after the source.")
    refuse_demo_data(config)
    moment = parse_moment(extracted_at, config.zone) if extracted_at else None
    require_source(source)
    with recorded(config, "land", targets=targets, account=account, extracted_at=extracted_at) as record:
        outcomes = list(land_all(config, paths, Request(source, account, moment)))
        record["files"] = [asdict(one) for one in outcomes]
        record["exit_code"] = exit_code_of(outcomes)
    if len(outcomes) > 1:
        print(summary(outcomes))
    return exit_code_of(outcomes)


def land_all(config: Settings, paths: list[Path], request: Request) -> Iterator[Outcome]:
    """Land every file below the paths, telling each one's outcome."""
    files = find_files(paths)
    with Landing(config) as landing, progress(len(files)) as tick:
        for export, named in files:
            for outcome in land_file(config, landing, export, named, request):
                tell(outcome)
                yield outcome
            tick()


def retry_quarantined(refused_id: str, accept: bool) -> int:
    """Land a refused file again; return the exit code."""
    config = settings()
    refused = quarantine.entry(config, refused_id)
    with recorded(config, "quarantine", id=refused.id, accept=accept) as record, Landing(config) as landing:
        outcomes = retry(config, landing, refused, accept)
        record["files"] = [asdict(one) for one in outcomes]
    for outcome in outcomes:
        tell(outcome)
    return exit_code_of(outcomes)


def discard_quarantined(refused_id: str) -> None:
    """Delete a refused file."""
    config = settings()
    refused = quarantine.entry(config, refused_id)
    with recorded(config, "quarantine", id=refused.id, discard=True):
        quarantine.discard(config, refused)
    print(f"discarded {refused.id}  {refused.file_name}")


def list_quarantine() -> None:
    """Print what is in quarantine."""
    found = quarantine.entries(settings())
    if not found:
        print("Quarantine is empty.")
    for one in found:
        print(f"{one.id}  {one.file_name} ({one.bytes:,} bytes, {one.quarantined_at[:16].replace('T', ' ')})")
        print(f"    {one.reason}")
        decide = "accept, retry or discard" if one.acceptable else "retry or discard"
        print(f"    python cli.py quarantine {decide.split(',')[0].split(' ')[0]} {one.id}    ({decide})")


def tell(outcome: Outcome) -> None:
    """Print one file's outcome; what was refused goes to stderr."""
    tables = f" ({', '.join(outcome.tables)})" if outcome.tables else ""
    if outcome.status == "quarantined":
        print(f"quarantined: {outcome.reason} [{outcome.quarantine_id}]", file=sys.stderr)
    elif outcome.status == "landed":
        print(f"landed {outcome.rows:,} rows  {outcome.file_name}{tables}")
    elif outcome.status == "ignored":
        print(f"ignored  {outcome.file_name}: {outcome.reason}")
    else:
        print(f"unchanged  {outcome.file_name}{tables}")
    for warning in outcome.warnings:
        print(f"  warning: {outcome.file_name}: {warning}", file=sys.stderr)


def summary(outcomes: list[Outcome]) -> str:
    """Return one line that counts the outcomes."""
    counts = {
        status: sum(one.status == status for one in outcomes) for status in ("landed", "unchanged", "ignored", "quarantined")
    }
    rows = sum(one.rows for one in outcomes)
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    return f"{len(outcomes)} files: {told}; {rows:,} rows."


def exit_code_of(outcomes: list[Outcome]) -> int:
    """Return 6 when anything was quarantined, else 0."""
    return SourceFormatError.exit_code if any(one.status == "quarantined" for one in outcomes) else 0


def refuse_demo_data(config: Settings) -> None:
    """Raise UsageError where the data folder holds the demo, so that real data never mixes with it."""
    if config.holds_demo:
        raise UsageError(
            f"{config.data_dir} holds the demo's data. Run `python cli.py demo --remove` first, or set BEDROT_DATA_DIR."
        )


@contextlib.contextmanager
def progress(total: int) -> Iterator[object]:
    """Show a bar for many files on a terminal; yield what to call after each."""
    if total < MANY_FILES or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task("landing", total=total)
        yield lambda: bar.advance(task)

"""The results of fetching, printed while it runs and as a summary."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from common.printing import counted, say
from common.progress import progress_bar
from loaders.commands.intake import Outcome

INBOX = "inbox"
WORST_FIRST = (8, 4, 5, 6, 7)


@dataclass
class Result:
    """What became of one feed of one account: landed, unchanged, quarantined, failed, or not set up."""

    source: str
    account: str
    feed: str
    outcome: str = "unchanged"
    rows: int = 0
    first_day: str | None = None
    last_day: str | None = None
    exit_code: int = 0
    error: str | None = None
    not_before: str | None = None
    warnings: list[str] = field(default_factory=list)
    started_at: str = ""
    ended_at: str = ""


Tell = Callable[[str, Any], None]


def exit_code_of(results: list[Result], of_many: bool) -> int:
    """Return the exit code (docs/how-it-works.md): 3 where some sources failed and others did not, else the worst there is."""
    codes = {one.exit_code for one in results if one.exit_code}
    if not codes:
        return 0
    if of_many and any(not one.exit_code and one.outcome != "not set up" for one in results):
        return 3
    return next((code for code in WORST_FIRST if code in codes), min(codes))


@contextlib.contextmanager
def shown(of_many: bool) -> Iterator[Tell]:
    """Yield what tells results as they come: a bar on a terminal while it lasts, plain lines everywhere.

    What is not set up is printed last: for many sources in the summary, for one source in a line for each missing setting.
    Where nothing of a source is set up, the error says so.
    """
    missing: list[Result] = []
    tried: list[Result] = []

    def told(kind: str, what: Any) -> None:
        if kind != "result":
            told_plainly(kind, what)
        elif what.outcome == "not set up":
            missing.append(what)
        else:
            is_known = any(one.source == what.source and reason(one) == reason(what) for one in tried)
            told_plainly(kind, what, "as above" if what.error and is_known else reason(what))
            tried.append(what)

    with bar(told) as tell:
        yield tell
    if tried and not of_many:
        for line in lacking(missing):
            say(f"not set up: {line}")


@contextlib.contextmanager
def bar(told: Tell) -> Iterator[Tell]:
    """Yield what tells results beside a bar of what is being fetched, where stderr is a terminal."""
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    with progress_bar(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()) as shown_bar:
        if not shown_bar:
            yield told
            return
        tasks: dict[str, Any] = {}

        def tell(kind: str, what: Any) -> None:
            if kind in ("fetching", "landed"):
                rows = f", {counted(what.rows, 'row')}" if what.rows else ""
                text = f"{label(what)}{rows}"
                if what.source not in tasks:
                    tasks[what.source] = shown_bar.add_task(text, total=None)
                shown_bar.update(tasks[what.source], description=text, visible=True)
            elif kind == "result" and what.source in tasks:
                shown_bar.update(tasks[what.source], visible=False)
            told(kind, what)

        yield tell


def told_plainly(kind: str, what: Any, why: str = "") -> None:
    """Print the result of a feed or of a file, failures to stderr; for the inbox, only its files."""
    if kind == "file":
        print_outcome(what)
    if kind != "result" or what.source == INBOX:
        return
    if what.exit_code:
        say(f"{label(what)}: {what.outcome}: {why}", sys.stderr)
    else:
        say(f"{label(what)}: {what.outcome}{span(what)}")
    for warning in what.warnings:
        say(f"  warning: {label(what)}: {warning}", sys.stderr)


def label(result: Result) -> str:
    """A feed's name as people read it."""
    account = "" if result.account == "main" else f" {result.account}"
    return f"{result.source}{account}{f' {result.feed}' if result.feed else ''}"


def reason(result: Result) -> str:
    """A feed's error without the names at its start that its label has already."""
    source, account, feed = map(re.escape, (result.source, result.account, result.feed))
    return re.sub(rf"^(?:{source}(?: {account})?: |{feed}: )+", "", result.error or "")


def lacking(missing: list[Result]) -> list[str]:
    """Return a line for each thing that feeds of a source lack, with the feeds that lack it."""
    by_reason: dict[str, list[Result]] = {}
    for one in missing:
        by_reason.setdefault(reason(one), []).append(one)
    return [f"{', '.join(short_labels(alike))}: {why}" for why, alike in by_reason.items()]


def short_labels(results: list[Result]) -> Iterator[str]:
    """Yield the names of a source's feeds, each with its account where that is another than the one before."""
    before = "main"
    for one in results:
        yield one.feed if one.account == before else f"{one.account} {one.feed}"
        before = one.account


def span(result: Result) -> str:
    """How much landed, and for which days."""
    rows = f" {counted(result.rows, 'row')}" if result.rows else ""
    days = f", {result.first_day} to {result.last_day}" if result.first_day else ""
    return f"{rows}{days}"


def summary(results: Iterable[Result]) -> list[str]:
    """Return one line a source, in the order given: rows, span and outcome; what is not set up is named last, on one line."""
    lines, missing = [], []
    by_source: dict[str, list[Result]] = {}
    for one in results:
        by_source.setdefault(one.source, []).append(one)
    for source, of_source in by_source.items():
        tried = [one for one in of_source if one.outcome != "not set up"]
        if not tried:
            missing.append(source)
            continue
        whole = Result(source, "main", "", rows=sum(one.rows for one in tried))
        whole.first_day = min((one.first_day for one in tried if one.first_day), default=None)
        whole.last_day = max((one.last_day for one in tried if one.last_day), default=None)
        bad = [one.outcome for one in tried if one.exit_code]
        state = f"{len(bad)} of {len(tried)} {' or '.join(sorted(set(bad)))}" if bad else "done"
        lines.append(f"{source:<12} {state},{span(whole) or ' nothing new'}")
    if missing:
        lines.append(f"not set up   {', '.join(missing)} (see `python cli.py extract SOURCE`)")
    return lines


def print_outcome(outcome: Outcome) -> None:
    """Print one file's outcome; what was refused goes to stderr."""
    tables = f" ({', '.join(outcome.tables)})" if outcome.tables else ""
    if outcome.status == "quarantined":
        say(f"quarantined: {outcome.reason} [{outcome.quarantine_id}]", sys.stderr)
    elif outcome.status == "failed":
        say(f"failed: {outcome.reason}", sys.stderr)
    elif outcome.status == "landed":
        say(f"landed {counted(outcome.rows, 'row')}  {outcome.file_name}{tables}")
    elif outcome.status in ("ignored", "waiting"):
        say(f"{outcome.status}  {outcome.file_name}: {outcome.reason}")
    else:
        say(f"unchanged  {outcome.file_name}{tables}")
    if outcome.settled:
        say(f"  {outcome.settled} has left quarantine: it was the same file")
    for warning in outcome.warnings:
        say(f"  warning: {outcome.file_name}: {warning}", sys.stderr)

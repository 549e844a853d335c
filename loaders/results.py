"""What became of what was fetched, and how it is told: while it lasts, and in the end."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from loaders.saying import counted, say

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
    """Return the exit code (design §4): 3 where some sources failed and others did not, else the worst there is."""
    codes = {one.exit_code for one in results if one.exit_code}
    if not codes:
        return 0
    if of_many and any(not one.exit_code and one.outcome != "not set up" for one in results):
        return 3
    return next((code for code in WORST_FIRST if code in codes), min(codes))


@contextlib.contextmanager
def shown(of_many: bool) -> Iterator[Tell]:
    """Yield what tells results as they come: a bar on a terminal while it lasts, plain lines everywhere.

    Of many sources, what is not set up is left to the summary.
    """

    def told(kind: str, what: Any) -> None:
        if not (of_many and kind == "result" and what.outcome == "not set up"):
            told_plainly(kind, what)

    if not sys.stderr.isatty():
        yield told
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        tasks: dict[str, Any] = {}

        def tell(kind: str, what: Any) -> None:
            if kind in ("fetching", "landed"):
                rows = f", {counted(what.rows, 'row')}" if what.rows else ""
                text = f"{label(what)}{rows}"
                if what.source not in tasks:
                    tasks[what.source] = bar.add_task(text, total=None)
                bar.update(tasks[what.source], description=text, visible=True)
            elif kind == "result" and what.source in tasks:
                bar.update(tasks[what.source], visible=False)
            told(kind, what)

        yield tell


def told_plainly(kind: str, what: Any) -> None:
    """Print a feed's result, or that of a file; what failed goes to stderr. The inbox is told by its files."""
    if kind == "file":
        from loaders.commands import tell as tell_file

        tell_file(what)
    if kind != "result" or what.source == INBOX:
        return
    if what.outcome == "not set up":
        say(f"{label(what)}: not set up: {what.error}")
    elif what.exit_code:
        say(f"{label(what)}: {what.outcome}: {what.error}", sys.stderr)
    else:
        say(f"{label(what)}: {what.outcome}{span(what)}")
    for warning in what.warnings:
        say(f"  warning: {label(what)}: {warning}", sys.stderr)


def label(result: Result) -> str:
    """A feed's name as people read it."""
    account = "" if result.account == "main" else f" {result.account}"
    return f"{result.source}{account}{f' {result.feed}' if result.feed else ''}"


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

"""How things stand, on one screen: the verdict, what to do today, the sources. Or as JSON, or metrics."""

from __future__ import annotations

import itertools
import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from common.errors import BuildError
from common.settings import Settings, settings, utc_now
from warehouse.asking.values import cell, json_text, standard_output
from warehouse.health.cadences import CADENCES_FILE, read_cadences
from warehouse.health.details import minute, tell_details
from warehouse.health.facts import Facts
from warehouse.health.gather import failed_run, gather_facts
from warehouse.health.judgement import Health, judge
from warehouse.health.metrics import write_metrics
from warehouse.health.states import CRITICAL, FAILED, HEALTHY, STATES, worst
from warehouse.health.todo import Task, to_do
from warehouse.health.units import Unit, latest

SOME_FAILED = 3
LEAST_TASKS = 2
NO_LIMIT = (10_000, 10_000)


def status(as_json: bool = False, metrics: Path | None = None, check: bool = False, everything: bool = False) -> int:
    """Print how well each source goes and what to do today; return 0.

    metrics: also write them to this file. With `everything`, print each account, table, run and refused file, too. With
    `check`, return 9 after a failed build, 3 where anything is CRITICAL or FAILED, else 0.
    """
    facts, health = standing(settings())
    if metrics:
        write_metrics(metrics, facts, health)
    with standard_output() as file:
        if as_json:
            tasks = [asdict(task) for task in to_do(facts, health)]
            print(json_text(facts.to_json() | {"health": health.to_json(), "to_do": tasks}), file=file)
        else:
            tell(file, facts, health, everything)
    return exit_code_of(health) if check else 0


def standing(config: Settings, run_error: str | None = None) -> tuple[Facts, Health]:
    """Return how things stand, and how well they go.

    run_error: what ended the run that is still being recorded, "" where nothing did; None where none is.
    """
    facts = gather_facts(config)
    problem = failed_run(config) if run_error is None else run_error
    today, now = config.today, utc_now()
    now += today - config.day_of(now)  # where today is set, it is this hour of that day
    cadences = read_cadences(config.label_seeds_dir / CADENCES_FILE)
    return facts, judge(facts, cadences, today, now, problem, config.day_of)


def exit_code_of(health: Health) -> int:
    """Return what `--check` ends with."""
    if any(issue.kind == "build" for issue in health.issues):
        return BuildError.exit_code
    return SOME_FAILED if health.state in (CRITICAL, FAILED) else 0


def tell(file: TextIO, facts: Facts, health: Health, everything: bool = False) -> None:
    """Write the verdict, what to do today, and the sources: on a terminal, as much as fits into its window."""
    is_cut = file.isatty() and not everything
    width, height = shutil.get_terminal_size() if is_cut else NO_LIMIT
    head, tasks, units = list(heading(facts, health)), to_do(facts, health), health.units
    without = [source.source for source in facts.sources if not source.tables]
    foot = [f"No data yet  {', '.join(without)}"] if without and units else []
    sources = list(source_lines(units))
    taken = sum(max(1, -(-len(line) // width)) for line in head)  # its paths are to be copied: they fold, and are not cut
    room = height - taken - len(foot) - 4  # two blank lines, the title of the tasks, the prompt that follows
    if len(sources) + 2 * len(tasks) > room:
        sources = list(folded(units, width))
    shown = max(LEAST_TASKS, (room - len(sources) - 1) // 2)
    lines = ["", *task_lines(tasks, shown if len(sources) + 2 * len(tasks) > room else len(tasks), width), ""]
    for line in head:
        print(cell(line), file=file)
    for line in [*lines, *sources, *foot]:
        print(shortened(cell(line), width), file=file)
    if everything:
        print(file=file)
        tell_details(file, facts, health)


def heading(facts: Facts, health: Health) -> Iterator[str]:
    """Yield the verdict, where the data is, and what is published."""
    nothing = "" if facts.has_landed else ": nothing has landed yet"
    yield f"Health       {health.state}{nothing}{counted(health.units)}, as of {health.today}"
    yield f"Data folder  {facts.data_dir}{' (holds the demo)' if facts.holds_demo else ''}"
    build = facts.build
    if build:
        yield f"Last build   {build.build_id}, built {minute(build.built_at)} UTC, as of {build.as_of_date}"
        yield f"             {build.path}"
    else:
        yield "Last build   nothing is published"


def task_lines(tasks: list[Task], shown: int, width: int) -> Iterator[str]:
    """Yield what to do, the command under each."""
    if not tasks:
        yield "To do today  nothing"
        return
    yield "To do today"
    for number, task in enumerate(tasks[:shown], start=1):
        yield shortened(f"{number:>3}. {task.what}", width)
        yield f"     {task.command}"
    if len(tasks) > shown:
        yield f"     and {len(tasks) - shown} more: python cli.py status --all"


def source_lines(units: list[Unit]) -> Iterator[str]:
    """Yield a line a source, all its accounts together."""
    for source, group in itertools.groupby(units, key=lambda unit: unit.source):
        accounts = list(group)
        state = worst(unit.state for unit in accounts)
        contact = latest(*(unit.last_contact for unit in accounts))
        day = latest(*(unit.newest_day for unit in accounts))
        bad = [unit.account for unit in accounts if unit.state != HEALTHY]
        of = f", {len(accounts)} accounts" if len(accounts) > 1 else ""
        which = f": {', '.join(bad)}" if bad and of else ""
        contacted = f"{contact:%Y-%m-%d}" if contact else "-"
        yield f"{source:<12} {state:<8}  contact {contacted:<10}  newest day {day or '-'!s:<10}{of}{which}".rstrip()


def folded(units: list[Unit], width: int) -> Iterator[str]:
    """Yield the sources that need attention a line each, and the others in as few lines as there can be."""
    lines = dict(zip(dict.fromkeys(unit.source for unit in units), source_lines(units), strict=True))
    bad = {unit.source for unit in units if unit.state != HEALTHY}
    yield from (line for source, line in lines.items() if source in bad)
    well = [source for source in lines if source not in bad]
    if well:
        yield from textwrap.wrap(", ".join(well), width, initial_indent=f"{HEALTHY:<12} ", subsequent_indent=" " * 13)


def shortened(line: str, width: int) -> str:
    """Return a line that fits into the window."""
    return line if len(line) <= width else f"{line[: width - 1]}…"


def counted(units: list[Unit]) -> str:
    """Return how many accounts are in each state."""
    counts = ((state, sum(unit.state == state for unit in units)) for state in reversed(STATES))
    told = ", ".join(f"{count} {state}" for state, count in counts if count)
    return f" (accounts: {told})" if told else ""

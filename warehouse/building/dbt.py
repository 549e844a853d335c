"""dbt as a build runs it: in a process of its own, alone, with its progress, and what it said in words."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from common.errors import BuildError
from common.locks import hold_lock
from common.progress import progress_bar
from common.seeds import label_environment
from common.settings import PROJECT_DIR, Settings
from common.sql_text import source_location
from loaders.landing.locks import files_shared
from warehouse.building.broken_rules import broken_rules

LINES_KEPT = 5
TOLD_EVERY = 100


@dataclass(frozen=True)
class Engine:
    """Where dbt builds: a target of its profile, and what that reads from the environment."""

    target: str
    environment: dict[str, str]

    def beside(self, name: str) -> str:
        """Return the name of a file or folder of which each engine has its own; DuckDB's is the plain one."""
        return name if self.target == "dev" else f"{name}-{self.target}"


@dataclass
class Results:
    """What came of a build: nodes done and in total, what failed and warned, and where dbt's whole log is.

    unread: the last lines of its output that are not its results, such as a traceback.
    """

    log: Path
    total: int = 0
    done: int = 0
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


@contextlib.contextmanager
def build_lock(config: Settings, name: str = ".build.lock") -> Iterator[None]:
    """Hold the lock that lets one build run at a time, and landing's files, which compaction would replace."""
    busy = "build: another build is running. Try again when it has ended."
    with hold_lock(config.warehouse_dir / name, config.lock_wait_seconds, busy), files_shared(config):
        yield


def build_options(full_refresh: bool, select: str | None = None) -> list[str]:
    """Return dbt's options: a whole build leaves out the unit tests."""
    chosen = ["--select", select] if select else ["--exclude-resource-type", "unit_test"]
    return [*chosen, *(["--full-refresh"] if full_refresh else [])]


def run_dbt(config: Settings, engine: Engine, as_of: date, options: list[str]) -> Results:
    """Run `dbt build` in a process of its own, showing its progress."""
    state = config.warehouse_dir / engine.beside(".dbt")
    state.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable, "-m", "warehouse.building.dbt_process",
        "--log-level", "none", "--log-level-file", "debug", "--log-format-file", "debug",
        "--log-path", str(state / "logs"), "build",
        "--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR),
        "--target-path", str(state / "target"), "--target", engine.target, *options,
    ]  # fmt: skip
    results = Results(log=state / "logs" / "dbt.log")
    with subprocess.Popen(
        command, cwd=PROJECT_DIR, env=environment_of(config, engine, as_of),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        assert process.stdout
        with show_progress() as show:
            for line in process.stdout:
                read_line(line, results)
                show(results)
    if process.returncode and not results.failures:
        results.errors = results.errors or [f"dbt ended with {process.returncode}", *results.unread]
    return results


def environment_of(config: Settings, engine: Engine, as_of: date) -> dict[str, str]:
    """Return the environment that dbt's project and profile read."""
    environment = os.environ | engine.environment | label_environment(config)
    environment |= {
        "BEDROT_DATA_DIR": str(config.data_dir),
        "BEDROT_LANDING": source_location(config.landing_dir),
        "BEDROT_AS_OF": as_of.isoformat(),
        "PYTHONUNBUFFERED": "1",
    }
    if config.threads:
        environment["BEDROT_THREADS"] = str(config.threads)
    if config.memory_limit:
        environment["BEDROT_MEMORY_LIMIT"] = config.memory_limit
    return environment


def read_line(line: str, results: Results) -> None:
    """Take over what one line of the process says."""
    try:
        stated = json.loads(line)
    except json.JSONDecodeError:
        stated = None
    if isinstance(stated, dict) and vars(results).keys() >= stated.keys():
        vars(results).update(stated)
    elif line.strip():
        results.unread.append(line.strip())
        del results.unread[:-LINES_KEPT]


def check(results: Results, database: Path | None = None) -> None:
    """Raise BuildError where a model or a test failed, naming the rule and the landed row that breaks it where it can be told."""
    if results.failures or results.errors:
        rules = broken_rules(results.log.parents[1] / "target", database) if database and results.failures else []
        raise BuildError(failure_text(results, rules))


def failure_text(results: Results, rules: list[str]) -> str:
    """Return one line that says what failed: the rules that are broken, else what dbt said."""
    told = rules or [text for text in (*results.failures, *results.errors) if text]
    more = f" (and {len(told) - 3} more)" if len(told) > 3 else ""
    return f"build: nothing was published. {' | '.join(told[:3])[:900]}{more}. See {results.log}, or run `dbt build`."


def passed_text(results: Results) -> str:
    """Return one line that says what passed, and what warned."""
    told = f"{results.total} models, seeds and tests passed"
    if not results.warnings:
        return f"{told}."
    named = ", ".join(sorted(results.warnings)[:6])
    return f"{told}, {len(results.warnings)} with a warning ({named}). See `python cli.py status`."


@contextlib.contextmanager
def show_progress() -> Iterator[Callable[[Results], None]]:
    """Show a bar on a terminal, and a plain line now and then elsewhere; yield what to call with the results so far."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn

    with progress_bar(TextColumn("building"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()) as bar:
        task = bar.add_task("building", total=None) if bar else None
        told = 0

        def show(results: Results) -> None:
            nonlocal told
            if bar and task is not None:
                bar.update(task, total=results.total or None, completed=results.done)
            elif results.total and results.done >= told + TOLD_EVERY:
                told = results.done
                print(f"building: {results.done} of {results.total}", file=sys.stderr)

        yield show

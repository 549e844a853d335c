"""Build aside, test, publish: a failed build never becomes visible (design §7)."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from common.durable_files import sync, write_durably
from common.errors import BuildError, BusyError, LoaderError, UsageError
from common.run_records import recorded
from common.seeds import label_environment
from common.settings import PROJECT_DIR, Settings, settings, utc_now
from common.sql_text import run, source_location
from loaders.landing.locks import files_shared
from warehouse.building.broken_rules import broken_rules
from warehouse.building.database_files import writable
from warehouse.building.published import Published, current
from warehouse.building.seed_checks import check_seeds
from warehouse.building.selection import copy, inputs_of, selection

DATABASE = "bedrot.duckdb"
BUILDING = ".building"
TARGETS = ("dev", "spark")


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
    """What dbt said of a build, node by node, and where its whole log is."""

    log: Path
    total: int = 0
    done: int = 0
    failures: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)


def build(target: str = "dev", full_refresh: bool = False, select: str | None = None, as_of: date | None = None) -> Path:
    """Build and test every model beside the published warehouse, then publish; return the database's path.

    With `select`, build only that, in the dev file, and publish nothing. Spark publishes nothing either.
    Raises UsageError for a mistake in a seed, BuildError when a model or a test fails, BusyError while another build runs.
    """
    config = settings()
    if target not in TARGETS:
        raise UsageError(f"target {target}: there is {', '.join(TARGETS)}.")
    check_seeds(config)
    day = as_of or config.today
    if target == "spark":
        from warehouse.building.spark import build_on_spark

        return build_on_spark(config, day, full_refresh, select)
    with recorded(config, "build", target=target, select=select, as_of=day) as record, build_lock(config):
        if select:
            path = config.warehouse_dir / "dev" / DATABASE
            with writable(path) as file:
                results = run_dbt(config, on_duckdb(file), day, build_options(full_refresh, select))
            record["dbt"] = asdict(results)
            check(results, path)
            print(f"Built {path}\n{passed_text(results)}")
            return path
        return build_and_publish(config, day, full_refresh, record)


def build_and_publish(config: Settings, day: date, full_refresh: bool, record: dict[str, Any]) -> Path:
    """Build aside, on a copy of the published build where it can be kept, and publish; return the database's path."""
    started, inputs = utc_now(), inputs_of(config)
    path = config.warehouse_dir / BUILDING / DATABASE
    shutil.rmtree(path.parent, ignore_errors=True)
    kept = None if full_refresh else published_build(config)
    chosen = selection(kept, inputs, day) if kept else None
    if chosen == []:
        print(f"Nothing new since {kept.built_at:%Y-%m-%d %H:%M}, the published build stands: {kept.path}")
        return kept.path
    options = build_options(full_refresh)
    if chosen:
        record["built_again"] = chosen
        copy(kept.path, path)
        options += ["--select", *chosen]
    with writable(path) as file:
        results = run_dbt(config, on_duckdb(file), day, options)
    record |= {"inputs": inputs} if inputs == inputs_of(config) else {}
    record["dbt"] = asdict(results)
    check(results, path)
    published = publish(config, path, started, day, inputs, kept.full_bytes if chosen else None)
    record["published"] = str(published)
    print(f"Published {published}\n{passed_text(results)}")
    if chosen:
        print(f"Built again: what {', '.join(chosen)} reaches; the rest stands.")
    return published


def on_duckdb(database: Path) -> Engine:
    """Return the engine that builds into a DuckDB file; dbt names it from its folder, as it would cut a path at `#` or `?`."""
    return Engine("dev", {"BEDROT_BUILD_FOLDER": str(database.parent), "BEDROT_BUILD_PATH": database.name})


def build_options(full_refresh: bool, select: str | None = None) -> list[str]:
    """Return dbt's options: a whole build leaves out the unit tests."""
    chosen = ["--select", select] if select else ["--exclude-resource-type", "unit_test"]
    return [*chosen, *(["--full-refresh"] if full_refresh else [])]


def check(results: Results, database: Path | None = None) -> None:
    """Raise BuildError where a model or a test failed, naming the rule and the landed row that breaks it where it can be told."""
    if results.failures or results.errors:
        rules = broken_rules(results.log.parents[1] / "target", database) if database and results.failures else []
        raise BuildError(failure_text(results, rules))


def published_build(config: Settings) -> Published | None:
    """Return the published build, None where there is none to build on."""
    try:
        return current(config)
    except LoaderError:
        return None


@contextlib.contextmanager
def build_lock(config: Settings, name: str = ".build.lock") -> Iterator[None]:
    """Hold the lock that lets one build run at a time, and landing's files, which compaction would replace."""
    from filelock import FileLock, Timeout

    config.warehouse_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(config.warehouse_dir / name, timeout=config.lock_wait_seconds), files_shared(config):
            yield
    except Timeout as error:
        raise BusyError("build: another build is running. Try again when it has ended.") from error


def run_dbt(config: Settings, engine: Engine, as_of: date, options: list[str]) -> Results:
    """Run `dbt build` in a process of its own, telling its progress."""
    state = config.warehouse_dir / engine.beside(".dbt")
    state.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable, "-m", "warehouse.building.dbt_process",
        "--log-format", "json", "--log-format-file", "debug", "--log-path", str(state / "logs"), "build",
        "--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR),
        "--target-path", str(state / "target"), "--target", engine.target, *options,
    ]  # fmt: skip
    told = {
        "BEDROT_DATA_DIR": str(config.data_dir),
        "BEDROT_LANDING": source_location(config.landing_dir),
        "BEDROT_AS_OF": as_of.isoformat(),
        "PYTHONUNBUFFERED": "1",
    }
    environment = os.environ | engine.environment | label_environment(config) | told
    if config.threads:
        environment["BEDROT_THREADS"] = str(config.threads)
    if config.memory_limit:
        environment["BEDROT_MEMORY_LIMIT"] = config.memory_limit
    results = Results(log=state / "logs" / "dbt.log")
    with subprocess.Popen(
        command, cwd=PROJECT_DIR, env=environment,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
    ) as process:  # fmt: skip
        with told_progress() as tell:
            for line in process.stdout:
                read_event(line, results)
                tell(results)
    if process.returncode and not results.failures:
        results.errors = results.errors or [f"dbt ended with {process.returncode}", *results.stray]
    return results


def read_event(line: str, results: Results) -> None:
    """Take what matters from one line of dbt's log."""
    try:
        event: dict[str, Any] = json.loads(line)
    except json.JSONDecodeError:
        if line.strip():
            results.stray.append(line.strip())
            del results.stray[:-5]
        return
    info, data = event.get("info", {}), event.get("data", {})
    node = data.get("node_info", {})
    if "total" in data and "index" in data:
        results.total = max(results.total, int(data["total"]))
    if info.get("name") == "NodeFinished" or (info.get("name", "").startswith("Log") and "Result" in info.get("name", "")):
        results.done = max(results.done, int(data.get("index") or 0))
        status = str(data.get("status", "")).lower()
        name = node.get("node_name", "")
        if status.startswith("warn") and name not in results.warnings:
            results.warnings.append(name)
    elif info.get("name") in ("RunResultError", "RunResultFailure"):
        results.failures.append(clean(data.get("msg") or info.get("msg", "")))
    elif info.get("level") == "error":
        results.errors.append(clean(info.get("msg", "")))


def clean(text: str) -> str:
    """Return dbt's message without colours and line breaks."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", text).split())


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


def publish(
    config: Settings, built: Path, started: datetime, as_of: date, inputs: dict[str, Any], full_bytes: int | None
) -> Path:
    """Give the built file its place and its short names, and move the pointer to it by one rename.

    full_bytes: the file's size when it was last made from nothing; None where that is now.
    """
    import duckdb

    with writable(built) as file, duckdb.connect(str(file)) as con:
        for (mart,) in run(con, "select table_name from duckdb_tables() where schema_name = 'marts'"):
            run(con, f'create or replace view main."{mart}" as select * from marts."{mart}"')
        run(con, "checkpoint")
    sync(built)
    build_id = f"{started:%Y%m%dT%H%M%SZ}_{secrets.token_hex(3)}"
    folder = config.warehouse_dir / build_id
    os.replace(built.parent, folder)
    sync(config.warehouse_dir)
    pointer = {
        "build_id": build_id,
        "path": f"{build_id}/{DATABASE}",
        "built_at": utc_now().isoformat(),
        "as_of_date": as_of.isoformat(),
        "inputs": inputs,
        "full_bytes": full_bytes or (folder / DATABASE).stat().st_size,
    }
    write_durably(config.warehouse_dir / "current.json", json.dumps(pointer, indent=1).encode())
    remove_old_builds(config, build_id)
    return folder / DATABASE


def remove_old_builds(config: Settings, live: str) -> None:
    """Keep the last good builds, for rollback; a build that is still being read may stay a little longer."""
    builds = sorted(path.name for path in config.warehouse_dir.glob("20*Z_*") if path.is_dir())
    for name in builds[: -config.keep_builds]:
        if name != live:
            shutil.rmtree(config.warehouse_dir / name, ignore_errors=True)


@contextlib.contextmanager
def told_progress() -> Iterator[Any]:
    """Show a bar on a terminal, and a plain line now and then elsewhere; yield what to call with the results so far."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("building"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        console = Console(stderr=True)
        with Progress(*columns, console=console, transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
            task = bar.add_task("building", total=None)
            yield lambda results: bar.update(task, total=results.total or None, completed=results.done)
        return
    said = 0

    def say(results: Results) -> None:
        nonlocal said
        if results.total and results.done >= said + 100:
            said = results.done
            print(f"building: {results.done} of {results.total}", file=sys.stderr)

    yield say

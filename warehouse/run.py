"""Everything at once, for cron, a systemd timer or Task Scheduler: extract, compact, build, metrics, messages, status."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import Any

from common.errors import BuildError, NothingSetUpError, StorageError
from common.failures import mendable
from common.printing import say
from common.run_records import recorded
from common.secrets import strike
from common.settings import Settings, settings
from loaders.commands.extract import ALL, extract
from loaders.commands.land import refuse_demo_data
from warehouse.asking.values import standard_output
from warehouse.building.build import build
from warehouse.checks.compact import compact_where_it_pays
from warehouse.health.facts import Facts
from warehouse.health.incidents import complain, notify
from warehouse.health.judgement import Health, Issue
from warehouse.health.metrics import write_metrics
from warehouse.health.states import FAILED
from warehouse.health.status import standing, tell


def run() -> int:
    """Extract all that is set up, compact, build whatever came of it, write metrics, send messages, print the status.

    Return 9 after a failed build, 8 where storage failed, else what `extract all` ended with. What ends the run itself
    is an incident too, and goes on as an error.
    """
    config = settings()
    try:
        with recorded(config, "run") as record:
            refuse_demo_data(config)
            codes = [attempted(extract_what_is_set_up)]
            codes += [attempted(lambda: compact_where_it_pays(config)), attempted(build)]
            facts, health = standing(config, run_error="")
            codes.append(attempted(lambda: report(config, facts, health)))
            code = record["exit_code"] = exit_code_of(codes)
    except Exception as error:
        tell_failure(config, error)
        raise
    with standard_output() as file:
        tell(file, facts, health)
    return code


def extract_what_is_set_up() -> int:
    """Extract every source that is set up; return the exit code. A new user's first run, with nothing set up, is no failure."""
    try:
        return extract(ALL, None, None, headed=False)
    except NothingSetUpError as error:
        print(error)
        return 0


def attempted(step: Callable[[], Any]) -> int:
    """Do one step and return its exit code; an error that a user can mend is printed, and the next step follows."""
    try:
        returned = step()
    except Exception as error:
        mended = mendable(error)
        if mended is None:
            raise
        say(f"error: {strike(' '.join(str(mended).split()))}", sys.stderr)
        return mended.exit_code
    return returned if isinstance(returned, int) else 0


def report(config: Settings, facts: Facts, health: Health) -> None:
    """Send the messages, and write the metrics where a file for them is set."""
    send(config, health.issues)
    if config.metrics_file:
        write_metrics(config.metrics_file, facts, health)


def send(config: Settings, issues: list[Issue], is_complete: bool = True) -> None:
    """Send the messages; that it failed is told, and changes no exit code."""
    try:
        notify(config, issues, is_complete)
    except OSError as error:
        complain(f"{error.strerror or error}. What is left is sent at the next run.")


def tell_failure(config: Settings, error: Exception) -> None:
    """Send and write that the run itself failed; where even that fails, its own error is what counts."""
    why = strike(" ".join(str(mendable(error) or repr(error)).split()))
    try:
        facts, health = standing(config, run_error=why)
    except Exception:
        send(config, [Issue("run", FAILED, None, None, f"run: {why}")], is_complete=False)
        return
    with contextlib.suppress(Exception):
        report(config, facts, health)


def exit_code_of(codes: list[int]) -> int:
    """Return what the run ends with: a failed build, storage, then the first step's."""
    gravest = (code for code in (BuildError.exit_code, StorageError.exit_code) if code in codes)
    return next(gravest, next((code for code in codes if code), 0))

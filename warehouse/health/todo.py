"""What to do today, in order: what health finds wrong, the worst first, then what else waits for a person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from common.printing import counted
from warehouse.health.facts import Backups, Facts
from warehouse.health.judgement import Health, Issue

BACKUP_DAYS = 7
ADVICE = re.compile(r"[;:] [^;:`]*`python cli\.py[^`]*`$")  # at the end of a reason: the command says it


@dataclass(frozen=True)
class Task:
    """One thing to do, and the command that does it."""

    what: str
    command: str


def to_do(facts: Facts, health: Health) -> list[Task]:
    """Return the tasks of today; where nothing has landed, the first steps after what is wrong already."""
    silent = {(issue.source, issue.account) for issue in health.issues if issue.kind == "contact"}
    asked = [one for one in health.issues if one.kind != "data" or (one.source, one.account) not in silent]
    refused = [issue for issue in asked if issue.kind == "quarantine"]
    tasks = [
        quarantine_task(facts, refused) if issue in refused else task_of(issue, health)
        for issue in asked
        if issue not in refused[1:]
    ]
    return tasks + (other_tasks(facts, health) if facts.has_landed else first_steps(facts))


def first_steps(facts: Facts) -> list[Task]:
    """Return what to do first where nothing has landed."""
    return [
        Task("Look around with a made-up label's data (`demo --remove` takes it away again)", "python cli.py demo"),
        Task("Land the exports that you have: files, folders or zips, all at once", "python cli.py land PATH..."),
        Task("Or let a source be fetched: log in once, then extract", "python cli.py login SOURCE"),
        Task("Build the warehouse from what has landed", "python cli.py build"),
        Task(f"See which names it does not know, and write them into the seeds in {facts.seeds_dir}", "python cli.py suggest"),
    ]


def task_of(issue: Issue, health: Health) -> Task:
    """Return what an issue asks for."""
    whose = "the last build failed" if issue.kind == "build" else issue.whose
    what = ADVICE.sub("", issue.reason)
    return Task(f"{whose}: {what}" if whose else what, command_of(issue, health))


def quarantine_task(facts: Facts, issues: list[Issue]) -> Task:
    """Return one task for everything in quarantine: one command shows all of it."""
    since = min(one.quarantined_at for one in facts.quarantine)[:10]
    count = counted(len(facts.quarantine), "file")
    whose = "; ".join(issue.whose for issue in issues)
    return Task(f"{count} in quarantine since {since} ({whose})", "python cli.py quarantine list")


def command_of(issue: Issue, health: Health) -> str:
    """Return the command that mends an issue, or shows what is wrong."""
    account = f' --account "{issue.account}"' if issue.account not in (None, "main") else ""
    if issue.kind == "session":
        return f"python cli.py login {issue.source}{account}"
    if issue.kind in ("extract", "data", "contact"):
        is_live = any(unit.is_live for unit in health.units if unit.key == (issue.source, issue.account))
        return f"python cli.py extract {issue.source}{account}" if is_live else "python cli.py land PATH..."
    return {
        "landing": "python cli.py verify",
        "build": "python cli.py build",
        "run": "python cli.py run",
    }.get(issue.kind, "python cli.py status --all")


def other_tasks(facts: Facts, health: Health) -> list[Task]:
    """Return what is not wrong, but waits: data that no build has, names without a meaning, a backup."""
    tasks = []
    build = facts.build
    if not build and not facts.build_problem:
        tasks.append(Task("Nothing is published yet: build the warehouse", "python cli.py build"))
    elif build and not facts.build_problem and is_newer(facts, build.built_at):
        tasks.append(Task("New data has landed since the last build", "python cli.py build"))
    unmatched = build.unmatched if build else ()
    names = sum(one.names for one in unmatched)
    if names:
        kinds = ", ".join(f"{one.kind} {one.names:,}" for one in unmatched)
        tasks.append(Task(f"{names:,} {'name does' if names == 1 else 'names do'} not resolve: {kinds}", "python cli.py suggest"))
    if not facts.holds_demo:
        tasks += backup_tasks(facts.backups, health)
    return tasks


def is_newer(facts: Facts, built_at: datetime) -> bool:
    """Whether anything landed after the published build was made."""
    landed = [one.last_landed_at for source in facts.sources for one in source.landed]
    return max(landed, default=built_at) > built_at


def backup_tasks(backups: Backups, health: Health) -> list[Task]:
    """Return the backup that is due, where none was made for a week."""
    last, problem = backups.last_backup, backups.backup_problem
    if problem:
        return [Task(f"The last backup failed: {problem}", "python cli.py backup")]
    if not last:
        return [Task("There is no backup", "python cli.py backup")]
    made = datetime.fromisoformat(last.created_at).date()
    old = health.today - made > timedelta(days=BACKUP_DAYS)
    return [Task(f"The last backup is of {made}", "python cli.py backup")] if old else []

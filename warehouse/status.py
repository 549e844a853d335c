"""How things stand, told to a person, or to a machine as JSON or metrics."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from loaders.errors import BuildError
from loaders.settings import Settings, settings, utc_now
from warehouse.health import CADENCES_FILE, CRITICAL, FAILED, STATES, Health, Unit, judge, read_cadences
from warehouse.metrics import write_metrics
from warehouse.output import cell, json_text, standard_output
from warehouse.shown import show
from warehouse.standing import facts, failed_run

COLUMNS = ["table", "account", "last contact", "newest day", "extracts", "rows"]
NUMERIC = [False, False, False, False, True, True]
UNIT_COLUMNS = ["source, account", "state", "contact", "newest day", "lag", "session"]
UNIT_NUMERIC = [False, False, False, False, True, False]
SOME_FAILED = 3


def status(as_json: bool = False, metrics: Path | None = None, check: bool = False) -> int:
    """Print how well each source goes, and the facts behind it; return 0.

    metrics: also write them to this file. With `check`, return 9 after a failed build, 3 where anything is CRITICAL or
    FAILED, else 0.
    """
    found, health = standing(settings())
    if metrics:
        write_metrics(metrics, found, health)
    told = found | {"health": health.facts()}
    with standard_output() as file:
        if as_json:
            print(json_text(told), file=file)
        else:
            tell(file, told, health)
    return exit_code_of(health) if check else 0


def standing(config: Settings, run_error: str | None = None) -> tuple[dict[str, Any], Health]:
    """Return how things stand, and how well they go.

    run_error: what ended the run that is still being recorded, "" where nothing did; None where none is.
    """
    found = facts(config)
    problem = failed_run(config) if run_error is None else run_error
    today, now = config.today, utc_now()
    now += today - config.day_of(now)  # where today is set, it is this hour of that day
    return found, judge(found, read_cadences(config.label_seeds_dir / CADENCES_FILE), today, now, problem, config.day_of)


def exit_code_of(health: Health) -> int:
    """Return what `--check` ends with."""
    if any(issue.kind == "build" for issue in health.issues):
        return BuildError.exit_code
    return SOME_FAILED if health.state in (CRITICAL, FAILED) else 0


def tell(file: TextIO, found: dict[str, Any], health: Health) -> None:
    """Write everything, how well it goes first, what asks for a person last."""

    def say(line: str = "") -> None:
        print(cell(line), file=file)

    say(f"Health       {health.state}{counted(health.units)}")
    tell_units(file, health)
    for issue in health.issues:
        say(f"{issue.state:<12} {' '.join(part for part in (issue.source, issue.account) if part)}: {issue.reason}")
    say(f"Data folder  {found['data_dir']}{' (holds the demo)' if found['holds_demo'] else ''}")
    for source in found["sources"]:
        tell_tables(file, source["source"], [one for one in source["tables"] if "rows" in one])
    without = [source["source"] for source in found["sources"] if not source["tables"]]
    if without:
        say(f"No data yet  {', '.join(without)}")
    build = found["build"]
    if build:
        say(f"Last build   {build['build_id']}, built {minute(build['built_at'])} UTC, as of {build['as_of_date']}")
        say(f"             {build['path']}")
    else:
        say("Last build   nothing is published; run `python cli.py build`")
    last = found["last_run"]
    if last:
        ended = last["error"] or ("done" if not last["exit_code"] else f"ended with {last['exit_code']}")
        say(f"Last run     {last['command']}, {minute(last['started_at'])} UTC: {ended}")
    tell_backups(say, found["backups"])
    if found["build_problem"]:
        say(f"Build        {found['build_problem']}")
    for source in found["sources"]:
        notes = {one["table"]: one["note"] for one in source["tables"] if one["note"]}
        for table, note in notes.items():
            say(f"Note         {source['source']}.{table}: {note}")
    if build and build["unmatched"]:
        kinds = (f"{one['kind']} {one['names']:,} (rows {one['rows'] or 0:,}{money(one)})" for one in build["unmatched"])
        say(f"Unmatched    {'; '.join(kinds)}: see `python cli.py suggest`")
    if not found["quarantine"]:
        say("Quarantine   empty")
    for one in found["quarantine"]:
        say(f"Quarantine   {one['id']}: {one['reason']}")


def tell_backups(say: Callable[[str], None], backups: dict[str, Any]) -> None:
    """Write the last backup and the last drill."""
    last, drill = backups["last_backup"], backups["last_drill"]
    if last:
        lost = f", {last['lost']:,} missing or damaged then" if last["lost"] else ""
        say(f"Last backup  {minute(last['created_at'])} UTC, {last['files']:,} files{lost}: {last['path']}")
    else:
        say("Last backup  none; run `python cli.py backup`")
    if backups["backup_problem"]:
        say(f"Backup       {backups['backup_problem']}")
    if drill:
        say(f"Last drill   {minute(drill['at'])} UTC: {drill['told'] or 'done'}")
    elif last:
        say("Last drill   none; run `python cli.py restore --drill`")


def counted(units: list[Unit]) -> str:
    """Return how many accounts are in each state."""
    counts = ((state, sum(unit.state == state for unit in units)) for state in reversed(STATES))
    told = ", ".join(f"{count} {state}" for state, count in counts if count)
    return f" (accounts: {told})" if told else ""


def tell_units(file: TextIO, health: Health) -> None:
    """Write how each account goes: a table on a terminal, a line each elsewhere."""
    rows = [row_of_unit(unit) for unit in health.units]
    if rows and file.isatty():
        show(file, UNIT_COLUMNS, UNIT_NUMERIC, rows)
        print(file=file)
        return
    for name, state, contact, day, lag, session in rows:
        until = "until " if session[:1].isdigit() else ""
        print(f"{state:<12} {cell(name)}: contact {contact}, newest day {day}, lag {lag}, session {until}{session}", file=file)


def row_of_unit(unit: Unit) -> tuple[str, ...]:
    """Return an account's health as text: the lag of the table that is furthest behind; a session's state, or its last day."""
    lag, session = unit.worst_lag, unit.session
    lapses = session and session["state"] == "ok" and session["lapses_at"]
    return (
        f"{unit.source} {unit.account}", unit.state,
        f"{unit.last_contact:%Y-%m-%d}" if unit.last_contact else "-",
        str((lag and lag.table and lag.newest_day) or unit.newest_day or "-"),
        f"{lag.lag_days} of {lag.allowed_days}" if lag else "-",
        f"{lapses:%Y-%m-%d}" if lapses else session["state"] if session else "-",
    )  # fmt: skip


def tell_tables(file: TextIO, source: str, tables: list[dict[str, Any]]) -> None:
    """Write a source's table on a terminal, and a line an account elsewhere."""
    if tables and file.isatty():
        show(file, COLUMNS, NUMERIC, [row_of(one) for one in tables], title=source)
        print(file=file)
        return
    for one in tables:
        _, account, contact, day, extracts, rows = row_of(one)
        print(
            f"{source}.{one['table']} {cell(account)}: "
            f"last contact {contact}, newest day {day}, extracts {extracts}, rows {rows}",
            file=file,
        )


def row_of(one: dict[str, Any]) -> tuple[str, ...]:
    """Return an account's line as text."""
    return (
        one["table"], one["account"], minute(one["last_contact"]), str(one["newest_day"] or "-"),
        f"{one['extracts']:,}", f"{one['rows']:,}",
    )  # fmt: skip


def minute(moment: Any) -> str:
    """Return a time to the minute."""
    return str(moment)[:16].replace("T", " ")


def money(one: dict[str, Any]) -> str:
    """Return the money of what did not resolve, where there is any."""
    return f", {cell(one['amount_usd'])} USD" if one["amount_usd"] else ""

"""Everything that is known, for `status --all`: each account, table, run, backup and refused file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TextIO

from common.printing import counted
from warehouse.asking.tables import show
from warehouse.asking.values import cell
from warehouse.health.facts import Backups, Facts, LandedTable, UnmatchedKind
from warehouse.health.judgement import Health
from warehouse.health.units import Unit

COLUMNS = ["table", "account", "last contact", "newest day", "extracts", "rows"]
NUMERIC = [False, False, False, False, True, True]
UNIT_COLUMNS = ["source, account", "state", "contact", "newest day", "lag", "session"]
UNIT_NUMERIC = [False, False, False, False, True, False]


def tell_details(file: TextIO, facts: Facts, health: Health) -> None:
    """Write everything that is known, a line each; tables on a terminal."""

    def say(line: str = "") -> None:
        print(cell(line), file=file)

    tell_units(file, health)
    for issue in health.issues:
        say(f"{issue.state:<12} {f'{issue.whose}: ' if issue.whose else ''}{issue.reason}")
    for source in facts.sources:
        tell_tables(file, source.source, source.landed)
    last = facts.last_run
    if last:
        ended = last.error or ("done" if not last.exit_code else f"ended with {last.exit_code}")
        say(f"Last run     {last.command}, {minute(last.started_at)} UTC: {ended}")
    tell_backups(say, facts.backups)
    for source in facts.sources:
        notes = {one.table: one.note for one in source.tables if one.note}
        for table, note in notes.items():
            say(f"Note         {source.source}.{table}: {note}")
    if facts.build and facts.build.unmatched:
        kinds = (f"{one.kind} {one.names:,} (rows {one.rows or 0:,}{money(one)})" for one in facts.build.unmatched)
        say(f"Unmatched    {'; '.join(kinds)}: see `python cli.py suggest`")
    if not facts.quarantine:
        say("Quarantine   empty")
    for refused in facts.quarantine:
        say(f"Quarantine   {refused.id}: {refused.reason}")


def tell_backups(say: Callable[[str], None], backups: Backups) -> None:
    """Write the last backup and the last drill."""
    last, drill = backups.last_backup, backups.last_drill
    if last:
        lost = f", {last.lost:,} missing or damaged then" if last.lost else ""
        say(f"Last backup  {minute(last.created_at)} UTC, {counted(last.files, 'file')}{lost}: {last.path}")
    else:
        say("Last backup  none; run `python cli.py backup`")
    if backups.backup_problem:
        say(f"Backup       {backups.backup_problem}")
    if drill:
        say(f"Last drill   {minute(drill.at)} UTC: {drill.told or 'done'}")
    elif last:
        say("Last drill   none; run `python cli.py restore --drill`")


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
    lapses = session.lapses_at if session and session.state == "ok" else None
    return (
        f"{unit.source} {unit.account}", unit.state,
        f"{unit.last_contact:%Y-%m-%d}" if unit.last_contact else "-",
        str((lag and lag.table and lag.newest_day) or unit.newest_day or "-"),
        f"{lag.lag_days} of {lag.allowed_days}" if lag else "-",
        f"{lapses:%Y-%m-%d}" if lapses else session.state if session else "-",
    )  # fmt: skip


def tell_tables(file: TextIO, source: str, tables: Sequence[LandedTable]) -> None:
    """Write a source's table on a terminal, and a line an account elsewhere."""
    if tables and file.isatty():
        show(file, COLUMNS, NUMERIC, [row_of(one) for one in tables], title=source)
        print(file=file)
        return
    for one in tables:
        _, account, contact, day, extracts, rows = row_of(one)
        print(
            f"{source}.{one.table} {cell(account)}: last contact {contact}, newest day {day}, extracts {extracts}, rows {rows}",
            file=file,
        )


def row_of(one: LandedTable) -> tuple[str, ...]:
    """Return an account's line as text."""
    return (
        one.table, one.account, minute(one.last_contact or "-"), str(one.newest_day or "-"),
        f"{one.extracts:,}", f"{one.rows:,}",
    )  # fmt: skip


def minute(moment: datetime | str | None) -> str:
    """Return a time to the minute."""
    return str(moment)[:16].replace("T", " ")


def money(one: UnmatchedKind) -> str:
    """Return the money of what did not resolve, where there is any."""
    return f", {cell(one.amount_usd)} USD" if one.amount_usd else ""

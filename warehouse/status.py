"""How things stand, told to a person, or to a machine as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TextIO

from loaders.settings import settings
from warehouse.output import cell, json_text, standard_output
from warehouse.shown import show
from warehouse.standing import facts

COLUMNS = ["table", "account", "last contact", "newest day", "extracts", "rows"]
NUMERIC = [False, False, False, False, True, True]


def status(as_json: bool = False) -> None:
    """Print per source the last contact and the newest data; quarantine; the last build and run."""
    found = facts(settings())
    with standard_output() as file:
        if as_json:
            print(json_text(found), file=file)
        else:
            tell(file, found)


def tell(file: TextIO, found: dict[str, Any]) -> None:
    """Write everything, what asks for a person last."""

    def say(line: str = "") -> None:
        print(cell(line), file=file)

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

"""Cadences: how far each table and source may lie back (seed_cadences.csv), and how far it does."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from common.errors import UsageError
from loaders.registry import SOURCES
from warehouse.health.units import TOGETHER, Lag, Unit, latest

CADENCES_FILE = "seed_cadences.csv"
CADENCES = ("daily", "weekly", "monthly", "never")


@dataclass(frozen=True)
class Cadence:
    """One row of the seed: how far the newest day of a table, or the last contact of a source, may lie back."""

    source: str
    table: str | None
    account: str | None
    cadence: str
    delay_days: int
    warning_days: int
    critical_days: int
    may_be_quiet: bool


def lags_of(unit: Unit, cadences: list[Cadence], today: date, day_of: Callable[[datetime], date]) -> Iterator[Lag]:
    """Yield how far each judged table of a unit lies back; of one that is extracted, its last contact too."""
    contact = day_of(unit.last_contact) if unit.last_contact else None
    days: dict[str, date | None] = {}
    contacts: dict[str, date | None] = {}
    for table in unit.tables:
        if table.account == unit.account or unit.source in TOGETHER:
            days[table.table] = latest(days.get(table.table), table.newest_day)
            if table.last_contact:
                contacts[table.table] = latest(contacts.get(table.table), day_of(table.last_contact))
    for name, newest_day in days.items():
        cadence = cadence_of(unit, name, cadences)
        if cadence is None or newest_day is None:
            continue
        known = newest_day
        if cadence.may_be_quiet:
            last = contact if unit.is_live and not unit.failing else contacts.get(name)
            known = max(newest_day, last - timedelta(days=cadence.delay_days)) if last else newest_day
        yield lag(cadence, newest_day, (today - known).days, unit.is_live)
    cadence = cadence_of(unit, None, cadences)
    if cadence and unit.is_live and contact:
        yield lag(cadence, contact, (today - contact).days, unit.is_live)


def lag(cadence: Cadence, newest_day: date, days: int, is_live: bool) -> Lag:
    """Return a lag and its limits: the stricter ones for what is extracted."""
    allowed = cadence.warning_days if is_live else cadence.critical_days
    return Lag(cadence.table, cadence.cadence, newest_day, max(days, 0), allowed, cadence.critical_days if is_live else None)


def cadence_of(unit: Unit, table: str | None, cadences: list[Cadence]) -> Cadence | None:
    """Return the row that a table of a unit is judged by: its account's own, else every account's; None for `never`."""
    rows = [one for one in cadences if (one.source, one.table) == (unit.source, table) and one.account in (None, unit.account)]
    chosen = max(rows, key=lambda one: one.account is not None, default=None)
    return chosen if chosen and chosen.cadence != "never" else None


def is_given_up(unit: Unit, cadences: list[Cadence]) -> bool:
    """Return whether a unit has a row of its own in the seed, without a table, whose cadence is `never`."""
    return any((one.source, one.account, one.table) == (*unit.key, None) and one.cadence == "never" for one in cadences)


def read_cadences(path: Path) -> list[Cadence]:
    """Return the rows of the seed.

    Raises UsageError that names the line where one can't be read, names no table, or contradicts itself.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            return [cadence_from(row, f"{path.name} line {reader.line_num}") for row in reader]
    except (FileNotFoundError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"{path}: can't be read ({error}). Restore it from the checkout.") from error


def cadence_from(row: dict[str, str | None], where: str) -> Cadence:
    """Return one row of the seed, checked."""
    cell = {name: (value or "").strip() for name, value in row.items() if name}
    source, table, cadence = (cell.get(name, "") for name in ("source", "table_name", "cadence"))
    tables = {one.name for one in SOURCES[source].tables} if source in SOURCES else set()
    if source not in SOURCES or (table and table not in tables):
        raise UsageError(f"{where}: there is no {source}{'.' + table if table else ''}. Correct its source and table_name.")
    if cadence not in CADENCES:
        raise UsageError(f"{where}: cadence {cadence!r} is none of {', '.join(CADENCES)}.")
    try:
        names = ("delay_days", "warning_days", "critical_days")
        delay, warning, critical = (0, 0, 0) if cadence == "never" else (int(cell[name]) for name in names)
    except (KeyError, ValueError) as error:
        raise UsageError(f"{where}: delay_days, warning_days and critical_days must be whole numbers.") from error
    if not 0 <= delay <= warning <= critical:
        raise UsageError(f"{where}: delay_days, warning_days and critical_days must rise in this order.")
    quiet = cell.get("may_be_quiet", "").lower() == "true"
    return Cadence(source, table or None, cell.get("account") or None, cadence, delay, warning, critical, quiet)

"""How well things go: the facts of `standing`, judged by each source's own cadence (seed_cadences.csv).

A unit is one account of one source. Its state is the worst of its issues; the overall state is the worst of all.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from common.errors import BusyError, PersonNeededError, UsageError
from common.printing import counted
from loaders.registry import SOURCES

STATES = ("HEALTHY", "WARNING", "CRITICAL", "FAILED")
HEALTHY, WARNING, CRITICAL, FAILED = STATES
CADENCES_FILE = "seed_cadences.csv"
CADENCES = ("daily", "weekly", "monthly", "never")
TOGETHER = {"bank": "all cards"}  # one account at rest says nothing: the newest line on any counts
SOON = timedelta(days=2)
OLD_DAYS, SILENT_DAYS = 90, 180  # a last contact further back is a WARNING, is CRITICAL, whatever the cadences say
OWN_FILES = ("catalog", "legacy")  # nobody to be in contact with: they land when they change


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


@dataclass(frozen=True)
class Issue:
    """One thing that is not right, in words; kind, source and account make it the same one from run to run."""

    kind: str
    state: str
    source: str | None
    account: str | None
    reason: str

    @property
    def whose(self) -> str:
        """Whose it is, in words; blank where it is nobody's."""
        return named(self.kind, self.source, self.account)


@dataclass(frozen=True)
class Lag:
    """How far a table of a unit (None: its last contact) lies back, and how far it may."""

    table: str | None
    cadence: str
    newest_day: date
    lag_days: int
    allowed_days: int
    critical_days: int | None

    @property
    def state(self) -> str:
        """What the lag alone would say."""
        if self.critical_days is not None and self.lag_days > self.critical_days:
            return CRITICAL
        return WARNING if self.lag_days > self.allowed_days else HEALTHY

    @property
    def told(self) -> str:
        """The lag in words."""
        what = f"{self.table}: the newest day, {self.newest_day}," if self.table else f"the last contact, {self.newest_day},"
        return f"{what} is {counted(self.lag_days, 'day')} back ({self.cadence}, at most {self.allowed_days})"


@dataclass
class Unit:
    """One account of one source: what is known of it, and its state.

    is_live: it is extracted, not only landed by hand. failing: its feeds whose last extract failed. session: the login
    that it is seen with, which several accounts may share.
    """

    source: str
    account: str
    state: str = HEALTHY
    is_live: bool = False
    last_contact: datetime | None = None
    newest_day: date | None = None
    lags: list[Lag] = field(default_factory=list)
    session: dict[str, Any] | None = None
    quarantined: int = 0
    failing: list[dict[str, Any]] = field(default_factory=list)
    tables: list[dict[str, Any]] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """What issues of its own bear."""
        return self.source, self.account

    @property
    def session_key(self) -> tuple[str, str] | None:
        """What issues of its session bear."""
        return (self.source, self.session["account"]) if self.session else None

    @property
    def late(self) -> str:
        """What its lags alone would say."""
        return worst(one.state for one in self.lags)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it was ever had."""
        return not self.lags and not self.tables

    @property
    def worst_lag(self) -> Lag | None:
        """The lag that is furthest beyond, or nearest to, what is allowed: a table's, before that of the last contact."""
        return max(self.lags, key=lambda one: (bool(one.table), one.lag_days - one.allowed_days), default=None)

    def facts(self) -> dict[str, Any]:
        """The unit as JSON tells it."""
        lag = self.worst_lag
        return {
            "source": self.source,
            "account": self.account,
            "state": self.state,
            "is_live": self.is_live,
            "last_contact": self.last_contact,
            "newest_day": self.newest_day,
            "lag_days": lag.lag_days if lag else None,
            "allowed_lag_days": lag.allowed_days if lag else None,
            "lag_of": lag.table if lag else None,
            "session": self.session
            and {name: self.session[name] for name in ("state", "logged_in_at", "last_ok_at", "lapses_at")},
            "quarantined": self.quarantined,
            "failing_since": min((one["failing_since"] for one in self.failing), default=None),
            "last_error": self.failing[0]["error"] if self.failing else None,
            "lags": [asdict(one) for one in self.lags],
        }


@dataclass
class Health:
    """How everything is: the units, and every issue, the worst first."""

    today: date
    units: list[Unit]
    issues: list[Issue]

    @property
    def state(self) -> str:
        """The worst of all."""
        return worst(one.state for one in self.issues)

    def facts(self) -> dict[str, Any]:
        """The whole as JSON tells it."""
        return {
            "state": self.state,
            "today": self.today,
            "units": [unit.facts() for unit in self.units],
            "issues": [asdict(issue) for issue in self.issues],
        }


def named(kind: str, source: str | None, account: str | None) -> str:
    """Return whose an issue is, in words: source and account; of a file in quarantine, that no source knows it."""
    if kind == "quarantine" and not source:
        return f"no source known, account {account}" if account else "no source known"
    return " ".join(part for part in (source, account) if part)


def worst(states: Iterable[str]) -> str:
    """Return the worst of some states; HEALTHY where there is none."""
    return max(states, key=STATES.index, default=HEALTHY)


def judge(
    found: dict[str, Any], cadences: list[Cadence], today: date, now: datetime, run_error: str | None = None,
    day_of: Callable[[datetime], date] = datetime.date,
) -> Health:  # fmt: skip
    """Return how well things go, from the facts that `standing` found.

    now: in UTC. run_error: what ended the whole run, where something did. day_of: the label's day at a moment in UTC.
    """
    units = units_of(found)
    for unit in units:
        unit.lags = list(lags_of(unit, cadences, today, day_of))
    issues = [*general_issues(found, run_error), *quarantine_issues(found, units), *session_issues(found["sessions"], units, now)]
    issues += itertools.chain.from_iterable(unit_issues(unit) for unit in units)
    issues += itertools.chain.from_iterable(contact_issues(unit, cadences, today, day_of) for unit in units)
    for unit in units:
        unit.state = worst(one.state for one in issues if (one.source, one.account) in (unit.key, unit.session_key))
    issues.sort(key=lambda one: (-STATES.index(one.state), one.source or "", one.account or "", one.kind))
    return Health(today, units, issues)


# ------------------------------------------------------------------ units


def units_of(found: dict[str, Any]) -> list[Unit]:
    """Return every account that landed, was extracted or has a session, in the order of the sources."""
    landed = [(source["source"], one) for source in found["sources"] for one in source["tables"] if "rows" in one]
    known = {(source, one["account"]) for source, one in landed}
    feeds = [one for one in found["feeds"] if one["source"] in SOURCES or one["failures"]]  # the inbox only when it fails
    known |= {(one["source"], one["account"]) for one in feeds}
    units: dict[tuple[str, str], Unit] = {}

    def unit(source: str, account: str) -> Unit:
        account = whole_account(source, account, known)
        return units.setdefault((source, account), Unit(source, account))

    for source, table in landed:
        one = unit(source, table["account"])
        one.last_contact = latest(one.last_contact, table["last_contact"])
        one.newest_day = latest(one.newest_day, table["newest_day"])
        one.tables.append(table)
    for feed in feeds:
        one = unit(feed["source"], feed["account"])
        one.is_live = True
        one.last_contact = latest(one.last_contact, feed["last_contact"])
        if feed["failures"]:
            one.failing.append(feed)
    live = {one.key for one in units.values() if one.is_live}
    for one in units.values():
        one.is_live = one.is_live or (one.source, "main") in live  # one login or key that sees every channel or list
    for session in found["sessions"]:
        shares = (
            [one for one in units.values() if one.is_live and one.source == session["source"]] if session["is_shared"] else []
        )
        for one in shares or [unit(session["source"], session["account"])]:
            one.session = session
    order = [*SOURCES, *{source for source, _ in units if source not in SOURCES}]
    return sorted(units.values(), key=lambda one: (order.index(one.source), one.account))


def whole_account(source: str, account: str, known: set[tuple[str, str]]) -> str:
    """Return the account that one belongs to: a song's or a release's page to the account it is a part of."""
    if source in TOGETHER:
        return TOGETHER[source]
    head = account.partition("/")[0]
    return head if head == "main" or (source, head) in known else account


def latest(*values: Any) -> Any:
    """Return the latest of the values that are known."""
    return max((value for value in values if value is not None), default=None)


# ------------------------------------------------------------------ lags


def lags_of(unit: Unit, cadences: list[Cadence], today: date, day_of: Callable[[datetime], date]) -> Iterator[Lag]:
    """Yield how far each judged table of a unit lies back; of one that is extracted, its last contact too."""
    contact = day_of(unit.last_contact) if unit.last_contact else None
    days: dict[str, date] = {}
    contacts: dict[str, date] = {}
    for table in unit.tables:
        if table["account"] == unit.account or unit.source in TOGETHER:
            days[table["table"]] = latest(days.get(table["table"]), table["newest_day"])
            if table["last_contact"]:
                contacts[table["table"]] = latest(contacts.get(table["table"]), day_of(table["last_contact"]))
    for table, newest_day in days.items():
        cadence = cadence_of(unit, table, cadences)
        if cadence is None or newest_day is None:
            continue
        known = newest_day
        if cadence.may_be_quiet:
            last = contact if unit.is_live and not unit.failing else contacts.get(table)
            known = latest(newest_day, last and last - timedelta(days=cadence.delay_days))
        yield lag(cadence, newest_day, (today - known).days, unit.is_live)
    cadence = cadence_of(unit, None, cadences)
    if cadence and unit.is_live and contact:
        yield lag(cadence, contact, (today - contact).days, unit.is_live)


def lag(cadence: Cadence, newest_day: date, days: int, is_live: bool) -> Lag:
    """Return a lag and what it is held against: the stricter days for what is extracted."""
    allowed = cadence.warning_days if is_live else cadence.critical_days
    return Lag(cadence.table, cadence.cadence, newest_day, max(days, 0), allowed, cadence.critical_days if is_live else None)


def cadence_of(unit: Unit, table: str | None, cadences: list[Cadence]) -> Cadence | None:
    """Return the row that a table of a unit is judged by: its account's own, else every account's; None for `never`."""
    rows = [one for one in cadences if (one.source, one.table) == (unit.source, table) and one.account in (None, unit.account)]
    chosen = max(rows, key=lambda one: one.account is not None, default=None)
    return chosen if chosen and chosen.cadence != "never" else None


# ------------------------------------------------------------------ issues


def unit_issues(unit: Unit) -> Iterator[Issue]:
    """Yield what keeps new data from a unit, beside its session: feeds that fail, days that stand still."""
    failing = unit.failing
    if unit.session and unit.session["state"] != "ok":
        failing = [one for one in failing if one["exit_code"] != PersonNeededError.exit_code]  # the session's issue tells them
    if failing:
        person = any(one["exit_code"] == PersonNeededError.exit_code for one in failing)
        graver = {HEALTHY: CRITICAL if person else WARNING, WARNING: CRITICAL, CRITICAL: FAILED}
        yield Issue("extract", FAILED if unit.is_empty else graver[unit.late], *unit.key, failing_text(failing))
    behind = [one for one in unit.lags if one.state != HEALTHY]
    if behind:
        contact = next((one for one in unit.lags if not one.table and one.state == HEALTHY), None)
        told = "; ".join(one.told for one in behind)
        if contact:
            told += f", although the last contact was on {contact.newest_day}"
        yield Issue("data", WARNING if contact else unit.late, *unit.key, told)


def contact_issues(unit: Unit, cadences: list[Cadence], today: date, day_of: Callable[[datetime], date]) -> Iterator[Issue]:
    """Yield that the last contact is old, where the cadences don't say as much; not of an account that was given up.

    Given up is an account with a row of its own in the seed, without a table, whose cadence is `never`.
    """
    given_up = any((one.source, one.account, one.table) == (*unit.key, None) and one.cadence == "never" for one in cadences)
    if unit.last_contact is None or unit.source in OWN_FILES or given_up:
        return
    contact = day_of(unit.last_contact)
    days = (today - contact).days
    state = CRITICAL if days > SILENT_DAYS else WARNING if days > OLD_DAYS else HEALTHY
    if STATES.index(state) > STATES.index(unit.late):
        yield Issue("contact", state, *unit.key, f"the last contact, {contact}, is {counted(days, 'day')} back")


def session_issues(sessions: list[dict[str, Any]], units: list[Unit], now: datetime) -> Iterator[Issue]:
    """Yield what is wrong with each session, or soon will be, and what to do; as grave as what hangs on it is late."""
    for session in sessions:
        source, account, lapses = session["source"], session["account"], session["lapses_at"]
        whose = "" if account == "main" else f' --account "{account}"'
        mend = f"log in again: `python cli.py login {source}{whose}`"
        state = CRITICAL
        if session["state"] != "ok":
            reason = f"the session is lost; {mend}"
        elif lapses and lapses <= now:
            reason = f"the session lapsed on {lapses:%Y-%m-%d %H:%M} UTC; {mend}"
        elif lapses and lapses - now <= SOON:
            state, reason = WARNING, f"the session lapses on {lapses:%Y-%m-%d %H:%M} UTC; {mend}"
        else:
            continue
        hanging = [unit for unit in units if unit.session is session]
        if state == CRITICAL and any(unit.late == CRITICAL or unit.is_empty for unit in hanging):
            state = FAILED
        yield Issue("session", state, source, account, reason)


def failing_text(failing: list[dict[str, Any]]) -> str:
    """Return which feeds fail, since when, and why."""
    told = [
        f"{one['feed']} fails since {one['failing_since']:%Y-%m-%d} "
        f"({one['failures']} {'time' if one['failures'] == 1 else 'times'}): {one['error'] or 'no reason given'}"
        for one in failing[:2]
    ]
    more = [f"and {len(failing) - 2} more feeds"] if len(failing) > 2 else []
    return "; ".join(told + more)


def quarantine_issues(found: dict[str, Any], units: list[Unit]) -> Iterator[Issue]:
    """Yield one issue for each source and account that has files in quarantine, and count them in its unit."""
    refused: dict[tuple[str | None, str | None], list[dict[str, Any]]] = {}
    for one in found["quarantine"]:
        own = [unit for unit in units if unit.source == one["source"] and one["account"] in (None, unit.account)]
        account = own[0].account if len(own) == 1 else one["account"]
        refused.setdefault((one["source"], account), []).append(one)
        if len(own) == 1:
            own[0].quarantined += 1
    for (source, account), files in refused.items():
        count = f"{len(files)} files" if len(files) > 1 else "a file"
        since = min(one["quarantined_at"] for one in files)[:10]
        reason = f"{count} in quarantine since {since}; see `python cli.py quarantine list`"
        yield Issue("quarantine", WARNING, source, account, reason)


def general_issues(found: dict[str, Any], run_error: str | None) -> Iterator[Issue]:
    """Yield what concerns no single account: tables that can't be read, the build, the run."""
    for source in found["sources"]:
        for table in source["tables"]:
            if "rows" not in table:
                yield Issue("landing", CRITICAL, source["source"], None, f"{table['table']}: {table['note']}")
    if found["build_problem"]:
        yield Issue("build", FAILED, None, None, found["build_problem"])
    if run_error:
        yield Issue("run", FAILED, None, None, f"run: {run_error}")


def is_failure(outcome: dict[str, Any]) -> bool:
    """Whether an outcome of an extract says that a feed fails; another run in its way says nothing."""
    return outcome["outcome"] == "failed" and outcome["exit_code"] != BusyError.exit_code


# ------------------------------------------------------------------ the table of cadences


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
    tables = {one.name for one in SOURCES[source].TABLES} if source in SOURCES else set()
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

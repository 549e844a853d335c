"""How well things go: the facts, judged by each source's own cadence (seed_cadences.csv).

The state of a unit (one account of one source) is the worst of its issues; the overall state is the worst of all.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from common.errors import PersonNeededError
from common.printing import counted
from warehouse.health.cadences import Cadence, is_given_up, lags_of
from warehouse.health.facts import Facts, FeedFacts, RefusedFile, SessionFacts
from warehouse.health.states import CRITICAL, FAILED, HEALTHY, STATES, WARNING, worst
from warehouse.health.units import Unit, units_of

SOON = timedelta(days=2)
OLD_DAYS, SILENT_DAYS = 90, 180  # a last contact further back is a WARNING, is CRITICAL, whatever the cadences say
OWN_FILES = ("catalog", "legacy")  # nobody to be in contact with: they land when they change


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

    def to_json(self) -> dict[str, Any]:
        """Return the whole as `status --json` prints it."""
        return {
            "state": self.state,
            "today": self.today,
            "units": [unit.to_json() for unit in self.units],
            "issues": [asdict(issue) for issue in self.issues],
        }


def named(kind: str, source: str | None, account: str | None) -> str:
    """Return whose an issue is, in words: source and account; of a file in quarantine, that no source knows it."""
    if kind == "quarantine" and not source:
        return f"no source known, account {account}" if account else "no source known"
    return " ".join(part for part in (source, account) if part)


def judge(
    facts: Facts, cadences: list[Cadence], today: date, now: datetime, run_error: str | None = None,
    day_of: Callable[[datetime], date] = datetime.date,
) -> Health:  # fmt: skip
    """Return how well things go.

    now: in UTC. run_error: what ended the whole run, where something did. day_of: the label's day at a moment in UTC.
    """
    units = units_of(facts)
    for unit in units:
        unit.lags = list(lags_of(unit, cadences, today, day_of))
    issues = [*general_issues(facts, run_error), *quarantine_issues(facts, units), *session_issues(facts.sessions, units, now)]
    issues += itertools.chain.from_iterable(unit_issues(unit) for unit in units)
    issues += itertools.chain.from_iterable(contact_issues(unit, cadences, today, day_of) for unit in units)
    for unit in units:
        unit.state = worst(one.state for one in issues if (one.source, one.account) in (unit.key, unit.session_key))
    issues.sort(key=lambda one: (-STATES.index(one.state), one.source or "", one.account or "", one.kind))
    return Health(today, units, issues)


# ------------------------------------------------------------------ issues


def unit_issues(unit: Unit) -> Iterator[Issue]:
    """Yield what keeps new data from a unit, beside its session: feeds that fail, days that stand still."""
    failing = unit.failing
    if unit.session and unit.session.state != "ok":
        failing = [one for one in failing if one.exit_code != PersonNeededError.exit_code]  # the session's issue tells them
    if failing:
        person = any(one.exit_code == PersonNeededError.exit_code for one in failing)
        graver = {HEALTHY: CRITICAL if person else WARNING, WARNING: CRITICAL, CRITICAL: FAILED}
        yield Issue("extract", FAILED if unit.is_empty else graver[unit.late], *unit.key, failing_text(failing))
    behind = [one for one in unit.lags if one.state != HEALTHY]
    if behind:
        contact = next((one for one in unit.lags if not one.table and one.state == HEALTHY), None)
        told = "; ".join(one.text for one in behind)
        if contact:
            told += f", although the last contact was on {contact.newest_day}"
        yield Issue("data", WARNING if contact else unit.late, *unit.key, told)


def contact_issues(unit: Unit, cadences: list[Cadence], today: date, day_of: Callable[[datetime], date]) -> Iterator[Issue]:
    """Yield that the last contact is old, where the cadences don't say as much; not of an account that was given up."""
    if unit.last_contact is None or unit.source in OWN_FILES or is_given_up(unit, cadences):
        return
    contact = day_of(unit.last_contact)
    days = (today - contact).days
    state = CRITICAL if days > SILENT_DAYS else WARNING if days > OLD_DAYS else HEALTHY
    if STATES.index(state) > STATES.index(unit.late):
        yield Issue("contact", state, *unit.key, f"the last contact, {contact}, is {counted(days, 'day')} back")


def session_issues(sessions: Iterable[SessionFacts], units: list[Unit], now: datetime) -> Iterator[Issue]:
    """Yield what is wrong with each session, or soon will be, and what to do; as grave as what hangs on it is late."""
    for session in sessions:
        source, account, lapses = session.source, session.account, session.lapses_at
        whose = "" if account == "main" else f' --account "{account}"'
        mend = f"log in again: `python cli.py login {source}{whose}`"
        state = CRITICAL
        if session.state != "ok":
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


def failing_text(failing: list[FeedFacts]) -> str:
    """Return which feeds fail, since when, and why."""
    told = [
        f"{one.feed} fails since {one.failing_since:%Y-%m-%d} "
        f"({one.failures} {'time' if one.failures == 1 else 'times'}): {one.error or 'no reason given'}"
        for one in failing[:2]
    ]
    more = [f"and {len(failing) - 2} more feeds"] if len(failing) > 2 else []
    return "; ".join(told + more)


def quarantine_issues(facts: Facts, units: list[Unit]) -> Iterator[Issue]:
    """Yield one issue for each source and account that has files in quarantine, and count them in its unit."""
    refused: dict[tuple[str | None, str | None], list[RefusedFile]] = {}
    for one in facts.quarantine:
        own = [unit for unit in units if unit.source == one.source and one.account in (None, unit.account)]
        account = own[0].account if len(own) == 1 else one.account
        refused.setdefault((one.source, account), []).append(one)
        if len(own) == 1:
            own[0].quarantined += 1
    for (source, account), files in refused.items():
        count = f"{len(files)} files" if len(files) > 1 else "a file"
        since = min(one.quarantined_at for one in files)[:10]
        reason = f"{count} in quarantine since {since}; see `python cli.py quarantine list`"
        yield Issue("quarantine", WARNING, source, account, reason)


def general_issues(facts: Facts, run_error: str | None) -> Iterator[Issue]:
    """Yield what concerns no single account: tables that can't be read, the build, the run."""
    for source in facts.sources:
        for table in source.unreadable:
            yield Issue("landing", CRITICAL, source.source, None, f"{table.table}: {table.note}")
    if facts.build_problem:
        yield Issue("build", FAILED, None, None, facts.build_problem)
    if run_error:
        yield Issue("run", FAILED, None, None, f"run: {run_error}")

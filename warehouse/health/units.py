"""Units: one account of one source each, with what is known of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from common.printing import counted
from loaders.registry import SOURCES
from warehouse.health.facts import Facts, FeedFacts, LandedTable, SessionFacts
from warehouse.health.states import CRITICAL, HEALTHY, WARNING, worst

TOGETHER = {"bank": "all cards"}  # one account at rest says nothing: the newest line on any counts

Moment = TypeVar("Moment", date, datetime)


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
        """The state that the lag alone means."""
        if self.critical_days is not None and self.lag_days > self.critical_days:
            return CRITICAL
        return WARNING if self.lag_days > self.allowed_days else HEALTHY

    @property
    def text(self) -> str:
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
    session: SessionFacts | None = None
    quarantined: int = 0
    failing: list[FeedFacts] = field(default_factory=list)
    tables: list[LandedTable] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str]:
        """The source and account that its own issues name."""
        return self.source, self.account

    @property
    def session_key(self) -> tuple[str, str] | None:
        """The source and account that issues of its session name."""
        return (self.source, self.session.account) if self.session else None

    @property
    def late(self) -> str:
        """The state that its lags alone mean."""
        return worst(one.state for one in self.lags)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it was ever received."""
        return not self.lags and not self.tables

    @property
    def worst_lag(self) -> Lag | None:
        """The lag that is furthest beyond, or nearest to, what is allowed: a table's, before that of the last contact."""
        return max(self.lags, key=lambda one: (bool(one.table), one.lag_days - one.allowed_days), default=None)

    def to_json(self) -> dict[str, Any]:
        """Return the unit as `status --json` prints it."""
        lag, session = self.worst_lag, self.session
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
            "session": session and {
                "state": session.state,
                "logged_in_at": session.logged_in_at,
                "last_ok_at": session.last_ok_at,
                "lapses_at": session.lapses_at,
            },
            "quarantined": self.quarantined,
            "failing_since": min((one.failing_since for one in self.failing if one.failing_since), default=None),
            "last_error": self.failing[0].error if self.failing else None,
            "lags": [asdict(one) for one in self.lags],
        }  # fmt: skip


def units_of(facts: Facts) -> list[Unit]:
    """Return every account that landed, was extracted or has a session, in the order of the sources."""
    landed = [(source.source, one) for source in facts.sources for one in source.landed]
    known = {(source, one.account) for source, one in landed}
    feeds = [one for one in facts.feeds if one.source in SOURCES or one.failures]  # the inbox only when it fails
    known |= {(one.source, one.account) for one in feeds}
    units: dict[tuple[str, str], Unit] = {}

    def unit(source: str, account: str) -> Unit:
        account = whole_account(source, account, known)
        return units.setdefault((source, account), Unit(source, account))

    for source, table in landed:
        one = unit(source, table.account)
        one.last_contact = latest(one.last_contact, table.last_contact)
        one.newest_day = latest(one.newest_day, table.newest_day)
        one.tables.append(table)
    for feed in feeds:
        one = unit(feed.source, feed.account)
        one.is_live = True
        one.last_contact = latest(one.last_contact, feed.last_contact)
        if feed.failures:
            one.failing.append(feed)
    live = {one.key for one in units.values() if one.is_live}
    for one in units.values():
        one.is_live = one.is_live or (one.source, "main") in live  # one login or key that sees every channel or list
    for session in facts.sessions:
        shares = [one for one in units.values() if one.is_live and one.source == session.source] if session.is_shared else []
        for one in shares or [unit(session.source, session.account)]:
            one.session = session
    order = [*SOURCES, *{source for source, _ in units if source not in SOURCES}]
    return sorted(units.values(), key=lambda one: (order.index(one.source), one.account))


def whole_account(source: str, account: str, known: set[tuple[str, str]]) -> str:
    """Return the account that one belongs to: a song's or a release's page to the account it is a part of."""
    if source in TOGETHER:
        return TOGETHER[source]
    head = account.partition("/")[0]
    return head if head == "main" or (source, head) in known else account


def latest(*values: Moment | None) -> Moment | None:
    """Return the latest of the values that are known."""
    return max((value for value in values if value is not None), default=None)

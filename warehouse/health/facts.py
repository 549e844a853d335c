"""The facts that health is judged by: what landed, how extracts went, sessions, quarantine, the build, runs, backups.

Fields are in the order of `status --json`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class LandedTable:
    """What landed of one table and account.

    last_contact: None where no extract states when the platform gave it.
    """

    table: str
    account: str
    last_contact: datetime | None
    last_landed_at: datetime
    newest_day: date | None
    extracts: int
    sightings: int
    rows: int
    note: str | None


@dataclass(frozen=True)
class UnreadableTable:
    """A table whose extracts can't be read, and why."""

    table: str
    account: None
    note: str


@dataclass(frozen=True)
class SourceFacts:
    """What landed of one source; no tables where nothing did."""

    source: str
    last_contact: datetime | None
    newest_day: date | None
    tables: tuple[LandedTable | UnreadableTable, ...]

    @property
    def landed(self) -> tuple[LandedTable, ...]:
        """The tables that can be read, one entry per account."""
        return tuple(one for one in self.tables if isinstance(one, LandedTable))

    @property
    def unreadable(self) -> tuple[UnreadableTable, ...]:
        """The tables that can't be read."""
        return tuple(one for one in self.tables if isinstance(one, UnreadableTable))


@dataclass(frozen=True)
class FeedFacts:
    """How the extracts of one feed and account went.

    last_contact: when the platform last answered. failures: the attempts since then that failed, the first of them at
    failing_since; exit_code and error are those of the newest.
    """

    source: str
    account: str
    feed: str
    exit_code: int | None
    error: str | None
    last_contact: datetime | None
    failing_since: datetime | None
    failures: int


@dataclass(frozen=True)
class SessionFacts:
    """One browser session. is_shared: one login sees every account of the source."""

    source: str
    account: str
    state: str
    is_shared: bool
    logged_in_at: datetime | None
    last_ok_at: datetime | None
    lapses_at: datetime | None


@dataclass(frozen=True)
class RefusedFile:
    """One file in quarantine."""

    id: str
    source: str | None
    account: str | None
    file_name: str
    quarantined_at: str
    reason: str
    acceptable: bool


@dataclass(frozen=True)
class UnmatchedKind:
    """How many names of one kind did not resolve in a build, and what is booked on them."""

    kind: str
    names: int
    rows: int | None
    amount_usd: Decimal | None
    streams: int | None


@dataclass(frozen=True)
class BuildFacts:
    """The published build."""

    build_id: str
    built_at: datetime
    as_of_date: date
    path: str
    unmatched: tuple[UnmatchedKind, ...]


@dataclass(frozen=True)
class RunFacts:
    """The newest run of any command; None for what its record lacks."""

    command: str | None
    started_at: str | None
    exit_code: int | None
    error: str | None


@dataclass(frozen=True)
class BackupFacts:
    """The last backup that was made. lost: files that were missing or damaged then."""

    path: str
    created_at: str
    files: int
    bytes: int
    lost: int


@dataclass(frozen=True)
class DrillFacts:
    """The last restore drill."""

    at: str
    backup: str
    exit_code: int
    told: str | None


@dataclass(frozen=True)
class Backups:
    """The last backup and the last drill, None where there was none, and why the newest backup failed."""

    last_backup: BackupFacts | None
    backup_problem: str | None
    last_drill: DrillFacts | None


@dataclass(frozen=True)
class Facts:
    """All facts, in the order of `status --json`.

    build_problem: what is wrong with the published build, or why a later one failed.
    """

    data_dir: str
    seeds_dir: str
    holds_demo: bool
    sources: tuple[SourceFacts, ...] = ()
    feeds: tuple[FeedFacts, ...] = ()
    sessions: tuple[SessionFacts, ...] = ()
    quarantine: tuple[RefusedFile, ...] = ()
    build: BuildFacts | None = None
    build_problem: str | None = None
    last_run: RunFacts | None = None
    backups: Backups = Backups(None, None, None)

    @property
    def has_landed(self) -> bool:
        """Whether anything ever landed."""
        return any(source.tables for source in self.sources)

    def to_json(self) -> dict[str, Any]:
        """Return the facts as `status --json` prints them."""
        return asdict(self)

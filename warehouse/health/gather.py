"""Gather the facts of a data folder: from landing, the records of runs, quarantine, sessions and the published build."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from common.errors import BusyError, LoaderError, UsageError
from common.run_records import read_records
from common.settings import Settings
from loaders.landing import quarantine
from loaders.landing.tables import Table
from loaders.landing.timeline import Entry, read_timeline, table_dir
from loaders.registry import SOURCES
from warehouse.backups.backup import newest_record
from warehouse.building.published import Published, connected, current
from warehouse.health.facts import (
    BackupFacts,
    Backups,
    BuildFacts,
    DrillFacts,
    Facts,
    FeedFacts,
    LandedTable,
    RefusedFile,
    RunFacts,
    SessionFacts,
    SourceFacts,
    UnmatchedKind,
    UnreadableTable,
)

if TYPE_CHECKING:
    import duckdb

LIVE_DAYS = 120
OWN_FILES = ("catalog", "conversions", "legacy")
NO_MODEL = "landed as text, no model until a real file is seen"


def gather_facts(config: Settings) -> Facts:
    """Return the facts of a data folder, which may be empty."""
    import duckdb

    with duckdb.connect(":memory:") as con:
        sources = tuple(source_of(con, config, name, declared.tables) for name, declared in SOURCES.items())
    build, problem = build_of(config)
    return Facts(
        data_dir=str(config.data_dir),
        seeds_dir=str(config.label_seeds_dir),
        holds_demo=config.holds_demo,
        sources=sources,
        feeds=tuple(feeds(config)),
        sessions=tuple(sessions(config)),
        quarantine=tuple(refused_files(config)),
        build=build,
        build_problem=problem or failed_build(config, build),
        last_run=last_run(config),
        backups=backups_of(config),
    )


def source_of(con: duckdb.DuckDBPyConnection, config: Settings, name: str, tables: tuple[Table, ...]) -> SourceFacts:
    """Return what landed of a source."""
    found = [account for table in tables for account in accounts_of(con, config, table)]
    landed = [one for one in found if isinstance(one, LandedTable)]
    return SourceFacts(
        source=name,
        last_contact=max((one.last_contact for one in landed if one.last_contact), default=None),
        newest_day=max((one.newest_day for one in landed if one.newest_day), default=None),
        tables=tuple(found),
    )


def accounts_of(con: duckdb.DuckDBPyConnection, config: Settings, table: Table) -> Iterator[LandedTable | UnreadableTable]:
    """Yield what landed of a table, an account at a time; a table that can't be read says why."""
    import duckdb

    if not table_dir(config, table).exists():
        return
    try:
        timeline = read_timeline(con, config, table, None)
    except (duckdb.Error, LoaderError, ValueError, KeyError, TypeError) as error:
        why = f"can't be read ({str(error).splitlines()[0]}); see `python cli.py verify`"
        yield UnreadableTable(table.name, None, why)
        return
    for account, group in itertools.groupby(timeline, key=lambda entry: entry.account):
        entries = list(group)
        extracts = [entry for entry in entries if entry.path]
        yield LandedTable(
            table=table.name,
            account=account,
            last_contact=max((entry.extracted_at for entry in entries if is_dated(entry, table)), default=None),
            last_landed_at=max(entry.landed_at for entry in entries),
            newest_day=max((entry.covers_to for entry in entries if entry.covers_to), default=None),
            extracts=len(extracts),
            sightings=len(entries) - len(extracts),
            rows=sum(entry.rows for entry in extracts),
            note=NO_MODEL if table.any_columns else None,
        )


def is_dated(entry: Entry, table: Table) -> bool:
    """Return whether an extract states when its source gave it: a page without a date may be of any age.

    Landing takes the moment of landing for it; for the label's own files that is right.
    """
    return entry.extracted_at != entry.landed_at or table.source in OWN_FILES


def refused_files(config: Settings) -> Iterator[RefusedFile]:
    """Yield what is in quarantine."""
    for one in quarantine.entries(config):
        source = one.source or one.known_source
        yield RefusedFile(one.id, source, one.account, one.file_name, one.quarantined_at, one.reason, one.acceptable)


def build_of(config: Settings) -> tuple[BuildFacts | None, str | None]:
    """Return the published build and what did not resolve in it, or what is wrong with it."""
    try:
        published = current(config)
        return BuildFacts(
            build_id=published.build_id,
            built_at=published.built_at,
            as_of_date=published.as_of_date,
            path=str(published.path),
            unmatched=unmatched(published),
        ), None
    except UsageError:
        return None, None
    except LoaderError as error:
        return None, str(error)


def unmatched(published: Published) -> tuple[UnmatchedKind, ...]:
    """Count what did not resolve, by kind."""
    import duckdb

    with connected(published) as con, contextlib.suppress(duckdb.CatalogException):
        found = con.execute(
            """
            select kind, count(*), sum(row_count)::bigint, sum(amount_usd), sum(streams)::bigint
            from monitoring.unmatched group by kind order by kind
            """
        ).fetchall()
        return tuple(UnmatchedKind(*row) for row in found)
    return ()


def failed_build(config: Settings, build: BuildFacts | None) -> str | None:
    """Return the error of the last build run, where it failed after what is published."""
    last = next((one for one in read_records(config, "build") if is_whole_build(one)), None)
    if not last or not last["exit_code"]:
        return None
    if build and datetime.fromisoformat(last["started_at"]) < build.built_at:
        return None
    return last.get("error")


def is_whole_build(stored: dict[str, Any]) -> bool:
    """Return whether a build was to be published, and was not in another build's way."""
    return not stored.get("asked", {}).get("select") and stored["exit_code"] != BusyError.exit_code


def last_run(config: Settings) -> RunFacts | None:
    """Return the newest run of any command; None where there was none."""
    for stored in read_records(config):
        return RunFacts(stored.get("command"), stored.get("started_at"), stored.get("exit_code"), stored.get("error"))
    return None


def failed_run(config: Settings) -> str | None:
    """Return what ended the last `run`, where that was not a source's or the build's failure."""
    return next((one.get("error") for one in read_records(config, "run")), None)


def backups_of(config: Settings) -> Backups:
    """Return the last backup and the last drill, as their runs recorded them."""
    tried = newest_record(config, "backup")
    made = tried if tried is None or "backup" in tried else newest_record(config, "backup", having="backup")
    drilled = newest_record(config, "drill")
    return Backups(
        last_backup=BackupFacts(**made["backup"]) if made else None,
        backup_problem=tried.get("error") if tried else None,
        last_drill=drill_from(drilled) if drilled else None,
    )


def drill_from(stored: dict[str, Any]) -> DrillFacts:
    """Return the facts of a drill from the record of its run."""
    return DrillFacts(
        at=stored["started_at"],
        backup=stored["asked"]["backup"],
        exit_code=stored["exit_code"],
        told=stored.get("told") or stored.get("error"),
    )


def feeds(config: Settings) -> Iterator[FeedFacts]:
    """Yield how extracts of each feed went; one whose account or credentials are gone since is left out.

    A feed that was last tried more than LIVE_DAYS ago is left out too: what it feeds is landed by hand.
    """
    known: dict[tuple[str, str, str], FeedHistory] = {}
    complete: set[str] = set()
    since = datetime.combine(config.today - timedelta(days=LIVE_DAYS), time.min)
    for stored in read_records(config, "extract", since):
        outcomes = stored.get("sources", [])
        for one in outcomes:
            key = one["source"], one["account"], one["feed"]
            if one["source"] not in complete:
                known.setdefault(key, FeedHistory(one["outcome"]))
            if key in known:
                known[key].take_earlier(one, one["ended_at"] or stored["ended_at"])
        if not stored.get("asked", {}).get("account"):
            complete.update(one["source"] for one in outcomes)
    for key, history in known.items():
        if history.newest_outcome != "not set up":
            yield history.as_facts(*key)


@dataclass
class FeedHistory:
    """What the records say of one feed, gathered from the newest back."""

    newest_outcome: str
    exit_code: int | None = None
    error: str | None = None
    last_contact: datetime | None = None
    failing_since: datetime | None = None
    failures: int = 0

    def take_earlier(self, outcome: dict[str, Any], ended_at: str) -> None:
        """Take what an outcome adds to the later ones."""
        if self.last_contact or outcome["outcome"] == "not set up" or outcome.get("exit_code") == BusyError.exit_code:
            return
        moment = as_utc(ended_at)
        if outcome["outcome"] != "failed":
            self.last_contact = moment
            return
        if not self.failures:
            self.exit_code, self.error = outcome.get("exit_code"), outcome.get("error")
        self.failures += 1
        self.failing_since = moment

    def as_facts(self, source: str, account: str, feed: str) -> FeedFacts:
        """Return the facts of the feed."""
        return FeedFacts(source, account, feed, self.exit_code, self.error, self.last_contact, self.failing_since, self.failures)


def sessions(config: Settings) -> Iterator[SessionFacts]:
    """Yield each browser session; one that no person ever opened, or whose record is damaged, is left out."""
    for path in sorted(config.sessions_dir.glob("*/*/session.json")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            stored = json.loads(path.read_text(encoding="utf-8"))
            source = path.parent.parent.name
            portal = SOURCES[source].portal if source in SOURCES else None
            yield SessionFacts(
                source=source,
                account=unquote(path.parent.name),
                state=stored["state"],
                is_shared=bool(portal and portal.one_session),
                **{name: stored[name] and as_utc(stored[name]) for name in ("logged_in_at", "last_ok_at", "lapses_at")},
            )


def as_utc(text: str) -> datetime:
    """Return a stored time in UTC, without zone."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment

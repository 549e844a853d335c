"""How things stand, as facts: what landed, how extracts went, sessions, quarantine, what was built and what last ran."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator
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
from warehouse.backups.backup import backups_of
from warehouse.building.published import Published, connected, current

if TYPE_CHECKING:
    import duckdb

REFUSED = ("id", "source", "account", "file_name", "quarantined_at", "reason", "acceptable")
TOLD = ("command", "started_at", "exit_code", "error")
LIVE_DAYS = 120
OWN_FILES = ("catalog", "conversions", "legacy")
NO_MODEL = "landed as text, no model until a real file is seen"


def facts(config: Settings) -> dict[str, Any]:
    """Return everything that `status` tells; on an empty data folder too."""
    import duckdb

    with duckdb.connect(":memory:") as con:
        sources = [source_of(con, config, name, declared.tables) for name, declared in SOURCES.items()]
    build, problem = build_of(config)
    return {
        "data_dir": str(config.data_dir),
        "seeds_dir": str(config.label_seeds_dir),
        "holds_demo": config.holds_demo,
        "sources": sources,
        "feeds": list(feeds(config)),
        "sessions": list(sessions(config)),
        "quarantine": [
            {name: getattr(one, name) for name in REFUSED} | {"source": one.source or one.known_source}
            for one in quarantine.entries(config)
        ],
        "build": build,
        "build_problem": problem or failed_build(config, build),
        "last_run": next(({name: one.get(name) for name in TOLD} for one in read_records(config)), None),
        "backups": backups_of(config),
    }


def source_of(con: duckdb.DuckDBPyConnection, config: Settings, name: str, tables: tuple[Table, ...]) -> dict[str, Any]:
    """Return what landed of a source; nothing is an empty list of tables."""
    landed = [account for table in tables for account in accounts_of(con, config, table)]
    return {
        "source": name,
        "last_contact": max((one["last_contact"] for one in landed if one.get("last_contact")), default=None),
        "newest_day": max((one["newest_day"] for one in landed if one.get("newest_day")), default=None),
        "tables": landed,
    }


def accounts_of(con: duckdb.DuckDBPyConnection, config: Settings, table: Table) -> Iterator[dict[str, Any]]:
    """Yield what landed of a table, an account at a time; what can't be read is said, and does not stop the rest."""
    import duckdb

    if not table_dir(config, table).exists():
        return
    try:
        timeline = read_timeline(con, config, table, None)
    except (duckdb.Error, LoaderError, ValueError, KeyError, TypeError) as error:
        why = f"can't be read ({str(error).splitlines()[0]}); see `python cli.py verify`"
        yield {"table": table.name, "account": None, "note": why}
        return
    for account, group in itertools.groupby(timeline, key=lambda entry: entry.account):
        entries = list(group)
        extracts = [entry for entry in entries if entry.path]
        yield {
            "table": table.name,
            "account": account,
            "last_contact": max((entry.extracted_at for entry in entries if is_dated(entry, table)), default=None),
            "last_landed_at": max(entry.landed_at for entry in entries),
            "newest_day": max((entry.covers_to for entry in entries if entry.covers_to), default=None),
            "extracts": len(extracts),
            "sightings": len(entries) - len(extracts),
            "rows": sum(entry.rows for entry in extracts),
            "note": NO_MODEL if table.any_columns else None,
        }


def is_dated(entry: Entry, table: Table) -> bool:
    """Whether an extract tells when its source gave it: a page of a platform without a date is as old as may be.

    Landing takes the moment of landing for it; for the label's own files that is right.
    """
    return entry.extracted_at != entry.landed_at or table.source in OWN_FILES


def build_of(config: Settings) -> tuple[dict[str, Any] | None, str | None]:
    """Return the published build and what did not resolve in it, or what is wrong with it."""
    try:
        published = current(config)
        return {
            "build_id": published.build_id,
            "built_at": published.built_at,
            "as_of_date": published.as_of_date,
            "path": str(published.path),
            "unmatched": unmatched(published),
        }, None
    except UsageError:
        return None, None
    except LoaderError as error:
        return None, str(error)


def unmatched(published: Published) -> list[dict[str, Any]]:
    """Count what did not resolve, by kind."""
    import duckdb

    with connected(published) as con, contextlib.suppress(duckdb.CatalogException):
        found = con.execute(
            """
            select kind, count(*), sum(row_count)::bigint, sum(amount_usd), sum(streams)::bigint
            from monitoring.unmatched group by kind order by kind
            """
        ).fetchall()
        return [dict(zip(("kind", "names", "rows", "amount_usd", "streams"), row, strict=True)) for row in found]
    return []


def failed_build(config: Settings, build: dict[str, Any] | None) -> str | None:
    """Return the error of the last build run, where it failed after what is published."""
    last = next((one for one in read_records(config, "build") if is_whole_build(one)), None)
    if not last or not last["exit_code"]:
        return None
    if build and datetime.fromisoformat(last["started_at"]) < build["built_at"]:
        return None
    return last.get("error")


def is_whole_build(stored: dict[str, Any]) -> bool:
    """Whether a build was to be published, and was not in another build's way."""
    return not stored.get("asked", {}).get("select") and stored["exit_code"] != BusyError.exit_code


def failed_run(config: Settings) -> str | None:
    """Return what ended the last `run`, where that was not a source's or the build's failure."""
    return next((one.get("error") for one in read_records(config, "run")), None)


def feeds(config: Settings) -> Iterator[dict[str, Any]]:
    """Yield how extracts of each feed went; one whose account or credentials are gone since is left out.

    last_contact: when the platform last answered. failures: the tries since then that failed, from failing_since on.
    A feed that was last tried more than LIVE_DAYS ago is left out too: what it feeds is landed by hand.
    """
    known: dict[tuple[str, str, str], dict[str, Any]] = {}
    complete: set[str] = set()
    since = datetime.combine(config.today - timedelta(days=LIVE_DAYS), time.min)
    for stored in read_records(config, "extract", since):
        outcomes = stored.get("sources", [])
        for one in outcomes:
            key = one["source"], one["account"], one["feed"]
            if one["source"] not in complete:
                known.setdefault(key, {"outcome": one["outcome"], "last_contact": None, "failing_since": None, "failures": 0})
            if key in known:
                take_earlier(known[key], one, one["ended_at"] or stored["ended_at"])
        if not stored.get("asked", {}).get("account"):
            complete.update(one["source"] for one in outcomes)
    for (source, account, feed), found in known.items():
        if found.pop("outcome") != "not set up":
            yield {"source": source, "account": account, "feed": feed, "exit_code": None, "error": None} | found


def take_earlier(found: dict[str, Any], outcome: dict[str, Any], ended_at: str) -> None:
    """Take what an outcome adds to what later ones said of the same feed."""
    if found["last_contact"] or outcome["outcome"] == "not set up" or outcome.get("exit_code") == BusyError.exit_code:
        return
    moment = as_utc(ended_at)
    if outcome["outcome"] != "failed":
        found["last_contact"] = moment
        return
    if not found["failures"]:
        found |= {"exit_code": outcome.get("exit_code"), "error": outcome.get("error")}
    found["failures"] += 1
    found["failing_since"] = moment


def sessions(config: Settings) -> Iterator[dict[str, Any]]:
    """Yield what is known of each browser session; one that no person ever opened is left out.

    is_shared: one login sees every account of the source.
    """
    for path in sorted(config.sessions_dir.glob("*/*/session.json")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            stored = json.loads(path.read_text(encoding="utf-8"))
            moments = {name: stored[name] and as_utc(stored[name]) for name in ("logged_in_at", "last_ok_at", "lapses_at")}
            source = path.parent.parent.name
            portal = SOURCES[source].portal if source in SOURCES else None
            yield {
                "source": source, "account": unquote(path.parent.name), "state": stored["state"],
                "is_shared": bool(portal and portal.one_session), **moments,
            }  # fmt: skip


def as_utc(text: str) -> datetime:
    """Return a stored time in UTC, without zone."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment

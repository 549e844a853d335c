"""How things stand, as facts: what landed, what is in quarantine, what was built and what last ran."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders import quarantine
from loaders.commands import DEMO_MARK
from loaders.errors import LoaderError, UsageError
from loaders.landing import read_timeline, table_dir
from loaders.settings import Settings
from loaders.sources import SOURCES
from loaders.tables import Table
from warehouse.backup import backups_of
from warehouse.published import Published, connect, current

if TYPE_CHECKING:
    import duckdb

REFUSED = ("id", "source", "file_name", "quarantined_at", "reason", "acceptable")
NO_MODEL = "landed as text, no model until a real file is seen"


def facts(config: Settings) -> dict[str, Any]:
    """Return everything that `status` tells; on an empty data folder too."""
    import duckdb

    with duckdb.connect(":memory:") as con:
        sources = [source_of(con, config, name, module.TABLES) for name, module in SOURCES.items()]
    build, problem = build_of(config)
    return {
        "data_dir": str(config.data_dir),
        "holds_demo": (config.data_dir / DEMO_MARK).exists(),
        "sources": sources,
        "quarantine": [{name: getattr(one, name) for name in REFUSED} for one in quarantine.entries(config)],
        "build": build,
        "build_problem": problem or failed_build(config, build),
        "last_run": next(runs(config), None),
        "backups": backups_of(config),
    }


def source_of(con: duckdb.DuckDBPyConnection, config: Settings, name: str, tables: tuple[Table, ...]) -> dict[str, Any]:
    """Return what landed of a source; nothing is an empty list of tables."""
    landed = [account for table in tables for account in accounts_of(con, config, table)]
    return {
        "source": name,
        "last_contact": max((one["last_contact"] for one in landed if "rows" in one), default=None),
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
    except (duckdb.Error, ValueError, KeyError, TypeError) as error:
        why = f"can't be read ({str(error).splitlines()[0]}); see `python cli.py verify`"
        yield {"table": table.name, "account": None, "note": why}
        return
    for account, group in itertools.groupby(timeline, key=lambda entry: entry.account):
        entries = list(group)
        extracts = [entry for entry in entries if entry.path]
        yield {
            "table": table.name,
            "account": account,
            "last_contact": max(entry.extracted_at for entry in entries),
            "last_landed_at": max(entry.landed_at for entry in entries),
            "newest_day": max((entry.covers_to for entry in entries if entry.covers_to), default=None),
            "extracts": len(extracts),
            "sightings": len(entries) - len(extracts),
            "rows": sum(entry.rows for entry in extracts),
            "note": NO_MODEL if table.any_columns else None,
        }


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

    with contextlib.closing(connect(published)) as con, contextlib.suppress(duckdb.CatalogException):
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
    last = next(runs(config, "build"), None)
    if not last or not last["exit_code"]:
        return None
    if build and datetime.fromisoformat(last["started_at"]) < build["built_at"]:
        return None
    return last["error"]


def runs(config: Settings, command: str = "*") -> Iterator[dict[str, Any]]:
    """Yield the records of runs, newest first."""
    for month in sorted(config.runs_dir.glob("*/*"), reverse=True):
        for path in sorted(month.glob(f"*_{command}_*.json"), reverse=True):
            with contextlib.suppress(ValueError, KeyError):
                yield record(path)


def record(path: Path) -> dict[str, Any]:
    """Return what matters of a run's record."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {name: stored[name] for name in ("command", "started_at", "exit_code")} | {"error": stored.get("error")}

"""One measured job a process: `python bench/jobs.py JOB ARGUMENT...` prints as JSON what it took, imports apart."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

PROJECT_DIR = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT_DIR), str(PROJECT_DIR / "tests" / "python")]

if TYPE_CHECKING:
    from bench.landing import Landed


def timed(work: Callable[[], Any]) -> dict[str, Any]:
    """Run one piece of work; return its result, its wall time and the processor time of all its threads."""
    started, before = time.perf_counter(), os.times()
    result = work()
    after = os.times()
    processor = after.user + after.system - before.user - before.system
    return {"seconds": time.perf_counter() - started, "processor": processor, "result": result}


def ledger(path: str, lines: str) -> dict[str, Any]:
    """Write a ledger of so many lines; say what it holds."""
    from demo.generator import ledger_lines

    totals = ledger_lines(Path(path), int(lines))
    return {"lines": totals.lines, "net_usd": str(totals.net_usd), "bytes": Path(path).stat().st_size}


def land(path: str) -> dict[str, Any]:
    """Land a file as `cli.py land` does, without Python's start and the imports."""
    import duckdb  # noqa: F401
    import filelock  # noqa: F401
    import pyarrow.csv  # noqa: F401

    from common.settings import settings
    from loaders.commands.find_files import find_files
    from loaders.commands.intake import Request, land_file
    from loaders.landing.extracts import Landing

    config = settings()

    def work() -> list[str]:
        with Landing(config) as landing:
            [(export, named)] = find_files([Path(path)])
            return [outcome.status for outcome in land_file(config, landing, export, named, Request())]

    return timed(work)


def copy(path: str, target: str) -> dict[str, Any]:
    """DuckDB's own way from a text file to Parquet: nothing is checked, hashed or synced."""
    import duckdb

    def work() -> None:
        with duckdb.connect() as con:
            con.execute(f"copy (select * from read_csv('{path}', all_varchar = true)) to '{target}' (format parquet)")

    return timed(work)


def plain(manifest: str, data_dir: str, database: str) -> dict[str, Any]:
    """The SQL that dbt compiled, in plain DuckDB, into a file."""
    import duckdb
    from support.plain_sql import DATABASE, read_manifest

    plan = read_manifest(Path(manifest), Path(data_dir))

    limit = {"memory_limit": os.environ["BEDROT_MEMORY_LIMIT"]} if "BEDROT_MEMORY_LIMIT" in os.environ else {}

    def work() -> None:
        with duckdb.connect(config={"preserve_insertion_order": False, "temp_directory": f"{database}.tmp", **limit}) as con:
            con.execute(f"attach '{database}' as {DATABASE}")
            plan.build(con)

    return timed(work)


def land_ledger(data_dir: str, lines: str) -> dict[str, Any]:
    """Land a made ledger of so many lines, without files."""
    from bench.landing import land_ledger as land_lines
    from common.settings import Settings

    return landed(land_lines(Settings(data_dir=Path(data_dir)), int(lines)))


def land_newest_month(data_dir: str, lines: str, more: str) -> dict[str, Any]:
    """Land the month after a made ledger."""
    from bench.landing import land_newest_month as land_month
    from common.settings import Settings

    return landed(land_month(Settings(data_dir=Path(data_dir)), int(lines), int(more)))


def landed(stated: Landed) -> dict[str, Any]:
    """Return what landed, as JSON has it."""
    return {"lines": stated.lines, "net_usd": str(stated.net_usd), "bytes": stated.bytes}


def totals(database: str) -> dict[str, Any]:
    """How many statement lines a warehouse holds, and their exact sum."""
    import duckdb

    with duckdb.connect(database, read_only=True) as con:
        lines, net_usd = con.execute("select count(*), sum(net_revenue_usd) from marts.revenue_transactions").fetchone()
    return {"lines": lines, "net_usd": str(net_usd)}


def sqlite(path: str, database: str, lines: str) -> dict[str, Any]:
    """A ledger's first lines through pandas, row by row, into SQLite."""
    from bench.sqlite_rows import load

    return timed(lambda: load(Path(path), Path(database), int(lines)))


if __name__ == "__main__":
    jobs = {job.__name__: job for job in (ledger, land, land_ledger, land_newest_month, copy, plain, totals, sqlite)}
    print(json.dumps(jobs[sys.argv[1]](*sys.argv[2:])))

"""One measured job a process: `python bench/jobs.py JOB ARGUMENT...` prints what it took as JSON, imports apart."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def ledger(path: str, lines: str) -> dict[str, Any]:
    """Write a ledger of so many lines; say what it holds."""
    from demo.generator import ledger_lines

    totals = ledger_lines(Path(path), int(lines))
    return {"lines": totals.lines, "net_usd": str(totals.net_usd), "bytes": os.path.getsize(path)}


def land(path: str) -> dict[str, Any]:
    """Land a file as `cli.py land` does, without Python's start and the imports."""
    import duckdb  # noqa: F401
    import filelock  # noqa: F401
    import pyarrow.csv  # noqa: F401

    from loaders.intake import Request, find_files, land_file
    from loaders.landing import Landing
    from loaders.settings import settings

    config = settings()
    started = time.perf_counter()
    with Landing(config) as landing:
        for export, named in find_files([Path(path)]):
            statuses = [outcome.status for outcome in land_file(config, landing, export, named, Request())]
    return {"seconds": time.perf_counter() - started, "statuses": statuses}


def copy(path: str, target: str) -> dict[str, Any]:
    """DuckDB's own way from a text file to Parquet: nothing checked, hashed or synced."""
    import duckdb

    started = time.perf_counter()
    with duckdb.connect() as con:
        con.execute(f"copy (select * from read_csv('{path}', all_varchar = true)) to '{target}' (format parquet)")
    return {"seconds": time.perf_counter() - started}


def plain(manifest: str, data_dir: str, database: str) -> dict[str, Any]:
    """The SQL that dbt compiled, in plain DuckDB, into a file."""
    import duckdb

    from bench.plain import DATABASE, read_manifest

    plan = read_manifest(Path(manifest), Path(data_dir))
    started = time.perf_counter()
    with duckdb.connect() as con:
        con.execute(f"attach '{database}' as {DATABASE}")
        plan.build(con)
    return {"seconds": time.perf_counter() - started}


def totals(database: str) -> dict[str, Any]:
    """How many statement lines a built warehouse holds, and their exact sum."""
    import duckdb

    with duckdb.connect(database, read_only=True) as con:
        lines, net_usd = con.execute("select count(*), sum(net_revenue_usd) from marts.revenue_transactions").fetchone()
    return {"lines": lines, "net_usd": str(net_usd)}


def sqlite(path: str, database: str, lines: str) -> dict[str, Any]:
    """A ledger's first lines through pandas, row by row, into SQLite."""
    import pandas  # noqa: F401

    from bench.sqlite_rows import load

    started = time.perf_counter()
    loaded = load(Path(path), Path(database), int(lines))
    return {"seconds": time.perf_counter() - started, "lines": loaded}


if __name__ == "__main__":
    jobs = {job.__name__: job for job in (ledger, land, copy, plain, totals, sqlite)}
    print(json.dumps(jobs[sys.argv[1]](*sys.argv[2:])))

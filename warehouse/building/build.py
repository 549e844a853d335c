"""Build aside, test, publish: a failed build never becomes visible (docs/how-it-works.md, "Building and publishing")."""

from __future__ import annotations

import json
import secrets
import shutil
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.choices import Target
from common.durable_files import sync, write_durably
from common.errors import LoaderError
from common.run_records import recorded
from common.settings import Settings, settings, utc_now
from common.sql_text import literal, quoted, run
from warehouse.building.database_files import writable
from warehouse.building.dbt import Engine, build_lock, build_options, check, passed_text, run_dbt
from warehouse.building.published import Published, current
from warehouse.building.seed_checks import check_seeds
from warehouse.building.selection import copy, inputs_of, selection

if TYPE_CHECKING:
    import duckdb

DATABASE = "bedrot.duckdb"
BUILDING = ".building"


def build(
    target: Target = Target.DEV, full_refresh: bool = False, select: str | None = None, as_of: date | None = None
) -> Path | str:
    """Build and test every model beside the published warehouse, then publish; return the path, or where Spark's tables are.

    With `select`, build only that, in the dev file, and publish nothing. Spark publishes nothing either.
    Raises UsageError for a mistake in a seed, BuildError when a model or a test fails, BusyError while another build runs.
    """
    config = settings()
    check_seeds(config)
    day = as_of or config.today
    if target is Target.SPARK:
        from warehouse.building.spark import build_on_spark

        return build_on_spark(config, day, full_refresh, select)
    with recorded(config, "build", target=target, select=select, as_of=day) as record, build_lock(config):
        if select:
            path = config.warehouse_dir / "dev" / DATABASE
            with writable(path) as file:
                results = run_dbt(config, on_duckdb(file), day, build_options(full_refresh, select))
            record["dbt"] = asdict(results)
            check(results, path)
            print(f"Built {path}\n{passed_text(results)}")
            return path
        return build_and_publish(config, day, full_refresh, record)


def build_and_publish(config: Settings, day: date, full_refresh: bool, record: dict[str, Any]) -> Path:
    """Build aside, on a copy of the published build where it can be kept, and publish; return the database's path."""
    started, inputs = utc_now(), inputs_of(config)
    path = config.warehouse_dir / BUILDING / DATABASE
    shutil.rmtree(path.parent, ignore_errors=True)
    kept = None if full_refresh else published_build(config)
    chosen = selection(kept, inputs, day) if kept else None
    if kept and chosen == []:
        link_latest(config, kept.path)
        print(f"Nothing new since {kept.built_at:%Y-%m-%d %H:%M}, the published build stands: {kept.path}")
        return kept.path
    options = build_options(full_refresh)
    if kept and chosen:
        record["built_again"] = chosen
        copy(kept.path, path)
        options += ["--select", *chosen]
    with writable(path) as file:
        results = run_dbt(config, on_duckdb(file), day, options)
    record |= {"inputs": inputs} if inputs == inputs_of(config) else {}
    record["dbt"] = asdict(results)
    check(results, path)
    published = publish(config, path, started, day, inputs, kept.full_bytes if kept and chosen else None)
    record["published"] = str(published)
    print(f"Published {published}\n{passed_text(results)}")
    if chosen:
        print(f"Built again: what {', '.join(chosen)} reaches; the rest stands.")
    return published


def on_duckdb(database: Path) -> Engine:
    """Return the engine that builds into a DuckDB file; dbt names it from its folder, as it would cut a path at `#` or `?`."""
    return Engine("dev", {"BEDROT_BUILD_FOLDER": str(database.parent), "BEDROT_BUILD_PATH": database.name})


def published_build(config: Settings) -> Published | None:
    """Return the published build, None where there is none to build on."""
    try:
        return current(config)
    except LoaderError:
        return None


def publish(
    config: Settings, built: Path, started: datetime, as_of: date, inputs: dict[str, Any], full_bytes: int | None
) -> Path:
    """Give the built file its place and its short names, and move the pointer to it by one rename.

    full_bytes: the file's size when it was last made from nothing; None where that is now.
    """
    import duckdb

    with writable(built) as file, duckdb.connect(str(file)) as con:
        for (mart,) in run(con, "select table_name from duckdb_tables() where schema_name = 'marts'"):
            run(con, f'create or replace view main."{mart}" as select * from marts."{mart}"')
        describe_views(con)
        run(con, "checkpoint")
    sync(built)
    build_id = f"{started:%Y%m%dT%H%M%SZ}_{secrets.token_hex(3)}"
    folder = config.warehouse_dir / build_id
    built.parent.replace(folder)
    sync(config.warehouse_dir)
    pointer = {
        "build_id": build_id,
        "path": f"{build_id}/{DATABASE}",
        "built_at": utc_now().isoformat(),
        "as_of_date": as_of.isoformat(),
        "inputs": inputs,
        "full_bytes": full_bytes or (folder / DATABASE).stat().st_size,
    }
    write_durably(config.warehouse_dir / "current.json", json.dumps(pointer, indent=1).encode())
    link_latest(config, folder / DATABASE)
    remove_old_builds(config, build_id)
    return folder / DATABASE


def describe_views(con: duckdb.DuckDBPyConnection) -> None:
    """Give the short names the comments of the marts that they show."""
    tables = "select table_name, comment from duckdb_tables() where schema_name = 'marts' and comment is not null"
    columns = "select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts' and comment is not null"
    comments = [f"comment on view main.{quoted(mart)} is {literal(text)}" for mart, text in run(con, tables)]
    comments += [
        f"comment on column main.{quoted(mart)}.{quoted(column)} is {literal(text)}" for mart, column, text in run(con, columns)
    ]
    for comment in comments:
        run(con, comment)


def link_latest(config: Settings, published: Path) -> None:
    """Make `warehouse/bedrot.duckdb` the published file, by one rename: a path that stays, for programs that open files.

    It is a second name of the same file, or a copy where the file system has no such names. Where a program has the old one
    open and the system does not let it be replaced (Windows), the old one stays until the next build.
    """
    latest, temporary = config.warehouse_dir / DATABASE, config.warehouse_dir / f".{DATABASE}.new"
    if latest.exists() and is_same(latest, published):
        return
    temporary.unlink(missing_ok=True)
    try:
        temporary.hardlink_to(published)
    except OSError:
        shutil.copy2(published, temporary)
        sync(temporary)
    try:
        temporary.replace(latest)
    except PermissionError:
        temporary.unlink(missing_ok=True)
        print(f"{latest}: open in another program, it stays the build before.", file=sys.stderr)
    sync(config.warehouse_dir)


def is_same(one: Path, other: Path) -> bool:
    """Whether two names are of one file, or the one of a copy of the other."""
    stated, compared = one.stat(), other.stat()
    return one.samefile(other) or (stated.st_size, stated.st_mtime_ns) == (compared.st_size, compared.st_mtime_ns)


def remove_old_builds(config: Settings, live: str) -> None:
    """Keep the last good builds, for rollback; a build that is still being read may stay a little longer."""
    builds = sorted(path.name for path in config.warehouse_dir.glob("20*Z_*") if path.is_dir())
    for name in builds[: -config.keep_builds]:
        if name != live:
            shutil.rmtree(config.warehouse_dir / name, ignore_errors=True)

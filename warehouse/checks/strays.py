"""Name what lies in the data folder beside extracts and originals and is damaged, or is not landing's."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from common.durable_files import is_intact
from common.settings import Settings
from common.sql_text import escaped_glob, run
from loaders.landing import quarantine
from loaders.landing.extracts import Landing
from loaders.landing.tables import LINEAGE, Table
from loaders.landing.timeline import SCHEMA_FILE, SIGHTINGS, table_dir
from loaders.landing.withdrawn import WITHDRAWN
from loaders.registry import all_tables

OWN = re.compile(r"\d+T\d{6}Z_(\d+)_[0-9a-f]{12}(_\d+)?")
ORIGINAL = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")


def is_own(path: Path) -> bool:
    """Say whether a file is named as landing names extracts and sightings."""
    return OWN.fullmatch(path.stem) is not None


def number_of(path: Path) -> int:
    """Return the number in the landing sequence that a file's name states."""
    return int(path.stem.split("_")[1])


def unreadable_schema(landing: Landing, config: Settings, table: Table) -> str | None:
    """Return what is wrong with the file that has a table's typed header; None where it is right, or nothing has landed."""
    import duckdb

    path = table_dir(config, table) / SCHEMA_FILE
    if not path.exists():
        return None
    try:
        names = [name for (name,) in run(landing.con, "select name from parquet_schema(?)", [escaped_glob(path)])]
    except (duckdb.Error, ValueError):
        return f"{SCHEMA_FILE}: can't be read; the next landing in this table, or build, writes it again"
    return None if set(LINEAGE) <= set(names) else f"{SCHEMA_FILE}: lacks lineage columns; the next build writes it again"


def foreign_files(config: Settings) -> Iterator[str]:
    """Yield each file in landing and in originals that landing did not put there."""
    tables = {table_dir(config, table) for table in all_tables()}
    for path in files_in_sight(config.landing_dir):
        is_record = path.parent.name in (SIGHTINGS, WITHDRAWN)
        folder, suffix = (path.parent.parent, ".json") if is_record else (path.parent, ".parquet")
        if folder in tables and path.suffix == suffix and (is_own(path) or path.name == SCHEMA_FILE):
            continue
        is_read = path.parent in tables and path.suffix == ".parquet"
        what = "a foreign file, and models read it" if is_read else "a foreign file"
        yield f"{path.relative_to(config.data_dir)}: {what}. Move it away; to land it, `python cli.py land` the export itself"
    for path in files_in_sight(config.originals_dir):
        if not ORIGINAL.fullmatch(path.name):
            yield f"{path.relative_to(config.data_dir)}: a foreign file. Move it away"


def files_in_sight(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder that are not hidden, in order."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names) if not name.startswith("."))


def damaged_records(config: Settings) -> Iterator[str]:
    """Yield what is damaged in quarantine, and among the records of runs."""
    for one in quarantine.entries(config):
        folder = one.folder(config)
        is_whole = one.sha256 and is_intact(folder / one.stored_as, one.sha256)
        if not is_whole and folder.exists():
            yield f"quarantine {one.id}: {'its bytes are not those that were refused' if one.sha256 else one.reason}"
    for path in sorted(config.runs_dir.glob("*/*/*.json")):
        try:
            if isinstance(json.loads(path.read_text(encoding="utf-8")), dict):
                continue
        except (OSError, ValueError, RecursionError):
            pass
        with contextlib.suppress(FileNotFoundError):
            path.lstat()
            yield f"{path.relative_to(config.data_dir)}: the record of a run, it can't be read"

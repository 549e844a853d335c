"""What a build can keep of the one before: everything that nothing new reaches (docs/how-it-works.md, "Increments")."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from common.durable_files import digest
from common.seeds import DEFAULT_ARTIST, label_environment, seed_files
from common.settings import PROJECT_DIR, Settings
from loaders.landing.timeline import SCHEMA_FILE
from warehouse.building.published import Published

SAME = ("project", "engine", "folder")
NEW_SHARE = 0.2
GROWTH = 2
COPY_BYTES = 1 << 30


def inputs_of(config: Settings) -> dict[str, Any]:
    """Return what a build reads: hashes of the extracts and of the project, the engine, and where landing is.

    `tables` has a hash of each landed table's extracts, `bytes` the size of them all.
    """
    import duckdb

    extracts = [path for path in config.landing_dir.glob("*/*/*.parquet") if path.name != SCHEMA_FILE]
    tables: dict[str, list[str]] = {}
    for path in extracts:
        tables.setdefault(f"{path.parent.parent.name}.{path.parent.name}", []).append(path.name)
    return {
        "landing": landing_hash(f"landing/{path.relative_to(config.landing_dir).as_posix()}" for path in extracts),
        "project": project_hash(config),
        "engine": duckdb.__version__,
        "folder": str(config.landing_dir),
        "tables": {table: landing_hash(names) for table, names in sorted(tables.items())},
        "bytes": sum(path.stat().st_size for path in extracts),
    }


def project_hash(config: Settings) -> str:
    """Hash the project's models, macros, data tests and settings, and the seeds in use."""
    below = (path for name in ("models", "macros", "seeds", "tests") for path in sorted((PROJECT_DIR / name).rglob("*")))
    files = [PROJECT_DIR / "dbt_project.yml", *(path for path in below if path.suffix in (".sql", ".yml"))]
    told = [f"{path.relative_to(PROJECT_DIR).as_posix()} {digest(path)}" for path in files]
    told += [f"{name} {digest(path)}" for name, path in seed_files(config).items()]
    told += [f"{name} {value}" for name, value in label_environment(config).items() if name == DEFAULT_ARTIST]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def selection(published: Published, inputs: dict[str, Any], day: date) -> list[str] | None:
    """Return what dbt must build again on a copy of the published build, as its selectors; nothing where nothing is new.

    None where everything must be made from nothing: after a change of models, macros, seeds, DuckDB or folder; where so
    much is new that replacing costs more than making; and where the file has grown to twice what it was when it was new.
    """
    before = published.inputs
    if any(before.get(name) != inputs[name] for name in SAME):
        return None
    size = published.path.stat().st_size
    if inputs["bytes"] - before["bytes"] > size * NEW_SHARE or size > GROWTH * published.full_bytes:
        return None
    tables = sorted(before["tables"].keys() | inputs["tables"].keys())
    changed = [table for table in tables if before["tables"].get(table) != inputs["tables"].get(table)]
    return [f"source:{table}+" for table in changed] + (["tag:dated+"] if day != published.as_of_date else [])


def copy(source: Path, target: Path) -> None:
    """Copy a database file; a disk that can lets the copy share its blocks until they change."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(AttributeError, OSError), source.open("rb") as reading, target.open("wb") as writing:
        while os.copy_file_range(reading.fileno(), writing.fileno(), COPY_BYTES):
            pass
    if not target.exists() or target.stat().st_size != source.stat().st_size:
        shutil.copyfile(source, target)


def landing_hash(paths: Iterable[str]) -> str:
    """Hash which extracts there are: their names state their content's hash, so it says what a build reads."""
    names = sorted(path for path in paths if path.endswith(".parquet") and not path.endswith(f"/{SCHEMA_FILE}"))
    return hashlib.sha256("\n".join(names).encode()).hexdigest()

"""A drill: a backup restored aside, verified and built there, and its marts compared with the published ones."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from common.errors import BuildError, LoaderError, UsageError
from common.run_records import recorded
from common.settings import PROJECT_DIR, Settings, settings
from common.sql_text import literal
from warehouse.backups.backup import BACKUPS, newest_record
from warehouse.backups.files import aside, held, holds_data
from warehouse.backups.manifest import Manifest, chosen
from warehouse.backups.restore import place
from warehouse.building.published import Published, current, read_pointer
from warehouse.building.selection import landing_hash, project_hash
from warehouse.checks.compare import compared as compared_marts
from warehouse.checks.compare import memory


def drill(backup: Path | None = None, into: Path | None = None) -> None:
    """Restore a backup into a folder that is removed afterwards, verify and build it, and compare every mart.

    Marts are compared where the published build was made of the same landing by the same models and seeds.
    A folder in which nothing has landed gets no record, so that a restore into it stays possible.
    Raises UsageError where a folder to restore into is named, StorageError where the backup is damaged, BuildError where
    it does not build, or to other marts.
    """
    if into:
        raise UsageError("restore: --drill restores aside and removes it again. Leave out --drill or --into.")
    config = settings()
    folder = chosen(backup or config.data_dir / BACKUPS)
    manifest = Manifest.read(folder)
    keep = holds_data(config.landing_dir)
    run: contextlib.AbstractContextManager[dict[str, Any]] = contextlib.nullcontext({})
    if keep:
        run = recorded(config, "drill", backup=str(folder))
    with run as record:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        with held(config, config.data_dir, "drill"), aside(config.data_dir, "drill") as temporary:
            target = temporary / "data"
            place(config, folder, manifest, target)
            print("Restored aside; verifying and building …", flush=True)
            published, why = comparable(config, manifest)
            day = published.as_of_date if published else config.today
            command(target, "verify")
            command(target, "build", BEDROT_AS_OF=day.isoformat())
            record["told"] = "verified and built; marts not compared: " + why
            if published:
                marts, differences = compared(published.path, built_in(config, target), temporary)
                record |= {"marts": marts, "differences": differences}
                if differences:
                    raise BuildError(f"drill: {folder.name} builds to other marts: {'; '.join(differences)}.")
                record["told"] = f"verified and built; {len(marts)} marts equal those published, row for row"
    print(f"Drill of {folder}: {record['told']}.")


def comparable(config: Settings, manifest: Manifest) -> tuple[Published | None, str]:
    """Return the published build where it read what the backup holds, else None and why not."""
    try:
        published = current(config)
    except LoaderError as error:
        return None, f"{str(error).rstrip('.')}"
    record = newest_record(config, "build", having="published")
    if not record or "inputs" not in record or record["published"] != str(published.path):
        return None, "what the published build read is not known; build and drill again"
    if record["inputs"]["landing"] != landing_hash(manifest.of("landing")):
        return None, "the published build read another landing; build, back up and drill again"
    if record["inputs"]["project"] != project_hash(config):
        return None, "models or seeds have changed since the published build; build and drill again"
    return published, ""


def command(data_dir: Path, name: str, **environment: str) -> None:
    """Run a command on the restored folder, in a process of its own as a person would.

    Raises BuildError with its last line where it fails.
    """
    ended = subprocess.run(
        [sys.executable, str(PROJECT_DIR / "cli.py"), name],
        env=os.environ | {"BEDROT_DATA_DIR": str(data_dir)} | environment,
        stdout=subprocess.PIPE, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if ended.returncode:
        lines = ended.stdout.strip().splitlines()
        said = f": {lines[0]}" if lines else "; the reason stands above"
        raise BuildError(f"drill: `{name}` on the restored folder ended with {ended.returncode}{said}")


def built_in(config: Settings, data_dir: Path) -> Path:
    """Return the database that was built in a folder."""
    return read_pointer(config.model_copy(update={"data_dir": data_dir})).path


def compared(published: Path, restored: Path, spill: Path) -> tuple[list[str], list[str]]:
    """Compare every mart of two databases; return the marts and, for each that differs, how."""
    with memory(settings(), temp_directory=str(spill)) as con:
        con.execute(f"attach {literal(str(published))} as published (read_only)")
        con.execute(f"attach {literal(str(restored))} as restored (read_only)")
        found = list(compared_marts(con, "published", "restored"))
    return [one.mart for one in found], [f"{one.mart}: {one.difference}" for one in found if one.difference]

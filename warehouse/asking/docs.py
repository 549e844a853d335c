"""dbt's own docs, with lineage, as one page that opens offline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import Any

from common.durable_files import write_durably
from common.errors import BuildError, UsageError
from common.seeds import label_environment
from common.settings import PROJECT_DIR, Settings, settings
from warehouse.building.published import current

PROFILE = "profiles.yml"
PAGE = "static_index.html"
UNTRACKED = b'"send_anonymous_usage_stats": false'


def docs(output: Path | None = None, open: bool = False) -> None:
    """Write the page, print where it is, and open it in a browser if asked to.

    Raises BuildError when dbt can't read the project.
    """
    config = settings()
    target = (output or config.data_dir / "exports" / "docs.html").expanduser().absolute()
    if target.is_dir():
        raise UsageError(f"--output {target}: a folder. Name a file.")
    with tempfile.TemporaryDirectory(prefix="bedrot-docs-") as folder:
        page = without_paths(generated(config, Path(folder)), Path(folder))
        target.parent.mkdir(parents=True, exist_ok=True)
        write_durably(target, page)
    print(f"Written {target}")
    if open:
        webbrowser.open(target.as_uri())


def generated(config: Settings, folder: Path) -> bytes:
    """Have dbt write the page into a folder, in a process of its own, from the published file opened read-only."""
    database = database_of(config) or folder / "bedrot.duckdb"
    write_profile(folder, read_only=database.exists())
    command = [
        sys.executable, "-W", "ignore", "-m", "warehouse.building.dbt_process",
        "--no-use-colors", "--log-path", str(folder / "logs"), "docs", "generate", "--static",
        "--target-path", str(folder / "target"), "--project-dir", str(PROJECT_DIR), "--profiles-dir", str(folder),
    ]  # fmt: skip
    environment = (
        os.environ
        | label_environment(config)
        | {
            "BEDROT_DATA_DIR": str(config.data_dir),
            "BEDROT_LANDING": "data/landing",  # told on the page, never read
            "BEDROT_BUILD_FOLDER": str(database.parent),
            "BEDROT_BUILD_PATH": database.name,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
    )
    with subprocess.Popen(
        command, cwd=PROJECT_DIR, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", errors="replace",
    ) as process:  # fmt: skip
        assert process.stdout, "a pipe was asked for"
        said = process.stdout.read()
    path = folder / "target" / PAGE
    if process.returncode or not path.exists():
        raise BuildError(f"docs: dbt could not read the project: {' '.join(said.split())[-600:]}")
    page = path.read_bytes()
    if UNTRACKED not in page:
        raise BuildError("docs: the page would tell dbt who reads it. Keep send_anonymous_usage_stats false in dbt_project.yml.")
    return page


def without_paths(page: bytes, folder: Path) -> bytes:
    """Return the page without this machine's folders, so that it can be given away."""
    for path, before, after, instead in (
        (PROJECT_DIR, '"root_path": "', '"', "."),
        (folder, "", "/target/", "."),
    ):
        stated = json.dumps(str(path), ensure_ascii=False)[1:-1]
        page = page.replace(f"{before}{stated}{after}".encode(), f"{before}{instead}{after}".encode())
    return page


def database_of(config: Settings) -> Path | None:
    """Return the published file, or None before the first build: the page then lacks only the columns' types."""
    try:
        return current(config).path
    except UsageError:
        return None


def write_profile(folder: Path, read_only: bool) -> None:
    """Write the project's profile, its database opened read-only."""
    import yaml

    profile: dict[str, Any] = yaml.safe_load((PROJECT_DIR / PROFILE).read_text(encoding="utf-8"))
    if read_only:
        output = profile["bedrot"]["outputs"]["dev"]
        output["config_options"] = output.get("config_options", {}) | {"access_mode": "READ_ONLY"}
    profile["bedrot"]["target"] = "dev"
    (folder / PROFILE).write_text(yaml.safe_dump(profile), encoding="utf-8")

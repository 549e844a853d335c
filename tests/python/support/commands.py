"""Commands as a user runs them, and what has landed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from common.settings import Settings
from loaders.commands.find_files import find_files
from loaders.commands.intake import Outcome, Request, land_file
from loaders.landing.extracts import Landing
from loaders.landing.timeline import read_timeline
from loaders.registry import table_named

PROJECT_DIR = Path(__file__).resolve().parents[3]
LIGHT_BROWSER = shutil.which("chromium-headless-shell")  # Chromium without a window takes a third less


def land(config: Settings, *paths: Path, **request: object) -> list[Outcome]:
    """Land files as `python cli.py land` does; return what became of each."""
    with Landing(config) as landing:
        return [
            outcome
            for export, named in find_files(list(paths))
            for outcome in land_file(config, landing, export, named, Request(**request))
        ]


def rows(config: Settings, source: str, table: str, columns: str = "*") -> list[tuple]:
    """Every landed row of a table, in order of landing."""
    with Landing(config) as landing:
        pattern = config.landing_dir / source / table / "*.parquet"
        return landing.con.execute(
            f"select {columns} from read_parquet('{pattern}', union_by_name = true) order by _sequence, _row_number"
        ).fetchall()


def timeline(config: Settings, source: str, table: str) -> list:
    """A table's extracts and sightings, in order."""
    with Landing(config) as landing:
        return read_timeline(landing.con, config, table_named(source, table), None)


def cli(data_dir: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a user does; dbt works on one thread, since the other core has tests of its own."""
    return subprocess.run(
        [sys.executable, str(PROJECT_DIR / "cli.py"), *arguments],
        env=os.environ | {"BEDROT_DATA_DIR": str(data_dir), "BEDROT_THREADS": "1", "COLUMNS": "160"} | environment,
        capture_output=True, text=True, encoding="utf-8", cwd=data_dir.parent, check=False,
    )  # fmt: skip


def answered(data_dir: Path, answer: str, *arguments: str) -> str:
    """Run a command on a terminal, answer the question that it asks, and return everything it wrote."""
    import pty

    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(PROJECT_DIR / "cli.py"), *arguments],
        env=os.environ | {"BEDROT_DATA_DIR": str(data_dir)}, stdin=its_end, stdout=its_end, stderr=its_end,
    )  # fmt: skip
    os.close(its_end)
    said = b""
    while b"[y/N]" not in said:
        assert (more := os.read(terminal, 4096)), said
        said += more
    os.write(terminal, f"{answer}\n".encode())
    with os.fdopen(terminal, "rb", buffering=0) as rest:
        try:
            while more := rest.read(4096):
                said += more
        except OSError:  # the other end is closed
            pass
    assert process.wait() == 0
    return said.decode().replace("\r\n", "\n")


def dbt(data_dir: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run dbt alone, as an analyst does, in the project folder."""
    return subprocess.run(
        [
            sys.executable, "-c", "from dbt.cli.main import cli; cli()", *arguments,
            "--target-path", str(data_dir / "target"), "--log-path", str(data_dir / "logs"),
        ],
        env=os.environ | {"BEDROT_DATA_DIR": str(data_dir), "BEDROT_AS_OF": "2026-07-05"} | environment,
        cwd=PROJECT_DIR, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip

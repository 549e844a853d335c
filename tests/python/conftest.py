"""What the tests share: a data folder of their own, and small exports as the platforms write them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

os.environ["BEDROT_ENV_FILE"] = ""  # the developer's own credentials are not the tests'
os.environ["BEDROT_SEEDS_DIR"] = str(
    Path(__file__).resolve().parents[2] / "demo" / "seeds"
)  # nor is the label's own list of artists and tracks
os.environ["BEDROT_SEEDS_PATH"] = "demo/seeds"
os.environ.pop("BEDROT_DEFAULT_ARTIST", None)

from support.builds import Build, made_once
from support.commands import LIGHT_BROWSER, cli
from support.plain_sql import DATABASE, Plan, read_manifest

from common.settings import Settings
from warehouse.building.published import current

if LIGHT_BROWSER:
    os.environ.setdefault("BEDROT_BROWSER", LIGHT_BROWSER)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are cores: tests of pages and of faults wait for some of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the builds on Spark: they take longest, and everything else fits beside them."""
    items.sort(key=lambda item: item.path.name != "test_spark.py")


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    """Settings with an empty data folder."""
    return Settings(data_dir=tmp_path / "data", threads=1, _env_file=None)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A folder for exports."""
    folder = tmp_path / "box"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def plan(demo: Path) -> Plan:
    """Every seed, model and data test as dbt compiled them for the demo's build."""
    compiled_for = current(Settings(data_dir=demo, _env_file=None)).as_of_date
    return read_manifest(demo / "warehouse" / ".dbt" / "target" / "manifest.json", demo, compiled_for)


@pytest.fixture
def built(plan: Plan, config: Settings) -> Build:
    """Call it with a day and names: builds these models, and what they read, from what has landed, in memory.

    Every data test of them must pass. What else dbt does around the same SQL, the tests of a whole build show.
    """

    def build(as_of: date, *names: str) -> duckdb.DuckDBPyConnection:
        wanted = plan.up_to(*names).reading(config.data_dir, as_of).as_tables()
        con = duckdb.connect()
        con.execute(f"attach ':memory:' as {DATABASE}; use {DATABASE}")
        wanted.build(con)
        assert wanted.checks and wanted.failed(con) == []
        return con

    return build


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo landed and published; nobody changes it."""

    def made(folder: Path) -> None:
        ended = cli(folder / "data", "demo")
        assert ended.returncode == 0, ended.stderr

    return made_once(tmp_path_factory, "demo", made) / "data"


@pytest.fixture
def demo_copy(demo: Path, tmp_path: Path) -> Path:
    """A copy of that folder of one's own; its records and the pointer name files where the copy has them."""
    folder = Path(shutil.copytree(demo, tmp_path / "data"))
    for path in (*(folder / "runs").rglob("*.json"), folder / "warehouse" / "current.json"):
        path.write_text(path.read_text(encoding="utf-8").replace(str(demo), str(folder)), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    """A screen for windows: the machine's own, else a virtual one."""
    if os.environ.get("DISPLAY") or not sys.platform.startswith("linux"):
        yield os.environ.get("DISPLAY", "")
        return
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as file:
        yield f":{file.readline().strip()}"
    server.terminate()
    server.wait()

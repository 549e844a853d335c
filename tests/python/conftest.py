"""What the tests share: a data folder of their own, and small exports as the platforms write them."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock

PROJECT_DIR = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT_DIR))
os.environ["BEDROT_ENV_FILE"] = ""  # the developer's own credentials are not the tests'
os.environ["BEDROT_SEEDS_DIR"] = str(PROJECT_DIR / "demo" / "seeds")  # nor is the label's own list of artists and tracks
os.environ["BEDROT_SEEDS_PATH"] = "demo/seeds"
os.environ.pop("BEDROT_DEFAULT_ARTIST", None)
if LIGHT_BROWSER := shutil.which("chromium-headless-shell"):  # Chromium without a window takes a third less
    os.environ.setdefault("BEDROT_BROWSER", LIGHT_BROWSER)

from bench.plain import DATABASE, Plan, read_manifest
from common.settings import Settings
from loaders.commands.find_files import find_files
from loaders.commands.intake import Outcome, Request, land_file
from loaders.landing.extracts import Landing
from loaders.landing.timeline import read_timeline
from loaders.registry import table_named
from warehouse.building.published import current

GENERATION_A = (
    "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album"
    "\tCountry of Sale\tSongwriter Royalties Withheld\tEarnings (USD)"
).split("\t")
GENERATION_B = (
    "Date Inserted,Reporting Date,Sale Month,Store,Artist,Title,ISRC,UPC,Quantity,Team Percentage,Source Type,"
    "Country of Sale,Songwriter Royalties Withheld (USD),Earnings (USD),Recoup (USD)"
).split(",")

WITHDRAWN_MONTH = "2026-03"


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


def sale(
    date: str, month: str, isrc: str = "QZABC2500001", quantity: str = "41", earnings: str = "0.12345678", **other: str
) -> dict[str, str]:
    """One statement line."""
    return {
        "Reporting Date": date, "Sale Month": month, "Store": "Spotify", "Artist": "PIG1987", "Title": "NEON DRIFT",
        "ISRC": isrc, "UPC": "199000000001", "Quantity": quantity, "Team Percentage": "100", "Song/Album": "Song",
        "Country of Sale": "US", "Songwriter Royalties Withheld": "0", "Earnings (USD)": earnings,
    } | other  # fmt: skip


def ledger_a(lines: list[dict[str, str]], header: list[str] = GENERATION_A) -> bytes:
    """A ledger of generation A: tabs, bare, every line ended by a lone CR."""
    rows = [header, *([line.get(name, "") for name in header] for line in lines)]
    return "".join("\t".join(row) + "\r" for row in rows).encode()


def ledger_b(lines: list[dict[str, str]], delimiter: str = ",") -> bytes:
    """A ledger of generation B: every field quoted, money to twelve decimals."""
    rows = [GENERATION_B]
    for line in lines:
        named = line | {
            "Date Inserted": line["Reporting Date"], "Source Type": line["Song/Album"],
            "Songwriter Royalties Withheld (USD)": "0.00000", "Earnings (USD)": line["Earnings (USD)"].ljust(14, "0"),
        }  # fmt: skip
        rows.append([named.get(name, "") for name in GENERATION_B])
    return "".join(delimiter.join(f'"{value}"' for value in row) + "\n" for row in rows).encode()


def newest_ledger(files: Path) -> Path:
    """The newest ledger among the demo's exports."""
    return max((files / "distrokid").glob("dk_bank_details_*"))


def restated(ledger: Path, into: Path) -> Path:
    """That ledger exported a day later: one reporting month is gone, and the money of one line has changed."""
    with ledger.open(encoding="utf-8", newline="") as file:
        stated = csv.DictReader(file)
        rows = [row for row in stated if not row["Reporting Date"].startswith(WITHDRAWN_MONTH)]
    rows[7]["Earnings (USD)"] = "0.777777777777"
    target = into / "dk_bank_details_20260706_090000.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, GENERATION_B, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return target


def late_ledger(into: Path) -> Path:
    """An old export that lands late: a month that no other has, and lines that can't be read."""
    target = into / "dk_bank_details_20210110_090000.csv"
    target.write_bytes(ledger_b([sale("2020-12-24", "2020-11"), sale("2020-12-24", "x"), sale("no date", "2020-11")]))
    return target


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
    with open(terminal, "rb", buffering=0) as rest:
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


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` fills once a session, whatever the number of test processes."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    done = folder.with_suffix(".done")
    with FileLock(folder.with_suffix(".lock")):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def plan(demo: Path) -> Plan:
    """Every seed, model and data test as dbt compiled them for the demo's build."""
    compiled_for = current(Settings(data_dir=demo, _env_file=None)).as_of_date
    return read_manifest(demo / "warehouse" / ".dbt" / "target" / "manifest.json", demo, compiled_for)


Build = Callable[..., duckdb.DuckDBPyConnection]


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

"""Compaction: many small extracts become few files, and nothing else changes, whenever it is killed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from support.commands import PROJECT_DIR, cli, land, rows, timeline
from support.kills import DYING

from common.errors import StorageError
from common.settings import Settings, settings
from loaders.landing.locks import files_alone, files_shared
from warehouse.checks import compact
from warehouse.checks.compact import compact_where_it_pays, compacted
from warehouse.checks.verify import replay, verify

DAYS = 12


def answer(path: Path, day: int, streams: int = 7, **more: str) -> Path:
    """One day's answer of TooLost, as saved on the day after."""
    streams_of_day = [{"date": f"2026-05-{day:02d}", "streams": streams} | more]
    path.mkdir(exist_ok=True)
    file = path / f"toolost_spotify_202605{day + 1:02d}T090000Z.json"
    file.write_text(json.dumps({"streams": streams_of_day, "discovery": []}))
    return file


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data folder with an extract a day, and one seen again."""
    monkeypatch.setenv("BEDROT_DATA_DIR", str(tmp_path / "data"))
    settings.cache_clear()
    config = settings()
    land(config, *(answer(tmp_path / "box", day) for day in range(1, DAYS + 1)))
    again = answer(tmp_path / "again", DAYS)
    land(config, again.rename(again.with_name("toolost_spotify_20260520T090000Z.json")))
    yield config
    settings.cache_clear()


def in_glob(config: Settings) -> list[tuple]:
    """What anyone sees who reads the folder's files as the models do, without asking us."""
    with duckdb.connect() as con:
        return con.execute(
            "from read_parquet(?, union_by_name = true) order by all",
            [str(config.landing_dir / "toolost" / "spotify_daily" / "*.parquet")],
        ).fetchall()


def files(config: Settings) -> list[str]:
    """The names of the table's files of extracts."""
    return sorted(path.name for path in (config.landing_dir / "toolost" / "spotify_daily").glob("2*.parquet"))


def stated(config: Settings) -> list[str]:
    """What is stated of every extract and sighting, whatever file it is in."""
    return [entry.to_json() for entry in timeline(config, "toolost", "spotify_daily")]


def test_every_row_and_statement_stays_and_the_files_become_one(data: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    seen, known = in_glob(data), stated(data)
    assert len(files(data)) == len(seen) == DAYS and len(known) == DAYS + 1
    assert list(compacted(data, least=2)) == ["compacted toolost.spotify_daily: 12 files into 1"]
    assert (in_glob(data), stated(data)) == (seen, known)
    [name] = files(data)
    assert name.startswith("20260513T090000Z_000012_") and name.endswith("_12.parquet")
    assert list(compacted(data, least=2)) == []
    capsys.readouterr()
    assert verify() == 0 and replay() == 0
    assert "12 extracts, 1 sighting, 12 originals: all as landed." in capsys.readouterr().out


def test_what_is_landed_afterwards_takes_its_place_as_before(data: Settings, tmp_path: Path) -> None:
    list(compacted(data, least=2))
    assert [one.status for one in land(data, tmp_path / "box")] == ["unchanged"] * DAYS
    assert len(stated(data)) == DAYS + 1  # nothing is seen twice at one moment
    between = answer(tmp_path / "more", DAYS, streams=9)
    [outcome] = land(data, between.rename(between.with_name("toolost_spotify_20260515T090000Z.json")), accept=True)
    assert outcome.status == "landed"
    newest = rows(data, "toolost", "spotify_daily", "_extracted_at::date::varchar, streams, _sequence")[-2:]
    assert sorted(newest) == [("2026-05-15", "9", 14), ("2026-05-20", "7", 13)]  # the sighting landed too, from the large file
    assert list(compacted(data, least=2)) == ["compacted toolost.spotify_daily: 3 files into 1"]
    assert len(in_glob(data)) == DAYS + 2 and verify() == 0


def test_files_with_another_header_and_large_ones_stay(data: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    land(data, answer(tmp_path / "box", DAYS + 1, skips="1"))
    seen = in_glob(data)
    monkeypatch.setattr(compact, "MOST", 8)
    assert list(compacted(data, least=2)) == ["compacted toolost.spotify_daily: 13 files into 2"]
    assert len(files(data)) == 3 and in_glob(data) == seen
    monkeypatch.setattr(compact, "SMALL_BYTES", 100)
    monkeypatch.setattr(compact, "MOST", 1000)
    assert list(compacted(data, least=2)) == []


def test_a_run_compacts_only_where_it_pays_and_when_nobody_reads(data: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    compact_where_it_pays(data)
    assert len(files(data)) == DAYS
    monkeypatch.setattr(compact, "PAYS_FROM", DAYS)
    impatient = data.model_copy(update={"lock_wait_seconds": 0.1})
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=PROJECT_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    held.stdout.readline()
    compact_where_it_pays(impatient)
    assert len(files(data)) == DAYS
    held.communicate("done")
    compact_where_it_pays(impatient)
    assert len(files(data)) == 1


HOLD = """
from common.settings import settings
from loaders.landing.locks import files_shared
with files_shared(settings()):
    print("held", flush=True)
    input()
"""


def test_nothing_lands_builds_or_is_copied_while_folders_are_replaced(data: Settings, tmp_path: Path) -> None:
    with files_alone(data):
        for command in (["land", str(tmp_path / "box")], ["build"], ["verify"], ["replay"], ["backup"], ["compact"]):
            ended = cli(data.data_dir, *command, BEDROT_LOCK_WAIT_SECONDS="0.1")
            assert ended.returncode == 7 and ended.stderr.startswith("error: landing: its files are held by"), command


def test_what_is_damaged_is_not_compacted(data: Settings) -> None:
    path = data.landing_dir / "toolost" / "spotify_daily" / files(data)[3]
    with duckdb.connect() as con:
        [(footer,)] = con.execute(
            "select decode(value) from parquet_kv_metadata(?) where decode(key) = 'bedrot'", [str(path)]
        ).fetchall()
        con.execute("create table damaged as from read_parquet(?)", [str(path)])
        con.execute("update damaged set streams = '70'")
        con.execute(f"copy damaged to '{path}' (format parquet, kv_metadata {{bedrot: '{footer}'}})")
    with pytest.raises(StorageError, match="1 row whose values do not give their hash. Nothing was compacted"):
        list(compacted(data, least=2))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StorageError, match="toolost.spotify_daily: an extract can't be read"):
        list(compacted(data, least=2))
    assert len(files(data)) == DAYS


def test_a_backup_misses_nothing_that_was_compacted(data: Settings, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    place.mkdir()
    assert cli(data.data_dir, "backup", "--output", str(place)).returncode == 0
    assert cli(data.data_dir, "compact", "toolost").stdout == "compacted toolost.spotify_daily: 12 files into 1\n"
    done = cli(data.data_dir, "backup", "--output", str(place))
    assert (done.returncode, done.stderr) == (0, "")
    (data.landing_dir / "toolost" / "spotify_daily" / files(data)[0]).unlink()
    done = cli(data.data_dir, "backup", "--output", str(place))
    assert done.returncode == 8 and done.stderr.count("not as it was: landing/toolost/spotify_daily/") == 1


# ------------------------------------------------------------------ killed at every step

KILLED = f"""
import os, shutil, sys
from common.settings import settings
from loaders.landing import locks
from warehouse.checks import compact

point, number, kernel = sys.argv[1], int(sys.argv[2]), sys.argv[3]
{DYING}
if kernel == "two renames":
    locks.exchanged = lambda one, two: False
locks.exchanged = dying("exchange", locks.exchanged)
locks.sync = dying("sync", locks.sync)
locks.heal = dying("heal", locks.heal)
compact.require_equal = dying("compare", compact.require_equal)
compact.link = dying("link", compact.link)
os.replace = dying("place", os.replace)
os.rename = dying("rename", os.rename)
shutil.rmtree = dying("remove", shutil.rmtree)
list(compact.compacted(settings(), least=2))
"""
BEFORE = [("compare", 1), ("link", 1), ("link", 2), ("place", 1)]
STEPS = [
    *((*step, "one exchange") for step in [*BEFORE, ("exchange", 1), ("sync", 1), ("heal", 1), ("remove", 1), ("remove", 2)]),
    *((*step, "two renames") for step in [("rename", 1), ("rename", 2), ("sync", 1), ("remove", 1), ("remove", 2)]),
]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="folders are exchanged in one step on Linux alone")
def test_killed_anywhere_every_row_is_there_once(data: Settings, tmp_path: Path) -> None:
    seen, known, box = in_glob(data), stated(data), answer(tmp_path / "later", DAYS + 1)
    killed = 0
    for number, (point, which, kernel) in enumerate(STEPS):
        ended = subprocess.run([sys.executable, "-c", KILLED, point, str(which), kernel], cwd=PROJECT_DIR, check=False)
        killed += ended.returncode == 9
        between = kernel == "two renames" and (point, which) == ("rename", 2)
        if between:
            with pytest.raises(duckdb.IOException, match="No files found"):
                in_glob(data)
        else:
            assert in_glob(data) == seen, (point, which, kernel)
        with files_shared(data):
            assert (in_glob(data), stated(data)) == (seen, known), (point, which, kernel)
        assert not list(data.landing_dir.glob("*/.[!l]*")), (point, which, kernel)
        box = box.rename(box.with_name(f"toolost_spotify_202606{number + 1:02d}T090000Z.json"))
        box.write_text(box.read_text().replace("7", "8") if number % 2 else box.read_text().replace("8", "7"))
        [outcome] = land(data, box, accept=True)
        assert outcome.status == "landed"
        seen, known = in_glob(data), stated(data)
    assert killed == len(STEPS) and verify() == 0

"""A landed extract can be taken back, and accepted again; killed at any moment, it is there whole or gone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from support.commands import PROJECT_DIR, cli, land, rows, timeline
from support.kills import DYING
from support.ledgers import ledger_a, sale

from common.errors import StorageError, UsageError
from common.settings import Settings, settings
from loaders.commands.land import retry_quarantined
from warehouse.checks.compact import compacted
from warehouse.checks.verify import replay, verify
from warehouse.checks.withdraw import withdraw

DAYS = 6


def answer(path: Path, day: int, streams: int = 7) -> Path:
    """One day's answer of TooLost, as saved on the day after."""
    path.mkdir(exist_ok=True)
    file = path / f"toolost_spotify_202605{day + 1:02d}T090000Z.json"
    file.write_text(json.dumps({"streams": [{"date": f"2026-05-{day:02d}", "streams": streams}], "discovery": []}))
    return file


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A data folder with an extract a day; the last was seen again."""
    monkeypatch.setenv("BEDROT_DATA_DIR", str(tmp_path / "data"))
    settings.cache_clear()
    config = settings()
    land(config, *(answer(tmp_path / "exports", day, 10 * day) for day in range(1, DAYS + 1)))
    again = answer(tmp_path / "again", DAYS, 10 * DAYS)
    land(config, again.rename(again.with_name("toolost_spotify_20260520T090000Z.json")))
    yield config
    settings.cache_clear()


def streams(config: Settings) -> list[tuple[str, str]]:
    return sorted(rows(config, "toolost", "spotify_daily", "date, streams"))


def ids(config: Settings) -> list[str]:
    return [one.extract_id for one in timeline(config, "toolost", "spotify_daily") if one.path]


def stated(config: Settings) -> list[tuple]:
    return [
        (one.extracted_at, one.content_hash, one.rows, one.account, bool(one.path))
        for one in timeline(config, "toolost", "spotify_daily")
    ]


def refused(config: Settings) -> list[str]:
    return sorted(path.parent.name for path in config.quarantine_dir.glob("[!.]*/reason.json"))


@pytest.mark.parametrize("is_compacted", [False, True], ids=["a file each", "compacted"])
@pytest.mark.parametrize("place", [0, 2, DAYS - 1], ids=["first", "middle", "last, seen again"])
def test_what_is_withdrawn_is_in_quarantine_and_comes_back_as_it_was(data: Settings, place: int, is_compacted: bool) -> None:
    if is_compacted:
        list(compacted(data, least=2))
    before, was = streams(data), stated(data)
    withdraw(ids(data)[place])
    assert streams(data) == before[:place] + before[place + 1 :]
    assert verify() == 0 and replay() == 0
    [refused_id] = refused(data)
    assert retry_quarantined(refused_id, accept=True) == 0
    assert streams(data) == before and stated(data) == was and refused(data) == []
    assert verify() == 0 and replay() == 0


def test_the_end_of_an_id_is_enough_and_a_files_name_lists_its_ids(data: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    whole = ids(data)[1]
    with pytest.raises(UsageError, match=f"no extract with this id. There are: {whole} "):
        withdraw("toolost_spotify_20260503T090000Z.json")
    with pytest.raises(UsageError, match="no extract with this id"):
        withdraw("nothing")
    withdraw(whole[-6:])
    assert len(ids(data)) == DAYS - 1
    said = capsys.readouterr().out
    assert said.startswith(
        f"withdrew 1 row of toolost.spotify_daily, account main: {whole} (exports/toolost_spotify_20260503T090000Z.json)"
    )
    assert f"quarantine accept {refused(data)[0]} " in said


def test_withdrawn_content_does_not_land_again_unasked(data: Settings, tmp_path: Path) -> None:
    withdraw(ids(data)[1])
    outcomes = land(data, tmp_path / "exports")
    assert [one.status for one in outcomes] == ["unchanged", "quarantined", *["unchanged"] * (DAYS - 2)]
    assert "the same as 20260503T090000Z_000002_" in outcomes[1].reason and "which was withdrawn on" in outcomes[1].reason
    for refused_id in refused(data):
        assert retry_quarantined(refused_id, accept=True) == 0
    assert [one.status for one in land(data, tmp_path / "exports")] == ["unchanged"] * DAYS
    assert len(streams(data)) == DAYS and verify() == 0


def test_the_last_extract_of_a_table_leaves_it_empty(data: Settings, box: Path) -> None:
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a([sale("2025-03-29", "2025-01")]))
    land(data, box)
    withdraw("dk_bank_details_20250529_101500.tsv") if False else withdraw(
        timeline(data, "distrokid", "bank_details")[0].extract_id
    )
    assert rows(data, "distrokid", "bank_details") == [] and verify() == 0


def test_one_card_of_a_file_with_two(data: Settings, box: Path) -> None:
    header = "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n"
    lines = ["2025-05-01,2025-05-02,0427,SPLICE,Merchandise,9.99,", "2025-05-03,2025-05-04,1234,GROOVER,Merchandise,20.00,"]
    (box / "2025-05-15_transaction_download.csv").write_text(header + "\n".join(lines) + "\n")
    land(data, box)
    one = next(entry for entry in timeline(data, "bank", "card") if entry.account == "0427")
    withdraw(one.extract_id)
    assert rows(data, "bank", "card", '_account, "Debit"') == [("1234", "20.00")]
    assert retry_quarantined(refused(data)[0], accept=True) == 0
    assert sorted(rows(data, "bank", "card", '_account, "Debit"')) == [("0427", "9.99"), ("1234", "20.00")]


def test_an_account_that_was_said_by_hand_comes_back(data: Settings, tmp_path: Path) -> None:
    land(data, answer(tmp_path / "other", 9, 123), account="second")
    was = stated(data)
    withdraw(ids(data)[-1])
    assert retry_quarantined(refused(data)[0], accept=True) == 0
    assert stated(data) == was


def test_without_its_original_nothing_is_withdrawn(data: Settings) -> None:
    sha256 = timeline(data, "toolost", "spotify_daily")[0].file_sha256
    next(data.originals_dir.glob(f"*/{sha256}.*")).unlink()
    with pytest.raises(StorageError, match="is missing. Put it back from a backup; nothing was withdrawn"):
        withdraw(ids(data)[0])
    assert len(streams(data)) == DAYS and refused(data) == []


def test_a_backup_does_not_miss_what_was_withdrawn(data: Settings, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    place.mkdir()
    list(compacted(data, least=2))
    for step in ("before", "withdrawn", "accepted", "removed by hand"):
        if step == "withdrawn":
            assert cli(data.data_dir, "withdraw", ids(data)[-1]).returncode == 0
        elif step == "accepted":
            assert cli(data.data_dir, "quarantine", "accept", refused(data)[0]).returncode == 0
        elif step == "removed by hand":
            Path(
                timeline(data, "toolost", "spotify_daily")[-1].path or timeline(data, "toolost", "spotify_daily")[0].path
            ).unlink()
        done = cli(data.data_dir, "backup", "--output", str(place))
        assert done.returncode == (8 if step == "removed by hand" else 0), (step, done.stderr)
    assert cli(data.data_dir, "restore", str(place), "--into", str(tmp_path / "restored")).returncode == 0


KILLED = f"""
import os, shutil, sys
from loaders.landing import locks
from warehouse.checks import compact
from warehouse.checks import withdraw as taking

point, number = sys.argv[1], int(sys.argv[2])
{DYING}
locks.exchanged = dying("exchange", locks.exchanged)
locks.sync = dying("sync", locks.sync)
locks.heal = dying("heal", locks.heal)
compact.link = dying("link", compact.link)
taking.write_record = dying("record", taking.write_record)
taking.without = dying("rest", taking.without)
os.replace = dying("place", os.replace)
shutil.rmtree = dying("remove", shutil.rmtree)
taking.withdraw(sys.argv[3])
"""
BEFORE = [("place", 1), ("place", 2), ("rest", 1), ("link", 1), ("place", 3), ("record", 1), ("place", 4), ("exchange", 1)]
AFTER = [("sync", 1), ("heal", 1), ("remove", 1)]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="folders are exchanged in one step on Linux alone")
@pytest.mark.parametrize("step", [*BEFORE, *AFTER], ids=lambda step: f"{step[0]} {step[1]}")
def test_killed_anywhere_it_is_there_whole_or_gone(data: Settings, step: tuple[str, int]) -> None:
    list(compacted(data, least=2))
    before, was = streams(data), stated(data)
    extract = ids(data)[-1]
    ended = subprocess.run([sys.executable, "-c", KILLED, step[0], str(step[1]), extract], cwd=PROJECT_DIR, check=False)
    assert ended.returncode == 9
    with duckdb.connect() as con:  # as the models read it
        pattern = str(data.landing_dir / "toolost" / "spotify_daily" / "*.parquet")
        seen = con.execute("select date, streams from read_parquet(?, union_by_name = true) order by all", [pattern]).fetchall()
    assert seen == (before if step in BEFORE else before[:-1])
    if step in BEFORE:
        withdraw(extract)
    assert streams(data) == before[:-1] and verify() == 0
    [refused_id] = refused(data)
    assert retry_quarantined(refused_id, accept=True) == 0
    assert streams(data) == before and stated(data) == was and verify() == 0

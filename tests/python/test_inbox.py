"""The drop folder: whatever lies in it lands once and moves on; what is refused goes to quarantine with its reason."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from conftest import cli, ledger_a, rows, sale

from loaders import inbox, quarantine
from loaders.settings import Settings

LEDGER = ledger_a([sale("2025-03-29", "2025-01"), sale("2025-02-24", "2024-12", earnings="0.5")])
CARD = b"Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n2025-05-03,2025-05-05,0123,SPLICE,Merchandise,9.99,\n"


def drop(config: Settings, name: str, content: bytes, seconds_ago: float = 60) -> Path:
    path = config.inbox_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.time() - seconds_ago,) * 2)
    return path


def left(config: Settings) -> list[str]:
    """What is in the inbox, the lock apart."""
    return sorted(
        str(path.relative_to(config.inbox_dir)) for path in config.inbox_dir.rglob("*") if path.is_file() and path.name != ".lock"
    )


def test_files_land_and_move_to_done(config: Settings) -> None:
    drop(config, "dk_bank_details_20250529_101500.tsv", LEDGER)
    drop(config, "bank/may.csv", CARD)
    done = cli(config.data_dir, "extract", "inbox")
    assert (done.returncode, done.stderr) == (0, "")
    assert left(config) == ["done/bank/may.csv", "done/dk_bank_details_20250529_101500.tsv"]
    assert len(rows(config, "distrokid", "bank_details")) == 2 and len(rows(config, "bank", "card")) == 1


def test_the_same_file_again_is_unchanged_and_keeps_both_copies(config: Settings) -> None:
    for _ in range(2):
        drop(config, "dk_bank_details_20250529_101500.tsv", LEDGER)
        assert cli(config.data_dir, "extract", "inbox").returncode == 0
    assert len(rows(config, "distrokid", "bank_details")) == 2
    assert len(left(config)) == 2


def test_what_is_refused_moves_to_quarantine_and_the_rest_lands(config: Settings) -> None:
    drop(config, "holiday.txt", b"dear diary\n")
    drop(config, "distrokid/streams.html", b"<html><title>Log in</title></html>")
    drop(config, "dk_bank_details_20250529_101500.tsv", LEDGER)
    done = cli(config.data_dir, "extract", "inbox")
    assert done.returncode == 6 and done.stderr.count("quarantined:") == 3
    assert left(config) == ["done/dk_bank_details_20250529_101500.tsv"]
    refused = {one.file_name.split("/")[-1]: one for one in quarantine.entries(config)}
    assert sorted(refused) == ["holiday.txt", "streams.html"]
    assert refused["streams.html"].source == "distrokid"
    assert refused["holiday.txt"].export(config).path.read_bytes() == b"dear diary\n"


def test_what_was_dropped_just_now_lands(config: Settings) -> None:
    drop(config, "dk_bank_details_20250529_101500.tsv", LEDGER, seconds_ago=0)
    assert [one.status for one in inbox.land_inbox(config)] == ["landed"]


def test_what_is_still_being_written_stays(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    growing = drop(config, "dk_bank_details_20250529_101500.tsv", LEDGER, seconds_ago=0)
    monkeypatch.setattr(inbox.time, "sleep", lambda _: os.utime(growing))
    drop(config, "late.csv.crdownload", CARD)
    drop(config, ".hidden.csv", CARD)
    assert list(inbox.land_inbox(config)) == []
    assert left(config) == [".hidden.csv", "dk_bank_details_20250529_101500.tsv", "late.csv.crdownload"]
    assert not quarantine.entries(config)


def test_a_link_is_not_followed(config: Settings, tmp_path: Path) -> None:
    outside = tmp_path / "outside.tsv"
    outside.write_bytes(LEDGER)
    config.inbox_dir.mkdir(parents=True)
    (config.inbox_dir / "dk_bank_details.tsv").symlink_to(outside)
    assert cli(config.data_dir, "extract", "inbox").returncode == 0
    assert outside.exists() and not (config.landing_dir / "distrokid").exists()


def test_killed_between_landing_and_moving_nothing_is_doubled(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(config, "dk_bank_details_20250529_101500.tsv", LEDGER)
    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(inbox, "free_name", lambda _: exec("raise SystemExit(9)"))
        list(inbox.land_inbox(config))
    assert left(config) == ["dk_bank_details_20250529_101500.tsv"]
    assert [one.status for one in inbox.land_inbox(config)] == ["unchanged"]
    assert left(config) == ["done/dk_bank_details_20250529_101500.tsv"]
    assert len(rows(config, "distrokid", "bank_details")) == 2


def test_an_empty_inbox_is_said_to_be_empty(config: Settings) -> None:
    config.data_dir.parent.mkdir(exist_ok=True)
    done = cli(config.data_dir, "extract", "inbox")
    assert done.returncode == 0 and done.stdout == f"The inbox is empty: {config.inbox_dir}\n"

"""Quarantine: decided on once, whatever runs or dies beside it; damaged entries are named; it reads only what it needs."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.commands import PROJECT_DIR, cli, land, rows
from support.ledgers import ledger_a, sale

from common.settings import Settings
from loaders.landing import quarantine

MANY = [sale("2025-03-29", "2025-01", quantity=str(number)) for number in range(30_000)]


@pytest.fixture
def refused(config: Settings, box: Path) -> str:
    """The id of a filtered ledger, refused because it takes most lines away."""
    (box / "dk_bank_details_20250901_000000.tsv").write_bytes(ledger_a(MANY))
    (box / "dk_bank_details_20250902_000000.tsv").write_bytes(ledger_a(MANY[:20_000]))
    landed, second = land(config, box)
    assert (landed.status, second.status) == ("landed", "quarantined")
    return second.quarantine_id


def start(config: Settings, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(PROJECT_DIR / "cli.py"), "quarantine", *arguments],
        env=os.environ | {"BEDROT_DATA_DIR": str(config.data_dir)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, told = process.communicate(timeout=120)
    return process.returncode, told


def test_an_id_has_eight_characters_and_its_end_is_enough(config: Settings, refused: str) -> None:
    assert len(refused) == 8
    assert quarantine.entry(config, refused[-5:]).id == quarantine.entry(config, refused[:5]).id == refused


def test_a_command_that_a_message_names_is_ready_to_paste(config: Settings, box: Path, refused: str) -> None:
    """Whatever the file was refused for: a loss, the same rows of another account, parts that overlap, nobody's account."""
    ledger = ledger_a(MANY[:100])
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger)
    [alike] = land(config, box / "dk_bank_details_20250529_101500.tsv", account="second")
    (box / "songs.csv").write_text("song,listeners,streams,saves,release_date\nA,1,2,3,2025-01-01\n", encoding="utf-8")
    [nobodys] = land(config, box / "songs.csv")
    parts = [box / f"dk_bank_details_2025060{number}_101500.tsv" for number in (1, 2)]
    for part in parts:
        part.write_bytes(ledger)
    told = cli(config.data_dir, "land", "distrokid", "--as-one", *map(str, parts)).stderr
    said = cli(config.data_dir, "quarantine", "list").stdout + told + alike.reason + nobodys.reason
    found = re.findall(r"`python cli\.py quarantine (\w+) (\S+?)(?= --account NAME|`)", said)
    ids = {one.id for one in quarantine.entries(config)}
    assert {refused, alike.quarantine_id, nobodys.quarantine_id} < ids and len(ids) == 4
    assert {id for _, id in found} == ids
    assert {decision for decision, _ in found} == {"accept", "retry"}
    assert cli(config.data_dir, "quarantine", "accept", refused).stdout.startswith("landed ")


def test_an_entry_from_before_keeps_its_id(config: Settings, box: Path, refused: str) -> None:
    old = f"20250902T101500Z_{refused}"
    (config.quarantine_dir / refused).rename(config.quarantine_dir / old)
    assert [one.id for one in quarantine.entries(config)] == [old]
    assert land(config, box)[1].quarantine_id == old
    assert cli(config.data_dir, "quarantine", "discard", refused).returncode == 0
    assert not quarantine.entries(config)


def test_two_files_with_the_same_eight_characters_are_told_apart(
    config: Settings, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quarantine, "ID_LENGTH", 1)
    for number in range(40):
        (box / f"dk_bank_details_{number:02}.tsv").write_bytes(b"")
    ids = [one.quarantine_id for one in land(config, box)]
    assert len(set(ids)) == len(quarantine.entries(config)) == 40
    assert [one.quarantine_id for one in land(config, box)] == ids


@pytest.mark.parametrize("decisions", [("accept", "accept"), ("accept", "discard"), ("discard", "discard")])
def test_of_two_decisions_at_once_one_wins(config: Settings, refused: str, decisions: tuple[str, str]) -> None:
    codes = [ended(one) for one in [start(config, decision, refused) for decision in decisions]]
    assert sorted(code for code, _ in codes)[0] == 0
    assert {code for code, _ in codes} <= {0, 2, 7} and sum(code == 0 for code, _ in codes) == 1
    assert all("Traceback" not in told for _, told in codes)
    assert not quarantine.entries(config)
    assert len(rows(config, "distrokid", "bank_details", "1")) in (30_000, 50_000)


@pytest.mark.parametrize("decision", ["accept", "discard"])
def test_a_decision_that_is_killed_leaves_the_entry_whole_or_gone(config: Settings, refused: str, decision: str) -> None:
    for delay in (0.2, 0.35, 0.5, 0.65, 0.8, 1.0, 1.3, 1.7):
        process = start(config, decision, refused)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for one in quarantine.entries(config):
            quarantine.require_intact(config, one)
    code, told = ended(start(config, decision, refused))
    assert code == 0 or "nothing with this id" in told
    assert not quarantine.entries(config)
    assert len(rows(config, "distrokid", "bank_details", "1")) == (50_000 if decision == "accept" else 30_000)


def test_bytes_that_changed_in_quarantine_do_not_land(config: Settings, refused: str) -> None:
    path = config.quarantine_dir / refused / "content.tsv"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"NEON", b"NEIN", 1))
    for decision in ("accept", "retry"):
        done = cli(config.data_dir, "quarantine", decision, refused)
        assert done.returncode == 8 and "its bytes are not those of" in done.stderr and done.stderr.count("\n") == 1
    path.write_bytes(content)
    assert cli(config.data_dir, "quarantine", "accept", refused).returncode == 0


@pytest.mark.parametrize("damage", [b"{", b"[]", b'{"id": 1}', b"\xff\xfe", None])
def test_a_damaged_reason_is_named_and_stops_nothing(config: Settings, box: Path, refused: str, damage: bytes | None) -> None:
    reason = config.quarantine_dir / refused / quarantine.REASON_FILE
    reason.unlink() if damage is None else reason.write_bytes(damage)
    listed = cli(config.data_dir, "quarantine", "list")
    assert listed.returncode == 0 and refused in listed.stdout and "its reason.json can't be read" in listed.stdout
    assert cli(config.data_dir, "status").returncode == 0
    (box / "dk_bank_details_3.tsv").write_bytes(b"")
    assert land(config, box / "dk_bank_details_3.tsv")[0].status == "quarantined"
    done = cli(config.data_dir, "quarantine", "accept", refused)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    again = land(config, box / "dk_bank_details_20250902_000000.tsv")[0]
    assert again.status == "quarantined" and again.quarantine_id != refused
    assert cli(config.data_dir, "quarantine", "discard", refused).returncode == 0


def test_all_can_be_discarded(config: Settings, box: Path) -> None:
    for number in range(5):
        (box / f"dk_bank_details_{number}.tsv").write_bytes(b"")
    land(config, box)
    assert cli(config.data_dir, "quarantine", "discard").returncode == 2
    done = cli(config.data_dir, "quarantine", "discard", "--all")
    assert done.returncode == 0 and done.stdout.count("discarded ") == 5
    assert not quarantine.entries(config) and not list(config.quarantine_dir.iterdir())


def test_many_refused_files_take_as_long_each_as_few(config: Settings, box: Path) -> None:
    """The time for a file does not grow with what is in quarantine already."""
    read = []
    original = quarantine.read_entry

    def counted(settings: Settings, refused_id: str) -> quarantine.Refused:
        read.append(refused_id)
        return original(settings, refused_id)

    quarantine.read_entry = counted
    try:
        for number in range(300):
            (box / f"dk_bank_details_{number}.tsv").write_bytes(b"")
        land(config, box)
        assert read == []
        land(config, box)
        assert len(read) == 300
    finally:
        quarantine.read_entry = original


def test_what_a_killed_run_left_is_swept(config: Settings, box: Path) -> None:
    (box / "dk_bank_details.tsv").write_bytes(ledger_a(MANY[:2]))
    land(config, box)
    cli(config.data_dir, "land", str(box))
    month = next(config.runs_dir.glob("*/*"))
    old = [
        config.quarantine_dir / ".incoming-abc" / "content.tsv",
        config.quarantine_dir / ".discarded-abc-1" / "content.tsv",
        month / ".x.json.1.tmp",
        config.originals_dir / "ab" / ".x.tsv.1.tmp",
        config.landing_dir / "distrokid" / "bank_details" / ".x.tmp",
        config.landing_dir / "distrokid" / "bank_details" / "_sightings" / ".x.json.1.tmp",
        config.warehouse_dir / ".current.json.1.tmp",
    ]
    for path in old:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    fresh = month / ".fresh.json.1.tmp"
    fresh.write_bytes(b"half")
    for path in (*old, *(path.parent for path in old if path.parent.name.startswith("."))):
        os.utime(path, (time.time() - 7200,) * 2)
    land(config, box)
    assert [path for path in old if path.exists()] == []
    assert fresh.exists() and json.loads(next(month.glob("*_land_*.json")).read_text())["command"] == "land"

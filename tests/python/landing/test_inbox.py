"""The drop folder: whatever lies in it lands once and moves on; what is refused goes to quarantine with its reason."""

from __future__ import annotations

import io
import json
import os
import threading
import time
import zipfile
from pathlib import Path

import pytest
from support.commands import cli, rows, timeline
from support.ledgers import ledger_a, sale

from common.settings import Settings
from loaders.commands import inbox
from loaders.landing import quarantine

LEDGER = ledger_a([sale("2025-03-29", "2025-01"), sale("2025-02-24", "2024-12", earnings="0.5")])
CARD = b"Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n2025-05-03,2025-05-05,0123,SPLICE,Merchandise,9.99,\n"


def zipped(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        bundle.writestr(name, content)
    return buffer.getvalue()


def drop(config: Settings, name: str, content: bytes, seconds_ago: float = 60) -> Path:
    path = config.inbox_dir / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.time() - seconds_ago,) * 2)
    return path


def left(config: Settings) -> list[str]:
    """What is in the inbox, its own files apart."""
    files = (path for path in config.inbox_dir.rglob("*") if path.is_file() and path.name not in (".lock", inbox.TAKEN))
    return sorted(str(path.relative_to(config.inbox_dir)) for path in files)


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
    assert done.returncode == 6 and done.stderr.count("quarantined:") == 2  # each once
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


LONG = ledger_a([sale("2025-03-29", "2025-01", quantity=str(number)) for number in range(200)])
WHOLE = {
    "dk_bank_details_20250529_101500.tsv": LONG,
    "toolost_spotify_20250529_101500.json": json.dumps(
        {"streams": [{"date": f"2025-05-{day:02}", "streams": day} for day in range(1, 29)], "discovery": []}
    ).encode(),
    "Overview_2025-05-28_1748390400_zone.a0.zip": zipped(
        "Overview.csv", b'"Date","Video Views","Profile Views","Likes","Comments","Shares"\n"May 28","1","1","1","1","1"\n'
    ),
    "streams_stats_20250529_101500.html": (
        b'<html><script>AmCharts.makeChart("trend365day", {"dataProvider": [{"category": "2025-05-19","column-1": 1}]})'
        b"</script></html>"
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_half_a_file_that_is_still_waits_and_is_named_and_lands_in_the_end(config: Settings, name: str) -> None:
    content = WHOLE[name]
    drop(config, name, content[: len(content) * 2 // 3 - 1], seconds_ago=30)
    [outcome] = inbox.land_inbox(config)
    assert outcome.status == "waiting" and "It lands when it is whole" in outcome.reason
    assert left(config) == [name] and not quarantine.entries(config)
    drop(config, name, content, seconds_ago=30)
    assert [one.status for one in inbox.land_inbox(config)] == ["landed"]
    assert left(config) == [f"done/{name}"]


@pytest.mark.parametrize("name", WHOLE)
def test_half_a_file_does_not_wait_forever(config: Settings, name: str) -> None:
    drop(config, name, WHOLE[name][: len(WHOLE[name]) * 2 // 3 - 1], seconds_ago=700)
    assert [one.status for one in inbox.land_inbox(config)] == ["quarantined"]
    assert left(config) == []


def copy_slowly(path: Path, content: bytes, cut: int, pause: float) -> threading.Thread:
    """Begin to copy a file as a slow disk does: half of it, a pause, the rest, through one handle."""

    def copy() -> None:
        with path.open("wb") as file:
            file.write(content[:cut])
            file.flush()
            begun.set()
            time.sleep(pause)
            file.write(content[cut:])

    begun = threading.Event()
    copying = threading.Thread(target=copy)
    copying.start()
    begun.wait()
    return copying


@pytest.mark.parametrize("at_line_end", [False, True])
def test_a_copy_that_pauses_at_half_lands_whole(config: Settings, at_line_end: bool) -> None:
    config.inbox_dir.mkdir(parents=True)
    half = LONG.index(b"\r", len(LONG) // 2) + (1 if at_line_end else -3)
    copying = copy_slowly(config.inbox_dir / "dk_bank_details_20250529_101500.tsv", LONG, half, pause=5)
    first = [one.status for one in inbox.land_inbox(config)]
    assert first == (["landed"] if at_line_end else ["waiting"])
    copying.join()
    if at_line_end:  # half had been taken as the whole; what was written to it in inbox/done is seen
        assert left(config) == ["done/dk_bank_details_20250529_101500.tsv"]
    assert [one.status for one in inbox.land_inbox(config)] == ["landed"]
    assert left(config) == ["done/dk_bank_details_20250529_101500.tsv"]
    newest = timeline(config, "distrokid", "bank_details")[-1]
    assert newest.rows == 200
    assert list(inbox.land_inbox(config)) == []


def test_a_list_of_what_was_taken_that_is_damaged_stops_nothing(config: Settings) -> None:
    for damage in (b"{", b"[1]", b'{"../../x": [1, 2, 3]}', b'{"done/x": 1}'):
        drop(config, inbox.TAKEN, damage)
        drop(config, "dk_bank_details_20250529_101500.tsv", LEDGER)
        assert [one.status for one in inbox.land_inbox(config)][0] in ("landed", "unchanged")


def test_a_picture_is_named_and_not_quarantined(config: Settings) -> None:
    drop(config, "cover.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(900))
    done = cli(config.data_dir, "extract", "inbox")
    assert done.returncode == 0 and "ignored  inbox/cover.jpg: a picture; not an export" in done.stdout
    assert left(config) == ["done/cover.jpg"] and not quarantine.entries(config)


def test_names_of_255_bytes_move_twice(config: Settings) -> None:
    name = "dk_bank_details_20250529_101500" + "é" * 110 + ".tsv"
    assert len(name.encode()) == 255
    for status in ("landed", "unchanged", "unchanged"):
        drop(config, name, LEDGER)
        assert [one.status for one in inbox.land_inbox(config)] == [status]
    moved = left(config)
    assert len(moved) == 3 and all(len(Path(one).name.encode()) <= 255 and one.endswith(".tsv") for one in moved)


def test_a_file_that_can_not_be_moved_is_named_and_the_rest_lands(config: Settings) -> None:
    drop(config, "done/bank", b"a file where a folder is needed")
    drop(config, "bank/may.csv", CARD)
    drop(config, "dk_bank_details_20250529_101500.tsv", LEDGER)
    done = cli(config.data_dir, "extract", "inbox")
    assert done.returncode == 8 and "can't be moved to inbox/done" in done.stderr and "Traceback" not in done.stderr
    assert len(rows(config, "distrokid", "bank_details")) == 2 and len(rows(config, "bank", "card")) == 1

"""Files that are damaged, changing, unreadable or no exports: each is named in one line, and the rest of the folder lands."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
import wave
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from support.commands import PROJECT_DIR, cli, land, rows, timeline
from support.ledgers import ledger_a, sale

from common.durable_files import digest
from common.settings import Settings
from loaders.landing import exports as files
from loaders.landing import quarantine
from loaders.landing.exports import DOCUMENT_LIMIT_BYTES
from loaders.landing.extracts import Part
from loaders.registry import SOURCES

LEDGER = ledger_a([sale("2025-03-29", "2025-01", quantity=str(number)) for number in range(1, 40)])
OVERVIEW = b'"Date","Video Views","Profile Views","Likes","Comments","Shares"\n"May 28","1","1","1","1","1"\n'


def zipped(method: int) -> bytes:
    """A TikTok export as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as bundle:
        for name in ("Overview.csv", "Other.csv"):
            bundle.writestr(zipfile.ZipInfo(name, (2025, 5, 28, 10, 0, 0)), OVERVIEW * 40, method)
    return buffer.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_flipped_bit_in_a_zip_stops_nothing(config: Settings, box: Path, method: int) -> None:
    whole, chance = zipped(method), random.Random(method)
    for number in range(60):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        (box / f"Overview_2025-05-28_1748390400_zone{number}.zip").write_bytes(damaged)
    for cut in range(30):
        (box / f"Overview_2025-05-28_1748390400_cut{cut}.zip").write_bytes(whole[: chance.randrange(len(whole))])
    (box / "zz_dk_bank_details_20250529_101500.tsv").write_bytes(LEDGER)
    outcomes = land(config, box)
    assert outcomes[-1].status == "landed" and outcomes[-1].rows == 39
    assert {one.status for one in outcomes} <= {"landed", "unchanged", "ignored", "quarantined"}
    assert all("\n" not in one.reason for one in outcomes)
    assert sum("damaged or truncated zip" in one.reason for one in outcomes) >= 20


def test_names_that_are_no_text_or_very_long_land(config: Settings, box: Path) -> None:
    odd = os.fsencode(box) + b"/dk_bank_details_20250529_101500 caf\xe9\x1b[31m\n.tsv"
    Path(os.fsdecode(odd)).write_bytes(LEDGER)
    long = "dk_bank_details_20250530_101500" + "é" * 110 + ".tsv"
    (box / long).write_bytes(ledger_a([sale("2025-03-29", "2025-01"), sale("2025-04-29", "2025-02")]))
    done = cli(config.data_dir, "land", str(box))
    assert done.returncode == 6 and done.stderr.count("\n") == 1  # the second takes the first's lines away
    assert "caf\\xe9\\x1b[31m\\x0a.tsv" in done.stdout and "\x1b" not in done.stdout + done.stderr
    assert rows(config, "distrokid", "bank_details", "distinct _file_name") == [
        ("box/dk_bank_details_20250529_101500 caf\\xe9\x1b[31m\n.tsv",)
    ]
    listed = cli(config.data_dir, "quarantine", "list").stdout
    assert "é" * 110 in listed
    record = next(config.runs_dir.rglob("*_land_*.json"))
    assert json.loads(record.read_text(encoding="utf-8"))["exit_code"] == 6


def test_half_a_surrogate_pair_lands_as_it_was_sent(config: Settings, box: Path) -> None:
    text = r'{"streams":[{"date":"2025-05-17","streams":7,"note":"a\ud800b"},{"date":"2025-05-18","streams":8,"note":"\ud83d\ude00"}],"discovery":[]}'
    (box / "toolost_spotify_20250529_101500.json").write_text(text)
    assert [one.status for one in land(config, box)] == ["landed"]
    assert rows(config, "toolost", "spotify_daily", "note") == [("a\\ud800b",), ("\U0001f600",)]


def test_json_beyond_what_an_answer_has_is_refused_before_it_is_parsed(config: Settings, box: Path) -> None:
    endless = box / "insights.json"
    with endless.open("wb") as file:
        file.write(b'{"data":[' + b" " * DOCUMENT_LIMIT_BYTES)
    (box / "dk_bank_details.tsv").write_bytes(LEDGER)
    outcomes = land(config, box)
    assert [one.status for one in outcomes] == ["landed", "ignored"] and "too large" in outcomes[1].reason
    [refused] = land(config, endless)
    assert refused.status == "quarantined" and f"{DOCUMENT_LIMIT_BYTES:,} at most" in refused.reason


def sound() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((2, 2, 44_100, 0, "NONE", ""))
        file.writeframes(random.Random(1).randbytes(40_000))
    return buffer.getvalue()


def office(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name in names:
            bundle.writestr(name, b"application/vnd.oasis.opendocument.text" if name == "mimetype" else b"x")
    return buffer.getvalue()


FOREIGN = {
    "cover.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(256)) * 9, "a picture"),
    "cover.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(900), "a picture"),
    "photo.heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(900), "a picture"),
    "master.wav": (sound(), "a sound"),
    "master.mp3": (b"ID3\x04\0\0\0\0\0\0" + bytes(900), "a sound"),
    "clip.mp4": (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(900), "a film"),
    "contract.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(900), "a document"),
    "letter.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "a document"),
    "letter.docx": (office("[Content_Types].xml", "word/document.xml"), "a document"),
    "letter.odt": (office("mimetype", "content.xml"), "a document"),
    "dk_bank_details.xlsx": (office("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook (save the sheet as CSV)"),
    "stems.rar": (b"Rar!\x1a\x07\x01\0" + bytes(900), "an archive that is no zip"),
    "unknown.bin": (random.Random(2).randbytes(9_000), "no text"),
}


def test_pictures_sounds_and_documents_are_named_and_not_kept(config: Settings, box: Path) -> None:
    for name, (content, _) in FOREIGN.items():
        (box / name).write_bytes(content)
    (box / "dk_bank_details.tsv").write_bytes(LEDGER)
    found = {one.file_name.split("/")[-1]: (one.status, one.reason) for one in land(config, box)}
    assert found.pop("dk_bank_details.tsv")[0] == "landed"
    assert found == {name: ("ignored", f"{kind}; not an export") for name, (_, kind) in FOREIGN.items()}
    assert not config.quarantine_dir.exists()


def test_a_folder_in_which_nothing_is_recognised_ends_with_2(config: Settings, box: Path) -> None:
    (box / "notes.txt").write_text("buy milk")
    (box / "cover.jpg").write_bytes(FOREIGN["cover.jpg"][0])
    done = cli(config.data_dir, "land", str(box))
    assert (
        done.returncode == 2 and done.stderr == f"error: {box}: nothing in it was recognised. See README, 'What can be landed'.\n"
    )
    other = box.parent / "other"
    other.mkdir()
    (other / "dk_bank_details.tsv").write_bytes(LEDGER)
    done = cli(config.data_dir, "land", str(box), str(other))
    assert done.returncode == 2 and "landed 39 rows" in done.stdout
    (box / "dk_bank_details.tsv").write_bytes(LEDGER)
    assert cli(config.data_dir, "land", str(box)).returncode == 0


def test_what_can_not_be_read_is_named_and_the_rest_lands(config: Settings, box: Path) -> None:
    (box / "a.csv").symlink_to("/proc/self/mem")  # opens, and fails while it is read
    (box / "gone.csv").symlink_to(box / "nowhere")
    os.mkfifo(box / "pipe.csv")
    (box / "z_dk_bank_details.tsv").write_bytes(LEDGER)
    done = cli(config.data_dir, "land", str(box))
    assert done.returncode == 8 and "landed 39 rows" in done.stdout
    told = done.stderr.splitlines()
    assert [line.split(" ")[1] for line in told] == ["box/a.csv:", "box/gone.csv:", "box/pipe.csv:"]
    assert all(line.startswith("failed: ") for line in told)
    assert not config.quarantine_dir.exists()


def test_a_folder_that_can_not_be_listed_is_named(config: Settings, box: Path) -> None:
    obeying = []
    if os.getuid() == 0:  # root reads everything, unless it gives that up
        if not shutil.which("setpriv"):
            pytest.skip("root, and no setpriv to obey modes with")
        rights = "-dac_override,-dac_read_search"
        obeying = ["setpriv", f"--bounding-set={rights}", f"--inh-caps={rights}"]
    (box / "closed").mkdir()
    (box / "closed" / "dk_bank_details.tsv").write_bytes(LEDGER)
    for name in ("open.tsv", "secret.tsv"):
        (box / name).write_bytes(LEDGER)
    for path in (box / "secret.tsv", box / "closed"):
        path.chmod(0)
    ended = subprocess.run(
        [*obeying, sys.executable, str(PROJECT_DIR / "cli.py"), "land", str(box)],
        env=os.environ | {"BEDROT_DATA_DIR": str(config.data_dir)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    (box / "closed").chmod(0o700)
    assert ended.returncode == 8
    assert ended.stderr.splitlines() == [
        "failed: box/closed: can't be read (Permission denied). Mend that, and land it again.",
        "failed: box/secret.tsv: can't be read (Permission denied). Mend that, and land it again.",
    ]
    assert "landed 39 rows  box/open.tsv" in ended.stdout


def test_the_original_is_what_was_parsed_whatever_becomes_of_the_file(config: Settings, box: Path) -> None:
    """A ledger that is written to all the time lands as one state of it, or not at all."""
    path = box / "dk_bank_details_20250529_101500.tsv"
    states = [ledger_a([sale("2025-03-29", "2025-01", quantity=str(number))] * 4_000) for number in range(2)]
    path.write_bytes(states[0])
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            path.write_bytes(states[number % 2] if number % 3 else states[0][: len(states[0]) // 2])
            time.sleep(0.03)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        outcomes = [land(config, path)[0] for _ in range(6)]
    finally:
        stop.set()
        writer.join()
    assert {one.status for one in outcomes} <= {"landed", "unchanged", "failed", "quarantined"}
    assert all("changes while it is read" in one.reason for one in outcomes if one.status == "failed")
    for stored in config.originals_dir.rglob("*.tsv"):
        assert digest(stored) == stored.stem
    for entry in timeline(config, "distrokid", "bank_details"):
        original = next(config.originals_dir.rglob(f"{entry.file_sha256}.tsv"))
        assert original.read_bytes().count(b"\r") - 1 == entry.rows


def test_a_damaged_original_is_mended_when_the_file_lands_again(config: Settings, box: Path) -> None:
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(LEDGER)
    land(config, box)
    [original] = config.originals_dir.rglob("*.tsv")
    original.write_bytes(LEDGER.replace(b"NEON", b"NEIN"))
    assert cli(config.data_dir, "verify").returncode == 8
    assert [one.status for one in land(config, box)] == ["unchanged"]
    assert original.read_bytes() == LEDGER and cli(config.data_dir, "verify").returncode == 0


def test_a_clock_that_was_set_back_is_told(config: Settings, box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from common.settings import utc_now
    from loaders.commands import intake

    (box / "dk_bank_details.tsv").write_bytes(LEDGER)
    assert land(config, box)[0].warnings == ()
    monkeypatch.setattr(intake, "utc_now", lambda: utc_now() - timedelta(days=3))
    (box / "dk_bank_details.tsv").write_bytes(LEDGER + LEDGER.split(b"\r")[1] + b"\r")
    [landed] = land(config, box)
    assert landed.status == "landed" and landed.warnings[0].startswith("the clock was set back: it says ")
    (box / "dk_bank_details.tsv").unlink()
    (box / "dk_bank_details_20991231_000000.tsv").write_bytes(LEDGER)
    assert any("2099-12-31 00:00 UTC is later than" in one or "set back" in one for one in land(config, box)[0].warnings)


def test_an_error_that_nobody_thought_of_stops_no_other_file(
    config: Settings, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(export: files.Export) -> list[Part] | None:
        if export.name.startswith("a"):
            raise ZeroDivisionError("division by zero")
        return declared.read(export)

    declared = SOURCES["distrokid"]
    monkeypatch.setitem(SOURCES, "distrokid", replace(declared, read=read))
    (box / "a.tsv").write_bytes(LEDGER)
    (box / "b.tsv").write_bytes(LEDGER)
    first, second = land(config, box)
    assert (first.status, second.status) == ("quarantined", "landed")
    assert "(ZeroDivisionError: division by zero)" in first.reason and len(quarantine.entries(config)) == 1

"""Landing: what lands once, what is only seen again, and in which order the extracts stand."""

from __future__ import annotations

import hashlib
import itertools
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.commands import PROJECT_DIR, cli, land, rows, timeline
from support.ledgers import ledger_a, ledger_b, sale

from common.settings import Settings

LINES = [sale("2025-03-29", "2025-01"), sale("2025-03-29", "2025-01"), sale("2025-02-24", "2024-12", earnings="-0.01084000")]


def test_generation_a_lands_every_value_as_text_with_its_lineage(config: Settings, box: Path) -> None:
    file = box / "dk_bank_details_20250529_101500.tsv"
    file.write_bytes(ledger_a(LINES))
    outcome = land(config, file)[0]
    assert (outcome.status, outcome.rows) == ("landed", 3)
    landed = rows(
        config, "distrokid", "bank_details",
        '"Earnings (USD)", _occurrence, _row_number, _account, _extracted_at::varchar, _covers_from::varchar, _covers_to::varchar, '
        "_file_name, _file_sha256",
    )  # fmt: skip
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    same = ("main", "2025-05-29 10:15:00", "2025-02-24", "2025-03-29", f"box/{file.name}", sha256)
    assert landed == [
        ("0.12345678", 1, 1, *same),
        ("0.12345678", 2, 2, *same),
        ("-0.01084000", 1, 3, *same),
    ]
    assert (config.originals_dir / sha256[:2] / f"{sha256}.tsv").read_bytes() == file.read_bytes()


def test_both_generations_and_all_dialects_land_the_same_lines(config: Settings, box: Path) -> None:
    accented = [sale("2025-03-29", "2025-01", Title="NÉON DRIFT", Artist="ZONE A0")]
    contents = {
        "dk_bank_details_20250101_000001.tsv": ledger_a(accented),
        "dk_bank_details_20250101_000002.csv": ledger_b(accented),
        "dk_bank_details_20250101_000003.tsv": ledger_b(accented, "\t"),
        "dk_bank_details_20250101_000004.tsv": ledger_a(accented).replace(b"\r", b"\r\n"),
        "dk_bank_details_20250101_000005.csv": b"\xef\xbb\xbf" + ledger_b(accented).replace(b"\n", b"\r\n"),
    }
    for name, content in contents.items():
        (box / name).write_bytes(content)
    outcomes = land(config, box)
    assert [one.status for one in outcomes] == ["landed", "landed", "unchanged", "landed", "landed"]
    landed = rows(config, "distrokid", "bank_details", '"Title", "Quantity", round("Earnings (USD)"::decimal(24,12), 8)::varchar')
    assert set(landed) == {("NÉON DRIFT", "41", "0.12345678")}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_break_inside_quotes_is_part_of_its_value(config: Settings, box: Path, end: str) -> None:
    lines = [
        sale("2025-03-29", "2025-01", Title="NEON\nDRIFT"),
        sale("2025-03-29", "2025-01", Title='THE "BEST"'.replace('"', '""')),
    ]
    header, *rest = ledger_b(lines).decode().split("\n", 1)
    (box / "dk_bank_details.csv").write_bytes((header + end + rest[0].replace('""\n', '""' + end)).encode())
    assert land(config, box)[0].rows == 2
    assert rows(config, "distrokid", "bank_details", '"Title"') == [("NEON\nDRIFT",), ('THE "BEST"',)]


def test_unquoted_tabs_keep_a_quote_mark_inside_a_title(config: Settings, box: Path) -> None:
    (box / "dk_bank_details.tsv").write_bytes(ledger_a([sale("2025-03-29", "2025-01", Title='"NEON" DRIFT')]))
    land(config, box)
    assert rows(config, "distrokid", "bank_details", '"Title"') == [('"NEON" DRIFT',)]


def test_windows_1252_is_read_and_recorded(config: Settings, box: Path) -> None:
    (box / "dk_bank_details.tsv").write_bytes(ledger_a([sale("2025-03-29", "2025-01", Title="NÉON")]).decode().encode("cp1252"))
    outcome = land(config, box)[0]
    assert outcome.status == "landed" and "read as Windows-1252" in outcome.warnings
    assert rows(config, "distrokid", "bank_details", '"Title"') == [("NÉON",)]
    assert timeline(config, "distrokid", "bank_details")[0].encoding == "cp1252"


def test_the_same_file_twice_lands_once(config: Settings, box: Path) -> None:
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a(LINES))
    assert [one.status for one in land(config, box) + land(config, box) + land(config, box)] == [
        "landed",
        "unchanged",
        "unchanged",
    ]
    assert len(rows(config, "distrokid", "bank_details")) == 3
    assert len(timeline(config, "distrokid", "bank_details")) == 1


def test_rows_in_another_order_are_unchanged_and_leave_a_sighting(config: Settings, box: Path) -> None:
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a(LINES))
    land(config, box)
    later = box / "dk_bank_details_20250530_101500.tsv"
    later.write_bytes(ledger_a(LINES[::-1]))
    assert land(config, later)[0].status == "unchanged"
    first, second = timeline(config, "distrokid", "bank_details")
    assert first.path and not second.path
    assert first.content_hash == second.content_hash
    assert second.extracted_at.isoformat() == "2025-05-30T10:15:00"


@pytest.mark.parametrize("order", list(itertools.permutations("123")))
def test_a_b_a_ends_as_a_in_all_orders_of_landing(config: Settings, box: Path, order: tuple[str, ...]) -> None:
    plain = [sale("2025-03-29", "2025-01", quantity=str(number)) for number in range(20)]
    other = [*plain[:-1], sale("2025-03-29", "2025-01", quantity="99")]
    contents = {"1": plain, "2": other, "3": plain}
    for number in order:
        file = box / f"dk_bank_details_2025060{number}_000000.tsv"
        file.write_bytes(ledger_a(contents[number]))
        assert land(config, file)[0].status in ("landed", "unchanged")
    entries = timeline(config, "distrokid", "bank_details")
    with_rows = [entry for entry in entries if entry.path]
    assert with_rows[-1].extracted_at.day == 3
    assert [entry.content_hash for entry in with_rows][-3:] == [entry.content_hash for entry in entries][-3:]
    assert with_rows[-1].content_hash == with_rows[0].content_hash != with_rows[-2].content_hash


def test_an_extract_between_lands_the_later_sighting_with_its_rows(config: Settings, box: Path) -> None:
    plain = [sale("2025-03-29", "2025-01", quantity=str(number)) for number in range(20)]
    for day, lines in (("1", plain), ("3", plain), ("2", [*plain[:-1], sale("2025-03-29", "2025-01", quantity="99")])):
        (box / f"dk_bank_details_2025060{day}_000000.tsv").write_bytes(ledger_a(lines))
        land(config, box / f"dk_bank_details_2025060{day}_000000.tsv")
    entries = timeline(config, "distrokid", "bank_details")
    assert [bool(entry.path) for entry in entries] == [True, True, True]
    landed = rows(config, "distrokid", "bank_details", "_extracted_at::date::varchar, count(*) over (partition by _extract_id)")
    assert set(landed) == {("2025-06-01", 20), ("2025-06-02", 20), ("2025-06-03", 20)}


def test_extra_columns_land_and_warn(config: Settings, box: Path) -> None:
    from support.ledgers import GENERATION_A

    line = sale("2025-03-29", "2025-01") | {"Mood": "loud"}
    (box / "dk_bank_details.tsv").write_bytes(ledger_a([line], [*GENERATION_A, "Mood"]))
    outcome = land(config, box)[0]
    assert outcome.status == "landed" and "Mood" in outcome.warnings[0]
    assert rows(config, "distrokid", "bank_details", '"Mood"') == [("loud",)]


def test_headers_match_in_any_case_and_land_in_the_contracts_spelling(config: Settings, box: Path) -> None:
    from support.ledgers import GENERATION_A

    shouted = [f" {name.upper()} " for name in GENERATION_A]
    content = ledger_a([dict(zip(shouted, sale("2025-03-29", "2025-01").values(), strict=True))], shouted)
    (box / "export.tsv").write_bytes(content)
    assert land(config, box)[0].status == "landed"
    assert rows(config, "distrokid", "bank_details", '"Earnings (USD)"') == [("0.12345678",)]


def test_an_older_export_takes_its_place_before_the_newer_one(config: Settings, box: Path) -> None:
    newer = [sale("2025-03-29", "2025-01"), sale("2025-04-29", "2025-02")]
    (box / "dk_bank_details_20250501_000000.tsv").write_bytes(ledger_a(newer))
    (box / "dk_bank_details_20250401_000000.tsv").write_bytes(ledger_a(newer[:1]))
    land(config, box / "dk_bank_details_20250501_000000.tsv")
    assert land(config, box / "dk_bank_details_20250401_000000.tsv")[0].status == "landed"
    assert [entry.extracted_at.month for entry in timeline(config, "distrokid", "bank_details")] == [4, 5]


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("dk_bank_details_20250529_101500.tsv", "2025-05-29T10:15:00"),
        ("dk_bank_details_2025-05-29T10-15-00.tsv", "2025-05-29T10:15:00"),
        ("ledger 2025-05-29.tsv", "2025-05-29T00:00:00"),
        ("ledger.tsv", "2025-03-29T00:00:00"),
        ("ledger_20991231_000000.tsv", None),
    ],
)
def test_the_time_of_an_extract_comes_from_its_name_else_its_newest_day(
    config: Settings, box: Path, name: str, moment: str | None
) -> None:
    (box / name).write_bytes(ledger_a(LINES))
    land(config, box / name)
    entry = timeline(config, "distrokid", "bank_details")[0]
    assert entry.extracted_at.isoformat() == (moment or entry.landed_at.isoformat())


def test_stamps_are_read_in_the_configured_zone(tmp_path: Path, box: Path) -> None:
    config = Settings(data_dir=tmp_path / "data", file_timezone="America/New_York", _env_file=None)
    (box / "dk_bank_details_20250701_120000.tsv").write_bytes(ledger_a(LINES))
    land(config, box)
    assert timeline(config, "distrokid", "bank_details")[0].extracted_at.isoformat() == "2025-07-01T16:00:00"


def test_killing_land_at_any_point_loses_and_doubles_nothing(tmp_path: Path, box: Path) -> None:
    many = [sale("2025-03-29", "2025-01", quantity=str(number)) for number in range(60_000)]
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a(many))
    config = Settings(data_dir=tmp_path / "data", _env_file=None)
    command = [sys.executable, str(PROJECT_DIR / "cli.py"), "land", str(box)]
    for delay in (0.3, 0.6, 0.8, 1.0, 1.2, 1.4, 1.7):
        process = subprocess.Popen(
            command,
            env=os.environ | {"BEDROT_DATA_DIR": str(config.data_dir)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(delay)
        process.kill()
        process.wait()
        landed = list((config.landing_dir / "distrokid" / "bank_details").glob("2*.parquet"))
        assert len(landed) <= 1
        if landed:
            assert len(rows(config, "distrokid", "bank_details", "1")) == len(many)
    assert cli(config.data_dir, "land", str(box)).returncode == 0
    assert len(rows(config, "distrokid", "bank_details", "1")) == len(many)


def test_another_run_that_holds_the_lock_gives_exit_7(tmp_path: Path, box: Path) -> None:
    from loaders.landing.store import account_locks
    from loaders.registry import table_named

    config = Settings(data_dir=tmp_path / "data", _env_file=None)
    (box / "dk_bank_details.tsv").write_bytes(ledger_a(LINES))
    with account_locks(config, {(table_named("distrokid", "bank_details"), "main")}):
        ended = cli(config.data_dir, "land", str(box), BEDROT_LOCK_WAIT_SECONDS="0.1")
    assert ended.returncode == 7
    assert ended.stderr.startswith("error: distrokid.bank_details of main: another run is landing it.")
    assert ended.stderr.count("\n") == 1

"""Parts of one export land as one: `land --as-one FILE...`."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from support.commands import answered, cli, land, rows, timeline
from support.ledgers import ledger_a, ledger_b, sale

from common.settings import Settings, settings
from warehouse.checks.verify import replay, verify

SPOTIFY = [sale("2025-03-29", "2025-01", quantity=str(number), earnings="1.00") for number in range(20)]
APPLE = [line | {"Store": "Apple Music", "Earnings (USD)": "2.00"} for line in SPOTIFY]
HEADER = "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n"


@pytest.fixture
def parts(box: Path) -> list[str]:
    """A ledger in two parts, filtered by store."""
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a(SPOTIFY))
    (box / "dk_bank_details_20250529_101900.tsv").write_bytes(ledger_a(APPLE).rstrip(b"\r"))
    return [str(path) for path in sorted(box.iterdir())]


def test_parts_by_store_land_as_one_ledger(
    config: Settings, parts: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [one.status for one in land(config, *map(Path, parts))] == ["landed", "quarantined"]  # each on its own
    done = cli(config.data_dir, "land", "distrokid", "--as-one", *reversed(parts))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "landed 40 rows  box/dk_bank_details_20250529_101900.tsv + box/dk_bank_details_20250529_101500.tsv as one "
        "(distrokid.bank_details)\n"
    )
    last = timeline(config, "distrokid", "bank_details")[-1]
    assert (last.rows, last.extracted_at.isoformat()) == (40, "2025-05-29T10:19:00")
    for path in parts:
        sha256 = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        assert (config.originals_dir / sha256[:2] / f"{sha256}.tsv").read_bytes() == Path(path).read_bytes()
    assert cli(config.data_dir, "land", "--as-one", *parts).stdout.startswith("unchanged")
    monkeypatch.setenv("BEDROT_DATA_DIR", str(config.data_dir))
    settings.cache_clear()
    assert verify() == 0 and replay() == 0
    settings.cache_clear()


def test_equal_lines_in_two_parts_are_asked_about(config: Settings, box: Path) -> None:
    (box / "a.csv").write_bytes(ledger_b(SPOTIFY))
    (box / "b.csv").write_bytes(b"\xef\xbb\xbf" + ledger_b([*APPLE, *SPOTIFY[:3]]))
    done = cli(config.data_dir, "land", "--as-one", str(box / "a.csv"), str(box / "b.csv"))
    assert done.returncode == 6 and "3 lines are in more than one of box/a.csv, box/b.csv" in done.stderr
    [refused] = [path.parent.name for path in config.quarantine_dir.glob("*/reason.json")]
    again = cli(config.data_dir, "quarantine", "retry", refused)  # the joined file alone would not show it
    assert again.returncode == 6 and "3 lines are in more than one of" in again.stderr
    done = cli(config.data_dir, "quarantine", "accept", refused)
    assert done.stderr.splitlines() == [
        "3 lines are in more than one of box/a.csv, box/b.csv; each will count, which adds:",
        "  in all: 3 rows; Earnings (USD) 3",
        "  2025-03: 3 rows; Earnings (USD) 3",
    ]
    assert done.returncode == 0 and "landed 43 rows" in done.stdout
    assert len(rows(config, "distrokid", "bank_details", "_occurrence")) == 43


@pytest.mark.parametrize(("answer", "landed"), [("n", 0), ("y", 41)])
def test_a_person_is_asked_whether_lines_in_two_parts_both_count(config: Settings, box: Path, answer: str, landed: int) -> None:
    (box / "a.csv").write_bytes(ledger_b(SPOTIFY))
    (box / "b.csv").write_bytes(ledger_b([*APPLE, SPOTIFY[0]]))
    done = cli(config.data_dir, "land", "--as-one", str(box / "a.csv"), str(box / "b.csv"))
    assert "1 line is in more than one of box/a.csv, box/b.csv" in done.stderr
    [refused] = [path.parent.name for path in config.quarantine_dir.glob("*/reason.json")]
    told = answered(config.data_dir, answer, "quarantine", "accept", refused)
    assert "in all: 1 row; Earnings (USD) 1" in told and "Accept it? [y/N]" in told
    assert ("Nothing was changed." in told) == (not landed)
    assert bool(list(config.quarantine_dir.glob("*/reason.json"))) == (not landed)
    assert len(rows(config, "distrokid", "bank_details", "_occurrence") if landed else []) == landed


def test_the_whole_is_checked_against_what_was_there(config: Settings, box: Path, parts: list[str]) -> None:
    beatport = [line | {"Store": "Beatport", "Earnings (USD)": "9.00"} for line in SPOTIFY]
    (box / "dk_bank_details_20250501_101500.tsv").write_bytes(ledger_a([*SPOTIFY, *APPLE, *beatport]))
    land(config, box / "dk_bank_details_20250501_101500.tsv")
    done = cli(config.data_dir, "land", "--as-one", *parts)
    assert done.returncode == 6 and "20 of the 60 earlier rows" in done.stderr


def test_what_is_no_part_of_one_export_lands_nothing(config: Settings, box: Path, parts: list[str]) -> None:
    (box / "card.csv").write_text(HEADER + "2025-05-01,2025-05-02,0427,SPLICE,Merchandise,9.99,\n")
    (box / "page.html").write_text("<html>")
    (box / "new.csv").write_bytes(ledger_b(APPLE))
    (box / "dk_bank_details_empty.tsv").write_bytes(b"")
    for name, code, why in (
        ("card.csv", 2, "card.csv has another table than"),
        ("page.html", 2, "page.html is no text export"),
        ("new.csv", 2, "new.csv has another header than"),
        ("dk_bank_details_empty.tsv", 6, "an empty file"),
        ("missing.tsv", 2, "no such file or folder"),
    ):
        done = cli(config.data_dir, "land", "--as-one", parts[0], str(box / name))
        assert done.returncode == code and why in done.stderr and done.stderr.count("\n") == 1, (name, done.stderr)
    assert not list(config.landing_dir.rglob("2*.parquet"))


def test_a_file_with_as_many_rows_as_one_export_holds_may_be_cut_off(config: Settings, box: Path) -> None:
    many = [sale("2025-03-29", "2025-01", quantity=str(number)) for number in range(50_000)]
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a(many))
    [outcome] = land(config, box)
    assert outcome.status == "landed" and "has 50,000 rows, the most that one export holds: is that all?" in outcome.warnings[0]
    (box / "dk_bank_details_20250529_101600.tsv").write_bytes(ledger_a(APPLE))
    done = cli(config.data_dir, "land", "--as-one", str(box))
    assert done.returncode == 0 and "landed 50,020 rows" in done.stdout
    assert "dk_bank_details_20250529_101500.tsv has 50,000 rows" in done.stderr

"""How things stand: on an empty folder, after landing, after a build, and when something is broken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import cli, ledger_a, sale
from small_warehouse import BUILD_ID, publish

PURCHASES = b"""Date,Description,Amount,Category,Status,CardLast4
2026-05-01,ADS,10.00,Ads,posted,1234
2026-05-02,ADS,9.00,Ads,posted,7777
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A fresh data folder."""
    return tmp_path / "data"


def facts(data: Path) -> dict[str, Any]:
    """Return `status --json`."""
    told = cli(data, "status", "--json")
    assert (told.returncode, told.stderr) == (0, "")
    return json.loads(told.stdout)


def tables(found: dict[str, Any], source: str) -> list[dict[str, Any]]:
    return next(one["tables"] for one in found["sources"] if one["source"] == source)


def land(data: Path, *contents: tuple[str, bytes]) -> None:
    """Land files by the command."""
    box = data.parent / "box"
    box.mkdir(exist_ok=True)
    for name, content in contents:
        (box / name).write_bytes(content)
        cli(data, "land", str(box / name))


def test_a_fresh_folder_has_nothing_and_that_is_no_error(data: Path) -> None:
    told = cli(data, "status")
    assert (told.returncode, told.stderr) == (0, "")
    assert "nothing is published" in told.stdout and "Quarantine   empty" in told.stdout and "distrokid" in told.stdout
    found = facts(data)
    assert found["build"] is None and found["last_run"] is None and found["quarantine"] == [] and not found["holds_demo"]
    assert all(one["tables"] == [] and one["last_contact"] is None for one in found["sources"])
    assert not data.exists()


def test_what_landed_is_told_per_table_and_account(data: Path) -> None:
    ledger = ledger_a([sale("2026-03-29", "2026-01"), sale("2026-04-24", "2026-02")])
    land(data, ("dk_bank_details_20260501_101500.tsv", ledger), ("capitol_one_purchases.csv", PURCHASES))
    found = facts(data)
    (statement,) = tables(found, "distrokid")
    assert statement.pop("last_landed_at") > "2026"
    assert statement == {
        "table": "bank_details", "account": "main", "last_contact": "2026-05-01T10:15:00", "newest_day": "2026-04-24",
        "extracts": 1, "sightings": 0, "rows": 2, "note": None,
    }  # fmt: skip
    assert [(one["account"], one["rows"]) for one in tables(found, "bank")] == [("1234", 1), ("7777", 1)]
    told = cli(data, "status").stdout
    assert "distrokid.bank_details main: last contact 2026-05-01 10:15, newest day 2026-04-24, extracts 1, rows 2" in told
    assert "No data yet  toolost, spotify" in told and "Last run     land" in told


def test_a_file_seen_again_is_a_later_contact_and_no_more_rows(data: Path) -> None:
    ledger = ledger_a([sale("2026-03-29", "2026-01")])
    land(data, ("dk_bank_details_20260401_000000.tsv", ledger), ("dk_bank_details_20260501_000000.tsv", ledger))
    (statement,) = tables(facts(data), "distrokid")
    assert (statement["last_contact"], statement["newest_day"]) == ("2026-05-01T00:00:00", "2026-03-29")
    assert (statement["extracts"], statement["sightings"], statement["rows"]) == (1, 1, 1)


def test_quarantine_and_the_last_run_are_told(data: Path) -> None:
    land(data, ("streams_stats.html", b""))
    found = facts(data)
    assert [(one["file_name"], one["acceptable"]) for one in found["quarantine"]] == [("box/streams_stats.html", False)]
    assert (found["last_run"]["command"], found["last_run"]["exit_code"]) == ("land", 6)
    told = cli(data, "status").stdout
    assert "ended with 6" in told and "an empty file" in told


def test_a_table_without_a_model_says_so(data: Path) -> None:
    land(data, ("05-2026-123.csv", b"a,b\n1,2\n"))
    assert "toolost.sales: landed as text, no model until a real file is seen" in cli(data, "status").stdout


def test_the_build_and_what_did_not_resolve_in_it(data: Path) -> None:
    publish(
        data,
        """
        insert into monitoring.unmatched values
            ('store', 'A', 'distrokid', 3, 12345678901.000000000001, 10), ('store', 'B', 'distrokid', 4, 1.5, null),
            ('artist', 'C', 'tiktok', 5, null, null)
        """,
    )
    told = cli(data, "status", "--json").stdout
    assert '"amount_usd": 12345678902.500000000001' in told
    build = json.loads(told)["build"]
    assert (build["build_id"], build["as_of_date"]) == (BUILD_ID, "2026-07-04")
    assert build["path"] == str(data / "warehouse" / BUILD_ID / "bedrot.duckdb")
    assert [(one["kind"], one["names"], one["rows"]) for one in build["unmatched"]] == [
        ("artist", 1, 5),
        ("store", 2, 7),
    ]
    shown = cli(data, "status").stdout
    assert "artist 1 (rows 5); store 2 (rows 7, 12345678902.500000000001 USD)" in shown and build["path"] in shown


def test_a_build_that_failed_after_the_published_one_is_told(data: Path) -> None:
    publish(data)
    record = {"command": "build", "started_at": "2026-07-05T08:00:00", "exit_code": 9, "error": "a test failed"}
    runs = data / "runs" / "2026" / "07"
    runs.mkdir(parents=True)
    (runs / "20260705T080000Z_build_1.json").write_text(json.dumps(record))
    (runs / "20260706T080000Z_land_1.json").write_text(json.dumps(record | {"command": "land", "exit_code": 0, "error": None}))
    assert facts(data)["build_problem"] == "a test failed"
    assert facts(data)["last_run"]["command"] == "land"
    (runs / "20260705T080000Z_build_1.json").write_text(json.dumps(record | {"started_at": "2026-07-03T08:00:00"}))
    assert facts(data)["build_problem"] is None


def test_broken_things_are_told_and_stop_nothing(data: Path) -> None:
    land(
        data,
        ("capitol_one_purchases.csv", PURCHASES),
        ("dk_bank_details.tsv", ledger_a([sale("2026-03-29", "2026-01")])),
    )
    next((data / "landing" / "bank" / "purchases").glob("2*.parquet")).write_bytes(b"PAR1")
    path = publish(data)
    path.write_bytes(b"no database")
    found = facts(data)
    assert "can't be read" in tables(found, "bank")[0]["note"] and tables(found, "distrokid")[0]["rows"] == 1
    assert "can't be opened" in found["build_problem"]
    told = cli(data, "status")
    assert told.returncode == 0 and "Note         bank.purchases: can't be read" in told.stdout


def test_the_demo_is_named(data: Path) -> None:
    data.mkdir()
    (data / "demo.json").write_text("{}")
    assert facts(data)["holds_demo"] is True and "(holds the demo)" in cli(data, "status").stdout

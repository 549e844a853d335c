"""How things stand: on an empty folder, after landing, after a build, and when something is broken."""

from __future__ import annotations

import contextlib
import json
import os
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.commands import PROJECT_DIR, cli
from support.ledgers import ledger_a, sale
from support.small_warehouse import BUILD_ID, publish

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
    assert (
        told.stdout.startswith("Health       HEALTHY: nothing has landed yet, as of ") and "nothing is published" in told.stdout
    )
    steps = [line.strip() for line in told.stdout.splitlines() if line.startswith("     python")]
    assert steps == [f"python cli.py {step}" for step in ("demo", "land PATH...", "login SOURCE", "build", "suggest")]
    assert "Quarantine   empty" in cli(data, "status", "--all").stdout
    found = facts(data)
    assert found["build"] is None and found["last_run"] is None and found["quarantine"] == [] and not found["holds_demo"]
    assert all(one["tables"] == [] and one["last_contact"] is None for one in found["sources"])
    assert not data.exists()


def test_after_a_run_on_nothing_the_first_steps_stay_and_no_backup_is_asked_for(data: Path) -> None:
    publish(data)
    told = cli(data, "status").stdout
    assert told.startswith("Health       HEALTHY: nothing has landed yet, as of ") and "Last build   2" in told
    steps = [line.strip() for line in told.splitlines() if line.startswith("     python")]
    assert steps == [f"python cli.py {step}" for step in ("demo", "land PATH...", "login SOURCE", "build", "suggest")]


def test_files_in_quarantine_name_their_source_and_are_one_thing_to_do(data: Path) -> None:
    cut = ledger_a([sale("2026-03-29", "2026-01")]).replace(b"Earnings (USD)", b"Earnings")
    land(data, ("dk_bank_details_20260501_101500.tsv", cut), ("streams_stats.html", b"<html>"))
    box = data.parent / "box2"
    box.mkdir()
    for name in ("note.txt", "other.txt"):
        (box / name).write_text(f"dear diary, {name}\n")
        cli(data, "land", str(box / name), "--account", "second")
    health, tasks = facts(data)["health"], facts(data)["to_do"]
    assert [(one["source"], one["account"]) for one in health["issues"]] == [(None, "second"), ("distrokid", None)]
    asked = [one for one in tasks if one["command"] == "python cli.py quarantine list"]
    assert [one["what"].partition(" since ")[0] for one in asked] == ["4 files in quarantine"]
    assert asked[0]["what"].endswith(" (no source known, account second; distrokid)")
    told = cli(data, "status", "--all").stdout
    assert "\nWARNING      no source known, account second: 2 files in quarantine since" in told
    assert "\nWARNING      distrokid: 2 files in quarantine since" in told


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
    told = cli(data, "status", "--all").stdout
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
    told = cli(data, "status", "--all").stdout
    assert "ended with 6" in told and "an empty file" in told


def test_a_table_without_a_model_says_so(data: Path) -> None:
    land(data, ("05-2026-123.csv", b"a,b\n1,2\n"))
    assert "toolost.sales: landed as text, no model until a real file is seen" in cli(data, "status", "--all").stdout


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
    shown = cli(data, "status", "--all").stdout
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
    told = cli(data, "status", "--all")
    assert told.returncode == 0 and "Note         bank.purchases: can't be read" in told.stdout


def test_the_demo_is_named(data: Path) -> None:
    data.mkdir()
    (data / "demo.json").write_text("{}")
    assert facts(data)["holds_demo"] is True and "(holds the demo)" in cli(data, "status").stdout


# ------------------------------------------------------------------ one screen


def on_terminal(data: Path, columns: int, lines: int, *arguments: str) -> list[str]:
    """Return the lines that `status` writes to a terminal of this size."""
    import fcntl
    import termios

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, str(PROJECT_DIR / "cli.py"), "status", *arguments],
        stdout=theirs, stderr=theirs, stdin=theirs, env=environment | {"BEDROT_DATA_DIR": str(data)},
    )  # fmt: skip
    os.close(theirs)
    written = b""
    with contextlib.suppress(OSError):
        while chunk := os.read(ours, 65_536):
            written += chunk
    os.close(ours)
    assert process.wait() == 0
    return written.decode().replace("\r\n", "\n").rstrip("\n").split("\n")


@pytest.fixture
def troubled(demo_copy: Path) -> Path:
    """The demo with files in quarantine, failing feeds, lost sessions and a failed build."""
    (demo_copy / "demo.json").rename(demo_copy / "mark")
    for number in range(3):
        land(demo_copy, (f"streams_stats_{number}.html", b"<html>" + str(number).encode()))
    (demo_copy / "mark").rename(demo_copy / "demo.json")
    for source in ("toolost", "tiktok", "linktree"):
        folder = demo_copy / "sessions" / source / "main"
        folder.mkdir(parents=True)
        stored = {"logged_in_at": "2026-07-01T10:00:00", "last_ok_at": None, "lapses_at": None, "state": "lost"}
        (folder / "session.json").write_text(json.dumps(stored))
    record = {"command": "build", "started_at": "2099-07-05T08:00:00", "exit_code": 9, "error": ("a test failed " * 30).strip()}
    runs = demo_copy / "runs" / "2099" / "07"
    runs.mkdir(parents=True)
    (runs / "20990705T080000Z_build_1.json").write_text(json.dumps(record))
    return demo_copy


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
@pytest.mark.parametrize(("columns", "lines"), [(80, 24), (120, 40)])
def test_it_is_one_screen_the_verdict_first_then_what_to_do_then_the_sources(troubled: Path, columns: int, lines: int) -> None:
    shown = on_terminal(troubled, columns, lines)
    assert sum(-(-max(len(line), 1) // columns) for line in shown) < lines and max(map(len, shown[4:])) <= columns
    assert shown[0].startswith("Health       FAILED (accounts: ")
    assert shown[5:7] == ["To do today", ("  1. the last build failed: " + "a test failed " * 30)[: columns - 1] + "…"]
    assert shown[7] == "     python cli.py build"
    tasks = [line for line in shown if line.startswith("     python cli.py")]
    assert len(tasks) >= 2 and "     python cli.py login tiktok" in tasks
    assert any(line.startswith("toolost      CRITICAL") for line in shown)
    hidden = [line for line in shown if line.endswith("more: python cli.py status --all")]
    assert bool(hidden) == (lines == 24)


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_all_is_cut_nowhere_and_json_tells_the_tasks(troubled: Path) -> None:
    shown = "\n".join(on_terminal(troubled, 80, 24, "--all"))
    assert ("a test failed " * 30).strip() in shown and "Last run " in shown and shown.count("Quarantine   ") == 3
    tasks = facts(troubled)["to_do"]
    assert tasks[0] == {"what": ("the last build failed: " + "a test failed " * 30).strip(), "command": "python cli.py build"}
    assert [one["command"] for one in tasks if "login" in one["command"]] == [
        f"python cli.py login {source}" for source in ("tiktok", "linktree", "toolost")
    ]
    assert tasks[-1]["command"] == "python cli.py suggest"

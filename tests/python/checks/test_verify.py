"""Verify and replay: what landed is as it was received, and today's loaders still read it so."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from support.commands import cli
from support.ledgers import ledger_a, ledger_b, sale
from support.small_warehouse import publish

from common.settings import settings
from loaders import toolost
from loaders.registry import SOURCES
from warehouse.checks.verify import replay, verify

LEDGER = [
    sale("2026-03-29", "2026-01"),
    sale("2026-03-29", "2026-01"),
    sale("2026-04-24", "2026-02", Title="NÉON DRIFT"),
]
PURCHASES = b"""Date,Description,Amount,Category,Status,CardLast4
2026-05-01,ADS,10.00,Ads,posted,1234
2026-05-02,ADS,9.00,Ads,posted,7777
"""
TOOLOST = json.dumps(
    {"streams": [{"date": "2026-05-01", "streams": 7}, {"date": "2026-05-02", "streams": 9}], "discovery": []}
).encode()
PAGE = b"""<html><body>owner@example.com<script>
AmCharts.makeChart("trend365day", {"dataProvider": [
    {"category": "2026-05-01", "column-1": 5}, {"category": "2026-05-02", "column-1": 6},
]});
</script></body></html>"""
FILES = {
    "dk_bank_details_20260501_101500.tsv": ledger_a(LEDGER),
    "dk_bank_details_20260601_101500.csv": ledger_b(LEDGER).decode().encode("cp1252"),
    "dk_bank_details_20260701_101500.csv": b"\xef\xbb\xbf" + ledger_b(LEDGER),
    "capitol_one_purchases.csv": PURCHASES,
    "toolost_spotify.json": TOOLOST,
    "streams_stats_20260503.html": PAGE,
    "zone-a0-audience-timeline.csv": b"date,listeners,streams,followers\n2026-05-01,1,2,3\n",
    "Glass City-timeline.csv": b"date,streams\n2026-05-01,2\n",
    "05-2026-123.csv": b"a;b\n1;2\n",
}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder into which a file of every form has landed."""
    folder = tmp_path / "data"
    box = tmp_path / "box"
    box.mkdir()
    for name, content in FILES.items():
        (box / name).write_bytes(content)
    landed = cli(folder, "land", str(box))
    assert landed.returncode == 0, landed.stderr
    monkeypatch.setenv("BEDROT_DATA_DIR", str(folder))
    settings.cache_clear()
    yield folder
    settings.cache_clear()


def extract(data: Path, table: str, number: int = 0) -> Path:
    """Return one extract of a table."""
    return sorted((data / "landing" / table).glob("2*.parquet"))[number]


def rewrite(path: Path, rows: str, footer: dict[str, object] | None = None) -> None:
    """Write an extract again: `rows` is SQL over `extract`; its footer as it was, or with other values."""
    with duckdb.connect() as con:
        stored = con.execute(
            "select decode(value) from parquet_kv_metadata(?) where decode(key) = 'bedrot'", [str(path)]
        ).fetchall()
        stated = json.dumps(json.loads(stored[0][0]) | (footer or {})).replace("'", "''")
        con.execute("create table extract as from read_parquet(?)", [str(path)])
        con.execute(f"copy ({rows}) to '{path}' (format parquet, kv_metadata {{bedrot: '{stated}'}})")


def problems(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Verify, which must fail; return the lines before the summary."""
    assert verify() == 8
    return [line for line in capsys.readouterr().out.splitlines() if not line.endswith(("missing.", "already."))]


def test_what_landed_is_as_it_was_received(data: Path) -> None:
    done = cli(data, "verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "9 extracts, 1 sighting, 9 originals: all as landed.\n"


def test_an_empty_folder_is_fine(tmp_path: Path) -> None:
    done = cli(tmp_path / "fresh", "verify")
    assert (done.returncode, done.stdout) == (0, "0 extracts, 0 sightings, 0 originals: all as landed.\n")


def test_a_changed_value_is_found(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = extract(data, "distrokid/bank_details")
    rewrite(
        path,
        """select * replace (case when _row_number = 2 then '9.9' else "Earnings (USD)" end as "Earnings (USD)") from extract""",
    )
    assert problems(capsys) == [
        f"distrokid.bank_details {path.name}: 1 row whose values do not give their hash",
        f"distrokid.bank_details {path.name}: the content does not give its hash",
    ]
    done = cli(data, "verify")
    assert done.returncode == 8 and "2 damaged or missing." in done.stdout


def test_a_changed_hash_is_found(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = extract(data, "toolost/spotify_daily")
    rewrite(path, "select * replace (repeat('a', 32) as _row_sha) from extract")
    assert [line.split(": ")[1] for line in problems(capsys)] == [
        "rows that share a number or a key",
        "2 rows whose values do not give their hash",
    ]


def test_a_changed_fact_of_the_name_is_found(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = extract(data, "toolost/sales")
    rewrite(path, "select * replace ('2026-06' as _name_month) from extract")
    assert problems(capsys) == [f"toolost.sales {path.name}: the content does not give its hash"]


def test_a_lost_row_and_other_lineage_are_found(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = extract(data, "toolost/spotify_daily")
    rewrite(path, "select * replace (date '2020-01-01' as _covers_from) from extract where _row_number = 1")
    told = " ".join(problems(capsys))
    assert "1 row, the footer says 2" in told and "1 row whose lineage is not the footer's" in told


def test_a_footer_that_names_another_extract_is_found(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = extract(data, "toolost/spotify_daily")
    rewrite(path, "select * replace ('20200101T000000Z_000001_aaaaaaaaaaaa' as _extract_id) from extract", {
        "extract_id": "20200101T000000Z_000001_aaaaaaaaaaaa"
    })  # fmt: skip
    assert any("named differently from its footer" in line for line in problems(capsys))


def test_files_that_can_not_be_read_are_found(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = extract(data, "toolost/spotify_daily")
    path.write_bytes(path.read_bytes()[:-20])
    bare = extract(data, "spotify/song_daily")
    duckdb.connect().execute(f"copy (select 1 as one) to '{bare}' (format parquet)")
    sighting = next((data / "landing" / "distrokid" / "bank_details" / "_sightings").iterdir())
    sighting.write_text("{")
    told = problems(capsys)
    assert [line.split(": ")[0].split()[1] for line in told] == [sighting.name, path.name, bare.name]
    assert ["can't be read" in line for line in told] == [True, True, False] and "no footer" in told[2]


def test_originals_that_are_missing_or_changed_are_found(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = next(path for path in (data / "originals").rglob("*.json"))
    changed = next(path for path in (data / "originals").rglob("*.html"))
    missing.unlink()
    changed.write_bytes(changed.read_bytes().replace(b"5", b"6"))
    told = problems(capsys)
    assert len(told) == 2
    assert told[0].startswith("distrokid.streams_daily") and f"its original {changed.name} has other bytes" in told[0]
    assert told[1].startswith("toolost.spotify_daily") and f"its original {missing.stem} is missing" in told[1]


def test_extracts_that_are_missing_are_found(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extract(data, "distrokid/bank_details", 1).unlink()
    told = problems(capsys)
    assert "distrokid.bank_details number 2 of the landing sequence is missing" in told
    assert any("a sighting of an extract that is missing" in line for line in told)


def test_originals_that_nothing_refers_to_are_only_named(data: Path) -> None:
    (data / "originals" / "aa").mkdir(exist_ok=True)
    (data / "originals" / "aa" / f"{'aa' * 32}.csv").write_text("x")
    done = cli(data, "verify")
    assert done.returncode == 0 and "1 further original" in done.stdout


ACCOUNT = "insert into monitoring.row_accounting values ('{}', 'USD', {}, {}, {}, {}, {}, 2.5, 2.5, 0, 0, null);"
LEDGERS = "distrokid.bank_details"


def account_of_others(data: Path) -> str:
    """What accounts for every row of the tables that no mart takes."""
    rows = {
        f"{folder.parent.name}.{folder.name}": sum(pq.read_metadata(path).num_rows for path in folder.glob("2*.parquet"))
        for folder in (data / "landing").glob("*/*")
        if not folder.parent.name.startswith(".")
    }
    return "".join(ACCOUNT.format(label, count, 0, 0, count, 0) for label, count in rows.items() if count and label != LEDGERS)


def accounted(data: Path, *counts: int, more: str = "") -> None:
    """Publish, as if just built, a warehouse that accounts for its rows so."""
    path = publish(data, ACCOUNT.format(LEDGERS, *counts) + more)
    pointer = data / "warehouse" / "current.json"
    later = {
        "build_id": "29990101T000000Z_ab12cd",
        "built_at": "2999-01-01T00:00:00",
        "path": f"{path.parent.name}/{path.name}",
    }
    pointer.write_text(json.dumps(json.loads(pointer.read_text()) | later))


def test_the_identities_are_recounted(data: Path) -> None:
    others = account_of_others(data).replace("bank.purchases", "bank.purchases, cells")
    no_amount = (
        "update monitoring.row_accounting set amount_live = null, amount_in_mart = null where source_table like 'toolost%';"
    )
    accounted(data, 6, 2, 2, 1, 1, more=others + no_amount)
    done = cli(data, "verify", "--data")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{others.count('insert') + 1} tables recounted: all add up." in done.stdout


def test_a_table_that_accounting_forgets_is_told(data: Path) -> None:
    accounted(data, 6, 2, 2, 1, 1, more=account_of_others(data).replace("'bank.purchases'", "'bank.card'"))
    done = cli(data, "verify", "--data")
    assert done.returncode == 8 and "bank.purchases: 2 rows landed before the build, it says 0" in done.stdout


def test_identities_that_do_not_hold_are_told(data: Path) -> None:
    extra = f"update monitoring.row_accounting set amount_rejected = 0.000000000001 where source_table = '{LEDGERS}';"
    accounted(data, 7, 2, 2, 1, 1, more=account_of_others(data) + extra)
    done = cli(data, "verify", "--data")
    assert done.returncode == 8 and "tables recounted: 3 differences." in done.stdout
    assert "rows_landed 7 is not rows_superseded 2 + rows_in_mart 2 + rows_set_aside 1 + rows_rejected 1 = 6" in done.stdout
    assert (
        "amount_live 2.5 is not amount_in_mart 2.5 + amount_set_aside 0 + amount_rejected 0.000000000001 = 2.500000000001"
        in done.stdout
    )
    assert "6 rows landed before the build, it says 7" in done.stdout


def test_what_landed_after_the_build_is_no_difference(data: Path) -> None:
    publish(data, ACCOUNT.format(LEDGERS, 0, 0, 0, 0, 0))
    assert cli(data, "verify", "--data").returncode == 0
    assert cli(data.parent / "fresh", "verify", "--data").returncode == 2


def test_a_build_can_not_have_seen_what_landed_after_it(data: Path) -> None:
    publish(data, ACCOUNT.format(LEDGERS, 6, 2, 2, 1, 1))
    done = cli(data, "verify", "--data")
    assert done.returncode == 8 and "0 rows landed before the build, it says 6" in done.stdout


def test_the_originals_are_read_as_they_landed(data: Path) -> None:
    done = cli(data, "replay")
    assert (done.returncode, done.stderr) == (0, "")
    assert "distrokid.bank_details: 3 equal" in done.stdout and "bank.purchases: 2 equal" in done.stdout
    assert done.stdout.splitlines()[-1] == "9 originals parsed again: no difference."


def test_one_source_can_be_replayed(data: Path) -> None:
    done = cli(data, "replay", "toolost")
    assert done.stdout.splitlines() == [
        "toolost.spotify_daily: 1 equal",
        "toolost.sales: 1 equal",
        "2 originals parsed again: no difference.",
    ]
    wrong = cli(data, "replay", "toolos")
    assert wrong.returncode == 2 and "no such source" in wrong.stderr


def test_rows_with_an_account_given_by_hand_are_equal(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "dk_bank_details_20260801_000000.tsv"
    file.write_bytes(ledger_a(LEDGER[:1]))
    assert cli(data, "land", str(file), "--account", "second").returncode == 0
    done = cli(data, "replay", "distrokid")
    assert (done.returncode, "distrokid.bank_details: 4 equal" in done.stdout) == (0, True)


def test_a_loader_that_reads_otherwise_is_found(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read = toolost.records_frame
    monkeypatch.setattr(toolost, "records_frame", lambda records, table: read(records[:1], table))
    assert replay("toolost") == 6
    told = capsys.readouterr().out
    assert "toolost.spotify_daily: 0 equal" in told and "other content: 1 row now, 2 landed" in told
    monkeypatch.setitem(SOURCES, "toolost", replace(SOURCES["toolost"], read=lambda export: None))
    assert replay("toolost") == 6
    assert "toolost.sales main" in (told := capsys.readouterr().out) and "toolost.spotify_daily main" in told


def test_an_original_that_is_gone_is_a_difference(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    next((data / "originals").rglob("*.json")).unlink()
    assert replay("toolost") == 6
    assert "is missing" in capsys.readouterr().out


def test_an_extract_that_can_not_be_read_points_to_verify(data: Path) -> None:
    extract(data, "toolost/sales").write_bytes(b"PAR1")
    done = cli(data, "replay")
    assert done.returncode == 8 and "verify" in done.stderr and done.stderr.count("\n") == 1

"""A data folder with damage: every kind is named in one line, by `verify` and by who meets it; the rest goes on."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from support.commands import PROJECT_DIR, cli, land, rows
from support.ledgers import ledger_a, sale

from common.settings import Settings, settings
from common.sql_text import quoted
from loaders.landing.extracts import Landing
from loaders.registry import table_named
from warehouse.checks.verify import checked

STORES = ("Spotify", "Apple Music", "Deezer")
LINES = [sale("2025-03-29", "2025-01", quantity=str(number), Store=STORES[number % 3]) for number in range(90)]
LEDGER = "dk_bank_details_20250529_101500.tsv"
CARD = b"Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n2025-05-03,2025-05-05,0123,SPLICE,Merchandise,9.99,\n"
FLIPS = 120


@pytest.fixture
def extract(config: Settings, box: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one extract of a ledger, landed."""
    (box / LEDGER).write_bytes(ledger_a(LINES))
    land(config, box)
    monkeypatch.setenv("BEDROT_DATA_DIR", str(config.data_dir))
    settings.cache_clear()
    yield next((config.landing_dir / "distrokid" / "bank_details").glob("2*.parquet"))
    settings.cache_clear()


def answers(path: Path, probes: list[tuple[str, list[object]]]) -> list[object]:
    """What filters on every column find, in a process that has not read the file before; an error counts as an answer."""
    found: list[object] = []
    with duckdb.connect() as con:
        for condition, values in probes:
            try:
                found.append(con.execute(f"select count(*) from read_parquet('{path}') where {condition}", values).fetchone())
            except (duckdb.Error, ValueError) as error:
                found.append(type(error).__name__)
    return found


def filters_on(path: Path) -> list[tuple[str, list[object]]]:
    """Filters on every column of an extract: equal to its least and its greatest value, and not null."""
    with duckdb.connect() as con:
        columns = con.execute(f"select column_name from (describe from read_parquet('{path}'))").fetchall()
        names = [quoted(name) for (name,) in columns]
        ends = con.execute(
            f"select {', '.join(f'min({one}), max({one})' for one in names)} from read_parquet('{path}')"
        ).fetchone()
    probes: list[tuple[str, list[object]]] = []
    for place, name in enumerate(names):
        probes += [(f"{name} = ?", [ends[place * 2]]), (f"{name} = ?", [ends[place * 2 + 1]]), (f"{name} is not null", [])]
    return probes


def test_every_flipped_bit_that_hides_a_row_from_a_filter_is_found(config: Settings, extract: Path) -> None:
    whole, probes, chance = extract.read_bytes(), filters_on(extract), random.Random(7)
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    right, hidden = answers(extract, probes), 0
    table = table_named("distrokid", "bank_details")
    with Landing(config) as landing:
        for number in range(FLIPS):
            damaged = bytearray(whole)
            place = chance.randrange(footer, len(whole)) if number % 3 else chance.randrange(len(whole))
            damaged[place] ^= 1 << chance.randrange(8)
            extract.write_bytes(damaged)
            os.utime(extract, (number, number))  # DuckDB keeps what it read of a file until its time changes
            problems = checked(landing, table, extract)[1]
            if answers(extract, probes) != right:
                hidden += 1
                assert problems, f"bit at {place - footer} of the footer"
    assert hidden > FLIPS / 4


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-20:] = bytes(20)
    path.write_bytes(content)


def test_a_damaged_extract_is_named_and_other_tables_land(config: Settings, box: Path, extract: Path) -> None:
    damage(extract)
    (box / LEDGER).write_bytes(ledger_a([*LINES, sale("2025-04-29", "2025-02")]))
    (box / "may.csv").write_bytes(CARD)
    done = cli(config.data_dir, "land", str(box))
    assert done.returncode == 8 and done.stderr.count("\n") == 1
    assert done.stderr.startswith("failed: ") and extract.name in done.stderr and "verify" in done.stderr
    assert "landed 1 row  box/may.csv" in done.stdout and len(rows(config, "bank", "card")) == 1
    told = cli(config.data_dir, "verify")
    assert told.returncode == 8 and f"distrokid.bank_details {extract.name}: can't be read" in told.stdout


def test_an_extract_whose_rows_are_damaged_is_named_when_a_file_is_compared_with_it(
    config: Settings, box: Path, extract: Path
) -> None:
    content = bytearray(extract.read_bytes())
    content[200:2000] = bytes(1800)
    extract.write_bytes(content)
    (box / LEDGER).write_bytes(ledger_a([*LINES, sale("2025-04-29", "2025-02")]))
    (box / "may.csv").write_bytes(CARD)
    done = cli(config.data_dir, "land", str(box))
    assert done.returncode == 8 and done.stderr.count("\n") == 1 and extract.name in done.stderr
    assert "landed 1 row  box/may.csv" in done.stdout


def test_a_damaged_sighting_is_named(config: Settings, box: Path, extract: Path) -> None:
    (box / LEDGER).rename(box / LEDGER.replace("0529", "0530"))
    assert [one.status for one in land(config, box)] == ["unchanged"]
    sighting = next((extract.parent / "_sightings").iterdir())
    sighting.write_text('{"extract_id": 1}')
    (box / "x.tsv").write_bytes(ledger_a(LINES))
    done = cli(config.data_dir, "land", str(box / "x.tsv"))
    assert done.returncode == 8 and done.stderr.count("\n") == 1 and sighting.name in done.stderr
    assert sighting.name in cli(config.data_dir, "verify").stdout


def test_a_damaged_schema_is_named_and_written_again(config: Settings, box: Path, extract: Path) -> None:
    schema = extract.parent / "_schema.parquet"
    whole = schema.read_bytes()
    schema.write_bytes(b"PAR1 damaged")
    told = cli(config.data_dir, "verify")
    assert told.returncode == 8 and "distrokid.bank_details _schema.parquet: can't be read" in told.stdout
    (box / LEDGER).write_bytes(ledger_a([*LINES, sale("2025-04-29", "2025-02")]))
    assert [one.status for one in land(config, box)] == ["landed"]
    assert len(schema.read_bytes()) == len(whole) and cli(config.data_dir, "verify").returncode == 0


def test_a_damaged_lock_is_named(config: Settings, box: Path, extract: Path) -> None:
    lock = config.landing_dir / ".locks" / "files.lock"
    lock.write_bytes(b"this is no database at all" * 100)
    for command in (("land", str(box)), ("verify",)):
        done = cli(config.data_dir, *command)
        assert done.returncode == 8 and done.stderr.count("\n") == 1 and str(lock) in done.stderr, done.stderr
    lock.unlink()
    assert cli(config.data_dir, "land", str(box)).returncode == 0


def test_foreign_files_are_told_apart_from_damage(config: Settings, extract: Path) -> None:
    duckdb.execute(f"copy (select 1 as one) to '{extract.parent}/export.parquet' (format parquet)")
    (extract.parent / "notes.txt").write_text("mine")
    (config.landing_dir / "instagram" / "posts").mkdir(parents=True)
    (config.landing_dir / "instagram" / "posts" / "x.parquet").write_text("x")
    (config.originals_dir / "ab").mkdir(exist_ok=True)
    (config.originals_dir / "ab" / "cover.jpg").write_text("x")
    done = cli(config.data_dir, "verify")
    assert done.returncode == 8
    told = [line.split(": ")[:2] for line in done.stdout.splitlines() if "a foreign file" in line]
    assert told == [
        ["landing/distrokid/bank_details/export.parquet", "a foreign file, and models read it. Move it away; to land it, `python cli.py land` the export itself"],
        ["landing/distrokid/bank_details/notes.txt", "a foreign file. Move it away; to land it, `python cli.py land` the export itself"],
        ["landing/instagram/posts/x.parquet", "a foreign file. Move it away; to land it, `python cli.py land` the export itself"],
        ["originals/ab/cover.jpg", "a foreign file. Move it away"],
    ]  # fmt: skip


def test_damaged_records_and_quarantine_are_named(config: Settings, box: Path, extract: Path) -> None:
    (box / "dk_bank_details_2.tsv").write_bytes(b"")
    (box / "dk_bank_details_3.tsv").write_bytes(b"<html>")
    for _ in range(2):
        cli(config.data_dir, "land", str(box))
    first, second = sorted(config.quarantine_dir.iterdir())
    (first / "reason.json").write_text("{")
    next(second.glob("content*")).write_bytes(b"other")
    records = sorted(config.runs_dir.rglob("*.json"))
    records[0].write_text('{"command": "la')
    records[1].write_text("[]")
    told = cli(config.data_dir, "verify")
    assert told.returncode == 8
    assert f"quarantine {first.name}: its reason.json can't be read" in told.stdout
    assert f"quarantine {second.name}: its bytes are not those that were refused" in told.stdout
    assert told.stdout.count("the record of a run, it can't be read") == 2
    assert cli(config.data_dir, "status").returncode == 0


def test_a_flipped_bit_in_a_record_stops_no_command(config: Settings, box: Path, extract: Path) -> None:
    cli(config.data_dir, "land", str(box))
    record, chance = next(config.runs_dir.rglob("*_land_*.json")), random.Random(3)
    whole = record.read_bytes()
    for _ in range(12):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        record.write_bytes(damaged)
        done = cli(config.data_dir, "status")
        assert "Traceback" not in done.stderr


def test_verify_beside_a_running_land_raises_no_alarm(config: Settings, box: Path, extract: Path) -> None:
    many = box / "many"
    many.mkdir()
    for day in range(1, 29):
        lines = [*LINES, *(sale("2025-04-29", "2025-02", quantity=str(number)) for number in range(day // 2))]
        (many / f"dk_bank_details_202506{day:02}_000000.tsv").write_bytes(ledger_a(lines))
    landing = subprocess.Popen(
        [sys.executable, str(PROJECT_DIR / "cli.py"), "land", str(many)],
        env=os.environ | {"BEDROT_DATA_DIR": str(config.data_dir)}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    told = []
    while landing.poll() is None:
        told.append(cli(config.data_dir, "verify"))
    assert landing.returncode == 0 and told
    assert {(one.returncode, one.stdout.rpartition(":")[2]) for one in told} == {(0, " all as landed.\n")}

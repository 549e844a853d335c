"""Marts as files: exact in CSV and Parquet, safe in spreadsheets, whole or not there."""

from __future__ import annotations

import csv
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from support.commands import cli
from support.small_warehouse import BUILD_ID, publish

from common.choices import ExportFormat
from common.errors import UsageError
from common.settings import settings
from warehouse.asking import workbook
from warehouse.asking.export import export
from warehouse.asking.values import distinct, replacing

ODD = """
    create table marts.odd as select
        1234567890123456789::bigint as long_number, 12345678901.123456789012::decimal(24, 12) as money,
        timestamp '2026-01-02 03:04:05' as moment, date '1850-01-01' as long_ago, date '2026-01-02' as day,
        'inf'::double as infinite, true as yes, '' as empty, repeat('x', 40000) as long_text, null::varchar as missing;
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a published warehouse."""
    publish(tmp_path / "data", ODD)
    return tmp_path / "data"


@pytest.fixture
def here(data: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, for functions that are called in this process."""
    monkeypatch.setenv("BEDROT_DATA_DIR", str(data))
    settings.cache_clear()
    yield data
    settings.cache_clear()


def test_csv_writes_every_mart_below_the_build(data: Path) -> None:
    done = cli(data, "export")
    folder = data / "exports" / BUILD_ID
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in folder.iterdir()) == ["artists.csv", "odd.csv", "revenue_transactions.csv"]
    assert f"2 rows  {folder / 'artists.csv'}" in done.stdout
    assert (folder / "artists.csv").read_bytes() == b"artist_id,artist_name,is_active\n1,PIG1987,true\n2,ZONE A0,true\n"
    money = [line["net_revenue_usd"] for line in csv.DictReader((folder / "revenue_transactions.csv").open(encoding="utf-8"))]
    assert money == ["0.004183000001", "12.500000000000", "-0.250000000000"]


def test_csv_defuses_formulas_and_leaves_numbers_plain(data: Path) -> None:
    done = cli(data, "export", "--format", "csv", "--output", str(data.parent / "given"))
    lines = list(csv.DictReader((data.parent / "given" / "revenue_transactions.csv").open(encoding="utf-8")))
    assert [line["title"] for line in lines] == ["NEON DRIFT", '\'=HYPERLINK("http://x.test")', "-5"]
    assert "what looks like a formula: 1)" in done.stdout


def test_parquet_keeps_types_and_texts(data: Path) -> None:
    assert cli(data, "export", "--format", "parquet").returncode == 0
    lines = pq.read_table(data / "exports" / BUILD_ID / "revenue_transactions.parquet")
    assert str(lines.schema.field("net_revenue_usd").type) == "decimal128(24, 12)"
    assert lines["net_revenue_usd"][0].as_py() == Decimal("0.004183000001")
    assert lines["title"][1].as_py() == '=HYPERLINK("http://x.test")'


def test_a_workbook_has_a_sheet_a_mart_and_says_what_it_can_not_hold(data: Path) -> None:
    done = cli(data, "export", "--format", "xlsx")
    assert (done.returncode, done.stderr) == (0, "")
    book = zipfile.ZipFile(data / "exports" / BUILD_ID / "marts.xlsx")
    names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert names == ["README", "artists", "odd", "revenue_transactions"]
    assert "15 digits" in strings(book) and BUILD_ID in strings(book)
    assert "odd  (texts cut to 32,767 characters: 1)" in done.stdout


def test_a_workbook_has_numbers_as_numbers_and_never_a_formula(data: Path) -> None:
    cli(data, "export", "--format", "xlsx")
    book = zipfile.ZipFile(data / "exports" / BUILD_ID / "marts.xlsx")
    sheets = [book.read(f"xl/worksheets/sheet{number}.xml").decode() for number in (2, 3, 4)]
    assert not any("<f>" in sheet for sheet in sheets)
    numbers = [dict(re.findall(r'<c r="([A-Z]+[0-9]+)"(?: s="[0-9]+")?><v>([^<]+)</v>', sheet)) for sheet in sheets]
    assert [numbers[2][place] for place in ("D2", "D3", "D4")] == ["0.004183000001", "12.5", "-0.25"]
    assert numbers[1] == {"B2": "12345678901.12346", "C2": "46024.12783564815", "E2": "46024"}
    texts = strings(book)
    assert '=HYPERLINK("http://x.test")' in texts and "1234567890123456789" in texts and "1850-01-01" in texts
    assert 'r="G4"' not in sheets[2]


def strings(book: zipfile.ZipFile) -> str:
    """Return all texts of a workbook."""
    from html import unescape

    sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    return unescape(" ".join(book.read(name).decode() for name in sheets))


def test_a_mart_longer_than_a_sheet_is_refused_before_anything_is_written(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 2)
    with pytest.raises(UsageError, match="revenue_transactions: 3 rows, .* csv or parquet"):
        export(ExportFormat.XLSX)
    assert list((here / "exports" / BUILD_ID).iterdir()) == []


def test_wrong_use_ends_with_2(data: Path, tmp_path: Path) -> None:
    assert cli(data, "export", "--format", "xls").returncode == 2
    (tmp_path / "file").touch()
    assert cli(data, "export", "--output", str(tmp_path / "file")).returncode == 2
    nothing = cli(tmp_path / "fresh", "export")
    assert nothing.returncode == 2 and "Nothing is published yet" in nothing.stderr


def test_a_file_that_fails_midway_leaves_the_one_before(tmp_path: Path) -> None:
    target = tmp_path / "mart.csv"
    target.write_text("before")
    with pytest.raises(RuntimeError), replacing(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError
    assert target.read_text() == "before" and [path.name for path in tmp_path.iterdir()] == ["mart.csv"]


def test_columns_of_one_name_become_distinct() -> None:
    assert distinct(["a", "a", "a_1", "b", "a"]) == ["a", "a_2", "a_1", "b", "a_3"]

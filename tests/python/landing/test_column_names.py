"""A text export's own columns, whatever they are named: each lands under its name, or the file is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.commands import cli, land, rows
from support.ledgers import GENERATION_A, GENERATION_B, sale

from common.settings import Settings
from loaders.landing.tables import LINEAGE

OWN = (
    "now", "_day", "Number", "line", "closed_line", "measure_0", "group_0", "day", "own", "other", "part", "twins", "stored",
    "stated", "select", "file", "filename", "count", "_occurrence_", 'a "quoted" one', "it's", "null", "current_date", "x{y}",
)  # fmt: skip
HEADERS = {"fast": ("\t", "\n", GENERATION_A), "quoted, CRLF": (",", "\r\n", GENERATION_B)}


def ledger(lines: list[dict[str, str]], how: str, own: tuple[str, ...] = OWN) -> bytes:
    delimiter, end, header = HEADERS[how]

    def written(values: list[str]) -> str:
        return delimiter.join(f'"{value.replace(chr(34), chr(34) * 2)}"' if how != "fast" else value for value in values)

    of_b = {"Date Inserted": "Reporting Date", "Source Type": "Song/Album", "Recoup (USD)": ""}
    of_b["Songwriter Royalties Withheld (USD)"] = "Songwriter Royalties Withheld"
    named = [[line.get(of_b.get(name, name), "") for name in header] for line in lines]
    return end.join(written(row) for row in [[*header, *own], *([*row, *own] for row in named), []]).encode()


@pytest.mark.parametrize("how", HEADERS)
def test_a_column_of_any_name_lands_under_it_and_changes_nothing_else(config: Settings, box: Path, how: str) -> None:
    lines = [
        sale(f"2025-0{month}-25", f"2025-0{month - 2}", quantity=str(number)) for month in (3, 4, 5, 6) for number in range(9)
    ]
    lines += lines[:3]
    (box / "dk_bank_details_20250701_000000.tsv").write_bytes(ledger(lines, how))
    outcome = land(config, box)[0]
    assert outcome.status == "landed" and outcome.rows == 39
    chosen = ", ".join('"' + name.replace('"', '""') + '"' for name in OWN)
    assert rows(config, "distrokid", "bank_details", f"distinct {chosen}") == [OWN]
    occurrences = [number for (number,) in rows(config, "distrokid", "bank_details", "_occurrence")]
    assert sorted(occurrences) == [1] * 36 + [2] * 3
    assert rows(config, "distrokid", "bank_details", "distinct _account, _table, _row_number > 0") == [
        ("main", "bank_details", True)
    ]
    (box / "dk_bank_details_20250801_000000.tsv").write_bytes(ledger(lines[: len(lines) // 2], how))
    refused = land(config, box / "dk_bank_details_20250801_000000.tsv")[0]
    assert refused.status == "quarantined" and "have no equal in the later file" in refused.reason
    (box / "dk_bank_details_20250901_000000.tsv").write_bytes(ledger([*lines, sale("2025-08-25", "2025-06")], how))
    assert land(config, box / "dk_bank_details_20250901_000000.tsv")[0].rows == 40
    assert cli(config.data_dir, "verify").returncode == 0


@pytest.mark.parametrize("how", HEADERS)
@pytest.mark.parametrize("name", [*LINEAGE, "_ACCOUNT", "_Row_Number", "_ROW_SHA", " _Table ", "File_Row_Number"])
def test_a_column_named_like_lineage_is_refused_in_any_case(config: Settings, box: Path, name: str, how: str) -> None:
    (box / "dk_bank_details.tsv").write_bytes(ledger([sale("2025-03-29", "2025-01")], how, (name,)))
    refused = land(config, box)[0]
    assert refused.status == "quarantined" and f"names that landing uses: {name.strip()}" in refused.reason
    assert not list(config.landing_dir.rglob("2*.parquet"))


@pytest.mark.parametrize(
    ("name", "header"),
    [("05-2025-12345.csv", "Store,Net,_NAME_MONTH"), ("GLASS CITY-timeline.csv", "date,streams,_name_song")],
)
def test_a_column_named_like_what_only_the_name_states_never_takes_its_place(
    config: Settings, box: Path, name: str, header: str
) -> None:
    (box / name).write_text(f"{header}\n2025-05-01,2,3\n")
    outcome = land(config, box / name)[0]
    assert outcome.status in ("quarantined", "ignored") and not list(config.landing_dir.rglob("2*.parquet"))


def test_reports_of_any_columns_land_them(config: Settings, box: Path) -> None:
    (box / "05-2025-12345.csv").write_text("Number,now,_day,Quantity\n" + "1,2,3,4\n" * 3)
    assert land(config, box)[0].rows == 3
    landed = rows(config, "toolost", "sales", '"Number", "now", "_day", _name_month, _row_number, _occurrence')
    assert landed == [("1", "2", "3", "2025-05", n, n) for n in (1, 2, 3)]

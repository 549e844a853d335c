"""Lines of a bank's file that do not say whose card they are: rejected and listed, and nothing else of the file is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from support.commands import land, rows

from common.settings import Settings

Build = Callable[..., duckdb.DuckDBPyConnection]
CARD = "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n"
CHECKING = "Account Number,Transaction Description,Transaction Date,Transaction Type,Transaction Amount,Balance\n"
PURCHASES = "Date,Description,Amount,Category,Status,CardLast4\n"
FILES = {
    "card": (CARD, "2026-05-0{n},2026-05-0{n},{digits},SPLICE {n},Merchandise,{n}.25,\n", "Card No."),
    "checking": (CHECKING, "{digits},SPLICE {n},05/0{n}/26,Debit,{n}.25,90.00\n", "Account Number"),
    "purchases": (PURCHASES, "2026-05-0{n},SPLICE {n},{n}.25,Software,posted,{digits}\n", "CardLast4"),
}


def export(box: Path, table: str, *digits: str) -> Path:
    """A file with a line for each, of 1.25, 2.25 and so on."""
    header, line, _ = FILES[table]
    path = box / f"{table}.csv"
    path.write_text(header + "".join(line.format(n=n, digits=one) for n, one in enumerate(digits, start=1)), encoding="utf-8")
    return path


@pytest.mark.parametrize("table", FILES)
def test_a_line_without_digits_stops_no_other(config: Settings, box: Path, built: Build, table: str) -> None:
    digits = ["4321", "", "4321", "8765", "n/a", "XXXX", "'4321"]
    [outcome] = land(config, export(box, table, *digits))
    column = FILES[table][2]
    assert (outcome.status, outcome.rows) == ("landed", 7)
    told = f"3 lines without digits in {column}: not counted, see monitoring.rejects"
    assert any(one.endswith(told) for one in outcome.warnings)
    with built(date(2026, 6, 1), f"stg_bank__{table}", "business_expenses") as con:
        rejects = (
            f"select _account, trim(reject_reason) from staging.stg_bank__{table} where reject_reason is not null order by all"
        )
        assert con.execute(rejects).fetchall() == [
            ("4321", f"{column} has no digits:"), ("4321", f"{column} has no digits: XXXX"), ("4321", f"{column} has no digits: n/a"),
        ]  # fmt: skip
        spent = con.execute("select sum(amount_usd) from marts.business_expenses").fetchone()[0]
    assert spent == Decimal("1.25") + Decimal("3.25") + Decimal("4.25") + Decimal("7.25")


@pytest.mark.parametrize("table", FILES)
def test_a_file_without_any_digits_is_nobodys_until_a_person_says_whose(
    config: Settings, box: Path, built: Build, table: str
) -> None:
    file = export(box, table, "", "")
    [refused] = land(config, file)
    assert refused.status == "quarantined" and f"says whose bank.{table} it is" in refused.reason
    assert land(config, file, account="4321")[0].rows == 2
    with built(date(2026, 6, 1), "business_expenses") as con:
        assert con.execute("select sum(amount_usd) from marts.business_expenses").fetchone() == (Decimal("3.50"),)


def test_one_card_in_two_spellings_is_one_extract(config: Settings, box: Path) -> None:
    assert land(config, export(box, "card", "'0427", "427", "0427"))[0].rows == 3
    assert rows(config, "bank", "card", "distinct _account, _sequence") == [("0427", 1)]

"""Bank and card lines: what is spent, and what only moves, through the whole way from the bank's files to the marts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from support.commands import land

from common.settings import Settings

CHECKING = "Account Number,Transaction Description,Transaction Date,Transaction Type,Transaction Amount,Balance\n"
PURCHASES = "Date,Description,Amount,Category,Status,CardLast4\n"
CARD = "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n"


def test_a_payment_with_a_payee_is_spent_and_all_else_is_listed(
    config: Settings, box: Path, built: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    account = [
        ("Wire Transfer to J DOE MIXING", "Debit", "500.00"),
        ("ONLINE PAYMENT GROOVER", "Debit", "120.00"),
        ("Zelle transfer to M ROE", "Debit", "200.00"),
        ("Electronic Payment STUDIO RENT", "Debit", "350.00"),
        ("PAYPAL *TRANSFER TO BEATS BY V", "Debit", "55.00"),
        ("Withdrawal to 360 Performance Savings XXXXXXX4455", "Debit", "1000.00"),
        ("Deposit from 360 Performance Savings XXXXXXX4455", "Credit", "250.00"),
        ("Transfer to CHK XXXXX5678", "Debit", "60.00"),
        ("Withdrawal from CAPITAL ONE CRCARDPMT", "Debit", "231.11"),
        ("Deposit from DISTROKID PAYOUT", "Credit", "310.12"),
        ("Monthly Interest Paid", "Credit", "0.41"),
        ("STATE TAX REFUND", "Credit", "75.00"),
    ]
    lines = [
        f"36055501230881,{text},01/{day:02d}/26,{kind},{amount},0.00\n" for day, (text, kind, amount) in enumerate(account, 2)
    ]
    (box / "360Checking_2026-02-01.csv").write_text(CHECKING + "".join(lines))
    (box / "5678_transaction_download.csv").write_text(
        CARD
        + "2026-01-03,2026-01-04,5678,FACEBK *ABC123,Professional Services,200.00,\n"
        + "2026-01-25,2026-01-25,5678,CAPITAL ONE MOBILE PYMT,Payment/Credit,,231.11\n"
    )
    (box / "capitol_one_purchases.csv").write_text(
        PURCHASES
        + "2025-12-03,SPLICE SUBSCRIPTION,56.11,Software,Posted,5678\n"
        + "2025-12-04,SPLICE SUBSCRIPTION,30.00,Software,Declined,5678\n"
        + "2025-12-05,MIC STAND,25.00,Equipment,Refunded,5678\n"
    )
    assert {one.status for one in land(config, box)} == {"landed"}
    with built(date(2026, 2, 1), "business_expenses", "bank_movements") as con:
        spent = con.execute("select sum(amount_usd) from marts.business_expenses").fetchone()[0]
        moved = con.execute(
            "select movement_type, description, amount_usd from marts.bank_movements order by 1, 3 desc, payment_method"
        ).fetchall()
    assert spent == Decimal("1481.11")
    assert moved == [
        ("card_payment", "Withdrawal from CAPITAL ONE CRCARDPMT", Decimal("231.11")),
        ("card_payment", "CAPITAL ONE MOBILE PYMT", Decimal("-231.11")),
        ("income", "Monthly Interest Paid", Decimal("-0.41")),
        ("income", "STATE TAX REFUND", Decimal("-75")),
        ("income", "Deposit from DISTROKID PAYOUT", Decimal("-310.12")),
        ("other", "SPLICE SUBSCRIPTION", Decimal("30")),
        ("other", "MIC STAND", Decimal("-25")),
        ("own_transfer", "Withdrawal to 360 Performance Savings XXXXXXX4455", Decimal("1000")),
        ("own_transfer", "Transfer to CHK XXXXX5678", Decimal("60")),
        ("own_transfer", "Deposit from 360 Performance Savings XXXXXXX4455", Decimal("-250")),
    ]

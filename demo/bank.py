"""The company card and account: two overlapping card exports, the account, and an older file kept by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from demo.ads import spend_by_day
from demo.label import CHECKING_ACCOUNT
from demo.totals import ExpenseTotals
from demo.truth import Truth, days
from demo.writing import csv_text, write_text

CARD_NUMBER = "0427"
CARD_HEADER = ("Transaction Date", "Posted Date", "Card No.", "Description", "Category", "Debit", "Credit")
CURATED_HEADER = ("Date", "Description", "Amount", "Category", "Status", "CardLast4")
CHECKING_HEADER = (
    "Account Number", "Transaction Description", "Transaction Date", "Transaction Type", "Transaction Amount",
    "Balance",
)  # fmt: skip
FIRST, LAST = date(2025, 1, 1), date(2026, 7, 2)
CURATED_UNTIL = date(2025, 6, 30)
EXPORTS = {
    "2026-01-10_transaction_download.csv": (date(2025, 7, 1), date(2026, 1, 10), "\r\n"),
    "2026-07-03_transaction_download.csv": (date(2025, 11, 15), date(2026, 7, 3), "\n"),
}
AD_BILLING_THRESHOLD = 7_500
PAYMENT = "payment"
RESETTLED = date(2026, 1, 8)
SERVICES, GOODS = "Professional Services", "Merchandise"


@dataclass(frozen=True)
class Charge:
    """One card line; a negative amount is a credit. `kind` is the label's expense category."""

    day: date
    posted: date
    description: str
    bank_category: str
    cents: int
    kind: str


def write_bank(folder: Path, truth: Truth) -> dict[str, ExpenseTotals]:
    """Write all four files; return the expenses by category, each line once, without payments."""
    listed = sorted(charges(truth), key=lambda one: (one.day, one.posted, one.description, one.cents))
    kept_by_hand = [one for one in listed if one.day <= CURATED_UNTIL and one.cents > 0]
    on_the_card: list[Charge] = []
    for name, (first, last, line_end) in EXPORTS.items():
        lines = [one for one in listed if first <= one.posted <= last]
        on_the_card += [one for one in lines if not any(one is other for other in on_the_card)]
        rows = [card_row(one, name) for one in reversed(lines)]
        write_text(folder / name, csv_text(CARD_HEADER, rows, lineterminator=line_end))
    curated = [(one.day, one.description, usd(one.cents), one.kind.title(), "Posted", CARD_NUMBER) for one in kept_by_hand]
    write_text(folder / "capitol_one_purchases_2025.csv", csv_text(CURATED_HEADER, curated))
    write_text(folder / "360Checking_2026-07-03.csv", csv_text(CHECKING_HEADER, checking_rows()))
    expenses = [one for one in kept_by_hand + on_the_card if one.kind != PAYMENT]
    kinds = sorted({one.kind for one in expenses})
    by_kind = {kind: [one.cents for one in expenses if one.kind == kind] for kind in kinds}
    return {kind: ExpenseTotals(len(cents), usd(sum(cents))) for kind, cents in by_kind.items()}


def charges(truth: Truth) -> list[Charge]:
    """Everything on the card."""
    rng = truth.random("bank")

    def charge(day: date, description: str, category: str, cents: int, kind: str) -> Charge:
        posted = day + timedelta(days=rng.randint(0, 2))
        return Charge(day, min(posted, CURATED_UNTIL) if day <= CURATED_UNTIL else posted, description, category, cents, kind)

    found: list[Charge] = []
    spent, owed = spend_by_day(truth), 0
    for day in days(FIRST, LAST):
        owed += spent.get(day, 0)
        if owed >= AD_BILLING_THRESHOLD or (owed and (day + timedelta(days=1)).day == 1):
            found.append(charge(day, f"FACEBK *{rng.randint(10**8, 10**9 - 1):X}2", SERVICES, owed, "advertising"))
            owed = 0
        if day.day == 3:
            found.append(charge(day, "SPLICE SUBSCRIPTION", GOODS, 1299, "software"))
        if day.day == 19 and day.month % 2:
            found.append(charge(day, "SUBMITHUB.COM", SERVICES, 1000 * rng.randint(1, 4), "promotion"))
        if day.day == 11:
            found.append(charge(day, "HARBOR STREET COFFEE", "Dining", rng.randint(450, 2200), "other"))
        if day.day == 25:
            found.append(charge(day, "CAPITAL ONE AUTOPAY PYMT", "Payment/Credit", -rng.randint(9000, 60000), PAYMENT))
    yearly = [(date(2025, 2, 14), 4499), (date(2026, 2, 14), 4499)]
    found += [charge(day, "DISTROKID", SERVICES, cents, "distribution") for day, cents in yearly]
    found += [charge(date(year, 3, 6), "TOOLOST.COM", "", 3500, "distribution") for year in (2025, 2026)]
    gear = [(date(2025, 4, 9), 24999), (date(2025, 9, 17), 12999), (date(2026, 5, 21), 59900)]
    found += [charge(day, "SWEETWATER SOUND, INC", GOODS, cents, "equipment") for day, cents in gear]
    refund, fee = date(2025, 10, 8), date(2026, 4, 27)
    found.append(Charge(refund, refund, "SPLICE REFUND", GOODS, -999, "software"))
    found.append(Charge(fee, fee, "INTEREST CHARGE:PURCHASES", "Fee/Interest Charge", 321, "other"))
    twice, edge, end = date(2025, 12, 9), date(2025, 11, 14), date(2026, 1, 9)
    found += [Charge(twice, date(2025, 12, 10), "SUBMITHUB.COM", SERVICES, 2700, "promotion") for _ in range(2)]
    found += [Charge(edge, day, "SUBMITHUB.COM", SERVICES, 1500, "promotion") for day in (edge, date(2025, 11, 16))]
    found.append(Charge(RESETTLED, date(2026, 1, 10), "SUBMITHUB.COM", SERVICES, 1800, "promotion"))
    found.append(Charge(edge, edge, "HARBOR STREET COFFEE", "Dining", 735, "other"))
    found += [
        Charge(end, day, "SWEETWATER SOUND, INC", GOODS, 4200, "equipment") for day in (date(2026, 1, 10), date(2026, 1, 12))
    ]
    return found


def card_row(charge: Charge, export: str) -> tuple[str, ...]:
    """A line of the card: the one that was still being settled in the first export has another posted date there."""
    posted = charge.posted
    if charge.day == RESETTLED and export == next(iter(EXPORTS)):
        posted -= timedelta(days=1)
    amount = str(usd(abs(charge.cents)))
    debit, credit = (amount, "") if charge.cents > 0 else ("", amount)
    return (str(charge.day), str(posted), CARD_NUMBER, charge.description, charge.bank_category, debit, credit)


def checking_rows() -> list[tuple[str, ...]]:
    """The account: payouts in, the card paid, interest; none of it an expense. Newest first."""
    balance = 120_000
    rows: list[tuple[str, ...]] = []
    for month in range(1, 19):
        year, number = 2025 + (month - 1) // 12, (month - 1) % 12 + 1
        for day, description, kind, cents in (
            (8, "Deposit from DISTROKID PAYOUT", "Credit", 15_000 + 731 * number),
            (26, "Withdrawal from CAPITAL ONE CRCARDPMT", "Debit", 12_500 + 90 * number),
            (28, "Monthly Interest Paid", "Credit", 41),
        ):
            balance += cents if kind == "Credit" else -cents
            stated = f"{number:02d}/{day:02d}/{year % 100:02d}"
            rows.append((CHECKING_ACCOUNT, description, stated, kind, str(usd(cents)), str(usd(balance))))
    return rows[::-1]


def usd(cents: int) -> Decimal:
    """Cents as dollars, two places."""
    return Decimal(cents).scaleb(-2)

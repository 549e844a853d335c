"""The company card and account: Capital One's exports, and the file that was once kept by hand."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from common.printing import counted
from loaders.landing import date_order
from loaders.landing.encodings import BOM, decode
from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.tables import DATE_ORDER, ISO_DAY, MONTH_FIRST, US_DAY, US_SHORT_DAY, Table
from loaders.landing.text_tables import has_columns
from loaders.source import Source

if TYPE_CHECKING:
    import polars as pl

NAME = "bank"
OF_LINE = "digits of the line"
FILE_NAMES = (r".*transaction_download", r"capitol_one_purchases", r"360")

CARD = Table(
    NAME, "card", "append", whose="Card No.", needs_account=True,
    required=("Transaction Date", "Posted Date", "Card No.", "Description", "Category", "Debit", "Credit"),
    facts=(DATE_ORDER,),
    observed="Transaction Date", formats=(ISO_DAY, US_SHORT_DAY, US_DAY), may_be_empty=True,
    dates=("Transaction Date", "Posted Date"), date_order=MONTH_FIRST, unsigned=("Debit", "Credit"),
)  # fmt: skip
CHECKING = Table(
    NAME, "checking", "append", whose="Account Number", needs_account=True,
    required=(
        "Account Number", "Transaction Description", "Transaction Date", "Transaction Type", "Transaction Amount", "Balance",
    ),
    facts=(DATE_ORDER,),
    observed="Transaction Date", formats=(US_SHORT_DAY, US_DAY, ISO_DAY), private=True, may_be_empty=True,
    dates=("Transaction Date",), date_order=MONTH_FIRST, unsigned=("Transaction Amount", "Balance"),
)  # fmt: skip
PURCHASES = Table(
    NAME, "purchases", "append", whose="CardLast4", needs_account=True,
    required=("Date", "Description", "Amount", "Category", "Status", "CardLast4"),
    facts=(DATE_ORDER,),
    observed="Date", formats=(ISO_DAY, US_SHORT_DAY, US_DAY),
    dates=("Date",), date_order=MONTH_FIRST, unsigned=("Amount",),
)  # fmt: skip
TABLES = (CARD, CHECKING, PURCHASES)


def read(export: Export) -> list[Part] | None:
    """Return one part per card or account of an export; None for anything else.

    A line without digits goes with the first card's, where staging rejects it; a file without any is nobody's.
    """
    import polars as pl

    if export.kind != "text":
        return None
    table = next((one for one in TABLES if has_columns(export.table, one.required)), None)
    if not table or not table.whose:
        return None
    frame = export.table.frame(table)
    column = table.whose
    if table is CHECKING:
        frame = with_last_four(frame, column)
    digits = [last_four(text) for text in frame[column]]
    stated = [one for one in digits if one]
    unstated = len(digits) - len(stated)
    first = next(iter(stated), None)
    frame = frame.with_columns(pl.Series(OF_LINE, [one or first for one in digits], pl.String))
    order = date_order.order_of(export, table, frame)
    facts = date_order.facts_of(order)
    note = date_order.assumption(export, table, frame)
    if stated and unstated:
        lines = f"{counted(unstated, 'line')} without digits in {column}: not counted, see monitoring.rejects"
        note = f"{note}; {lines}" if note else lines
    return [
        Part(table, rows, account=account, facts=facts, date_order=order, note=note)
        for (account,), rows in frame.partition_by(OF_LINE, maintain_order=True, include_key=False, as_dict=True).items()
    ]


def cut(export: Export) -> bytes:
    """Return the account's export with only the last four digits of its number: that is what is kept of it."""
    text = decode(export.path.read_bytes().removeprefix(BOM), export.file_name)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=export.table.delimiter))
    rows = rows[export.table.header_lines - 1 :]
    header = [name.strip().casefold() for name in rows[0]]
    place = header.index("account number")
    for row in rows[1:]:
        if len(row) > place:
            row[place] = row[place].strip()[-4:]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=export.table.delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def with_last_four(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return the frame with no more of the account numbers than their last four digits."""
    import polars as pl

    return frame.with_columns(pl.col(column).str.strip_chars().str.slice(-4).alias(column))


def last_four(text: str) -> str | None:
    """Return the four digits that name a card; None where a line has none."""
    found = re.search("^[0-9]{1,3}$|[0-9]{4}$", text.replace("'", "").strip())
    return found[0].zfill(4) if found else None


SOURCE = Source(NAME, FILE_NAMES, TABLES, read, cut=cut)

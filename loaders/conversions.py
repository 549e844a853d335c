"""Conversions that the label counts itself: promo codes, UTM reports and pixel events, each a CSV of its own contract."""

from __future__ import annotations

from datetime import date

from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.tables import ISO_DAY, Table
from loaders.landing.text_tables import TextTable, has_columns
from loaders.source import Source

NAME = "conversions"
FILE_NAMES = (r"(promo|utm|pixel|conversions)[\w -]*\.csv$",)

PROMO = Table(
    NAME, "promo", "append",
    required=("order_id", "ordered_at", "promo_code", "net_amount", "currency", "status"),
    observed="ordered_at", may_be_empty=True,
)  # fmt: skip
UTM = Table(
    NAME, "utm", "append",
    required=(
        "date", "utm_source", "utm_medium", "utm_campaign", "utm_content", "sessions", "conversions", "revenue", "currency",
    ),
    observed="date", may_be_empty=True,
)  # fmt: skip
PIXEL = Table(
    NAME, "pixel", "append",
    required=("event_id", "event_time", "event_name", "value", "currency", "episode_guid", "campaign"),
    observed="event_time", may_be_empty=True,
)  # fmt: skip
TABLES = (PROMO, UTM, PIXEL)


def read(export: Export) -> list[Part] | None:
    """Return the rows of one of the three files; None for anything else."""
    if export.kind != "text":
        return None
    table = next((one for one in TABLES if has_columns(export.table, one.required)), None)
    return [Part(table, export.table, covers=days_of(export.table, table))] if table else None


def days_of(text: TextTable, table: Table) -> tuple[date, date] | None:
    """Return the first and last day, whether or not a time follows it; None where no day can be read."""
    texts = text.frame(table)[table.observed_columns[0]].str.strip_chars().str.slice(0, 10)
    days: list[date] = texts.str.to_date(ISO_DAY, strict=False).drop_nulls().to_list()
    return (min(days), max(days)) if days else None


SOURCE = Source(NAME, FILE_NAMES, TABLES, read)

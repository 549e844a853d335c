"""SubmitHub: the submissions history as its page exports it, and link clicks that the label writes down itself."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from loaders.landing import date_order
from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.tables import DATE_ORDER, ISO_DAY, MONTH_FIRST, US_DAY, US_SHORT_DAY, Table
from loaders.landing.text_tables import has_columns
from loaders.source import Source

if TYPE_CHECKING:
    import polars as pl

NAME = "submithub"
FILE_NAMES = (r".*submithub",)

SUBMISSIONS = Table(
    NAME, "submissions", "append",
    required=("Song", "Campaign url", "Outlet", "Action", "Sent"),
    optional=("Outlet type", "Feedback", "Received", "Listen time"),
    facts=(DATE_ORDER,),
    observed="Sent", formats=(ISO_DAY, US_SHORT_DAY, US_DAY), may_be_empty=True,
    dates=("Sent", "Received"), date_order=MONTH_FIRST,
)  # fmt: skip
LINKS = Table(
    NAME, "links", "append",
    required=("date", "link", "service", "clicks"),
    facts=(DATE_ORDER,),
    dates=("date",), date_order=MONTH_FIRST, own_file=True, may_be_empty=True,
)  # fmt: skip
TABLES = (SUBMISSIONS, LINKS)


def read(export: Export) -> list[Part] | None:
    """Return the submissions, or the links kept by hand; None for anything else."""
    if export.kind != "text":
        return None
    if has_columns(export.table, SUBMISSIONS.required):
        frame = export.table.frame(SUBMISSIONS)
        order = date_order.order_of(export, SUBMISSIONS, frame)
        covers = days_of(frame, order)
        note = date_order.assumption(export, SUBMISSIONS, frame)
        return [Part(SUBMISSIONS, export.table, covers=covers, facts=date_order.facts_of(order), date_order=order, note=note)]
    if has_columns(export.table, LINKS.required):
        frame = export.table.frame(LINKS)
        order, note = date_order.order_of(export, LINKS, frame), date_order.assumption(export, LINKS, frame)
        return [Part(LINKS, export.table, facts=date_order.facts_of(order), date_order=order, note=note)]
    return None


def days_of(frame: pl.DataFrame, order: str | None) -> tuple[date, date] | None:
    """Return the first and last day that a submission was sent or answered; None where no day can be read.

    An answer changes a row without a new one being sent, so both columns say how new an export is.
    """
    texts = {text for name in SUBMISSIONS.dates if name in frame.columns for text in frame[name].unique()}
    days = [day for text in texts if (day := date_order.day_of(text, order))]
    return date_order.span(days) if days else None


SOURCE = Source(NAME, FILE_NAMES, TABLES, read)

"""SubmitHub: the submissions history as its page exports it, and link clicks that the label writes down itself."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from loaders.files import Export
from loaders.landing import Part
from loaders.tables import ISO_DAY, US_DAY, US_SHORT_DAY, Table
from loaders.text_tables import has_columns

if TYPE_CHECKING:
    import polars as pl

SOURCE = "submithub"
NAMES = (r".*submithub",)

SUBMISSIONS = Table(
    SOURCE, "submissions", "append",
    required=("Song", "Campaign url", "Outlet", "Action", "Sent"),
    optional=("Outlet type", "Feedback", "Received", "Listen time"),
    observed="Sent", formats=(ISO_DAY, US_SHORT_DAY, US_DAY), may_be_empty=True,
)  # fmt: skip
LINKS = Table(SOURCE, "links", "append", required=("date", "link", "service", "clicks"), own_file=True, may_be_empty=True)
TABLES = (SUBMISSIONS, LINKS)
DAYS = ("Sent", "Received")
TIME = re.compile(r"[T ]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)? *([AaPp][Mm]|Z|[+-]\d{2}:?\d{2})?$")


def read(export: Export) -> list[Part] | None:
    """Return the submissions, or the links kept by hand; None for anything else."""
    if export.kind != "text":
        return None
    if has_columns(export.table, SUBMISSIONS.required):
        return [Part(SUBMISSIONS, export.table, covers=days_of(export.table.frame(SUBMISSIONS)))]
    if has_columns(export.table, LINKS.required):
        return [Part(LINKS, export.table)]
    return None


def days_of(frame: pl.DataFrame) -> tuple[date, date] | None:
    """Return the first and last day that a submission was sent or answered; None where no day can be read.

    An answer changes a row without a new one being sent, so both columns say how new an export is.
    """
    texts = {text for name in DAYS if name in frame.columns for text in frame[name].unique()}
    days = [day for text in texts if (day := day_of(text))]
    return (min(days), max(days)) if days else None


def day_of(text: str) -> date | None:
    """Return the day that a text states, ISO or US, with or without a time; None for anything else."""
    bare = TIME.sub("", text.strip())
    for form in SUBMISSIONS.formats:
        try:
            return datetime.strptime(bare, form).date()
        except ValueError:
            continue
    return None

"""The label's own catalogue of tracks and royalty splits, kept by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from common.errors import SourceFormatError
from loaders.landing import date_order
from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.tables import DATE_ORDER, Replacement, Table
from loaders.landing.text_tables import has_columns
from loaders.source import Source

if TYPE_CHECKING:
    import polars as pl

NAME = "catalog"
FILE_NAMES = (r"track_catalog_royalty_splits",)

ROYALTY_SPLITS = Table(
    NAME, "royalty_splits", "snapshot",
    required=("artist", "title", "royalty_percentage|your_revenue_share"),
    optional=("isrc", "upc", "release_date", "release_type"),
    facts=(DATE_ORDER,),
    dates=("release_date",),
    own_file=True,
    replacement=Replacement(entries=(("isrc",), ("artist", "title"))),
)  # fmt: skip
SHARES = ("royalty_percentage", "your_revenue_share")
TABLES = (ROYALTY_SPLITS,)


def read(export: Export) -> list[Part] | None:
    """Return the catalogue in either vocabulary; None for anything else."""
    if export.kind == "text" and has_columns(export.table, ROYALTY_SPLITS.required):
        frame = export.table.frame(ROYALTY_SPLITS)
        refuse_fractions(export, frame)
        order = date_order.order_of(export, ROYALTY_SPLITS, frame)
        return [Part(ROYALTY_SPLITS, export.table, facts=date_order.facts_of(order), date_order=order)]
    return None


def refuse_fractions(export: Export, frame: pl.DataFrame) -> None:
    """Raise SourceFormatError where every share is at most 1, so that nobody can say whether 0.5 is 50 % or 0.5 %."""
    import polars as pl

    names = [name for name in SHARES if name in frame.columns]
    texts = frame.select(pl.coalesce(pl.col(name).str.strip_chars().replace("", None) for name in names)).to_series()
    stated: list[float] = texts.cast(pl.Float64, strict=False).drop_nulls().to_list()
    if len(stated) == len(texts.drop_nulls()) > 0 and 0 < max(stated) <= 1:
        raise SourceFormatError(
            f"{export.file_name}: every share is at most 1. Write percentages: 50 for a half, 0.5% for half a percent."
        )


SOURCE = Source(NAME, FILE_NAMES, TABLES, read)

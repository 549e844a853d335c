"""The label's own catalogue of tracks and royalty splits, kept by hand."""

from __future__ import annotations

from loaders.files import Export
from loaders.landing import Part
from loaders.tables import Replacement, Table
from loaders.text_tables import has_columns

SOURCE = "catalog"
NAMES = (r"track_catalog_royalty_splits",)

ROYALTY_SPLITS = Table(
    SOURCE, "royalty_splits", "snapshot",
    required=("artist", "title", "royalty_percentage|your_revenue_share"),
    optional=("isrc", "upc", "release_date", "release_type"),
    own_file=True,
    replacement=Replacement(entries=(("isrc",), ("artist", "title"))),
)  # fmt: skip
TABLES = (ROYALTY_SPLITS,)


def read(export: Export) -> list[Part] | None:
    """Return the catalogue in either vocabulary; None for anything else."""
    if export.kind == "text" and has_columns(export.table, ROYALTY_SPLITS.required):
        return [Part(ROYALTY_SPLITS, export.table)]
    return None

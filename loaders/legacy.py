"""The predecessor's wide file of daily streams, for the days that no direct extract covers."""

from __future__ import annotations

from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.tables import Replacement, Table
from loaders.landing.text_tables import has_columns
from loaders.source import Source

NAME = "legacy"
FILE_NAMES = (r"tidy_daily_streams",)

DAILY_STREAMS = Table(
    NAME, "daily_streams", "replace",
    required=("date", "spotify_streams", "apple_streams", "combined_streams", "source"),
    observed="date", daily_from=3,
    replacement=Replacement(line=("date", "spotify_streams", "apple_streams"), measures=("spotify_streams", "apple_streams")),
)  # fmt: skip
TABLES = (DAILY_STREAMS,)


def read(export: Export) -> list[Part] | None:
    """Return one part per value of `source`; None for anything else."""
    if export.kind != "text" or not has_columns(export.table, DAILY_STREAMS.required):
        return None
    frame = export.table.frame(DAILY_STREAMS)
    return [
        Part(DAILY_STREAMS, rows, account=str(source[0]).strip().lower() or "main")
        for source, rows in frame.partition_by("source", maintain_order=True, as_dict=True).items()
    ]


SOURCE = Source(NAME, FILE_NAMES, TABLES, read)

"""The sources there are, by name."""

from __future__ import annotations

from types import ModuleType

from loaders import (
    bank,
    catalog,
    conversions,
    distrokid,
    legacy,
    linktree,
    mailchimp,
    meta_ads,
    spotify,
    submithub,
    tiktok,
    toolost,
    youtube,
)
from loaders.tables import Table

SOURCES: dict[str, ModuleType] = {
    module.SOURCE: module
    for module in (
        distrokid,
        toolost,
        spotify,
        tiktok,
        meta_ads,
        linktree,
        youtube,
        mailchimp,
        submithub,
        conversions,
        bank,
        catalog,
        legacy,
    )
}


def all_tables() -> list[Table]:
    """Every table that can land."""
    return [table for module in SOURCES.values() for table in module.TABLES]


def table_named(source: str, name: str) -> Table:
    """The table of a source with this name."""
    return next(table for table in SOURCES[source].TABLES if table.name == name)

"""The sources there are, by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from common.errors import UsageError
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
from loaders.landing.tables import Table
from loaders.source import Source

SOURCES: dict[str, Source] = {
    module.SOURCE.name: module.SOURCE
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


def no_such_source(said: str, name: str, known: Iterable[str], what: str = "no such source") -> UsageError:
    """Return the error for a name that is no source's: which there are, and which one is spelled nearly so."""
    names = list(known)
    near = difflib.get_close_matches(name.casefold(), names, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return UsageError(f"{said}: {what}.{hint} There are: {', '.join(names)}.")


def all_tables() -> list[Table]:
    """Every table that can land."""
    return [table for source in SOURCES.values() for table in source.tables]


def table_named(source: str, name: str) -> Table:
    """The table of a source with this name."""
    return next(table for table in SOURCES[source].tables if table.name == name)

"""The sources there are, by name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from types import ModuleType

from common.errors import UsageError
from loaders import bank, catalog, conversions, distrokid, legacy, linktree, mailchimp, submithub, tiktok, toolost, youtube
from loaders.landing.tables import Table
from loaders.meta_ads import exports as meta_ads
from loaders.spotify import pages as spotify

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


def no_such_source(said: str, name: str, known: Iterable[str], what: str = "no such source") -> UsageError:
    """Return the error for a name that is no source's: which there are, and which one is spelled nearly so."""
    names = list(known)
    near = difflib.get_close_matches(name.casefold(), names, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return UsageError(f"{said}: {what}.{hint} There are: {', '.join(names)}.")


def all_tables() -> list[Table]:
    """Every table that can land."""
    return [table for module in SOURCES.values() for table in module.TABLES]


def table_named(source: str, name: str) -> Table:
    """The table of a source with this name."""
    return next(table for table in SOURCES[source].TABLES if table.name == name)

"""The header of Ads Manager's CSV: its spend and its currency, and what to add or leave out so that it can be read."""

from __future__ import annotations

import re

from common.errors import SourceFormatError
from loaders.landing.exports import Export
from loaders.landing.tables import Table
from loaders.landing.text_tables import header_key

AMOUNT = re.compile(r"amount spent( \(([a-z]{3})\))?", re.IGNORECASE)
NAMING = ("Campaign name", "Campaign ID", "Ad set name", "Ad set ID", "Ad name", "Ad ID")
CUSTOMISE = "in Ads Manager (Columns, Customise columns), and export it again."


def spend_of(export: Export, table: Table) -> str | None:
    """Return the column with the spend; None where the header is no export of Ads Manager.

    Raises SourceFormatError where there are several, and where a column that is needed lacks.
    """
    keys = [header_key(name) for name in export.table.columns]
    amounts = [name for name in export.table.columns if AMOUNT.fullmatch(name.strip())]
    known = {header_key(name) for name in (*NAMING, *table.required) if not AMOUNT.fullmatch(name)}
    if not amounts or not known & set(keys):
        return None
    if len(amounts) > 1:
        raise SourceFormatError(
            f"{export.file_name}: the same spend in several columns: {', '.join(amounts)}. Keep the one in the ad account's own "
            f"currency and leave out the others {CUSTOMISE}"
        )
    missing = [name for name in table.required if header_key(name) not in keys and not AMOUNT.fullmatch(name)]
    if missing:
        raise SourceFormatError(
            f"{export.file_name}: columns missing for {table.label}: {', '.join(missing)}. "
            f"Add {'them' if len(missing) > 1 else 'it'} {CUSTOMISE}"
        )
    return amounts[0]


def currency_of(amount: str) -> str | None:
    """Return the currency that the header of a spend states."""
    found = AMOUNT.fullmatch(amount.strip())
    return (found[2] or "").upper() or None if found else None

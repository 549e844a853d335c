"""TooLost: the portal's own analytics answers and the monthly sales report."""

from __future__ import annotations

import re
from typing import Any

from loaders.errors import SourceFormatError
from loaders.files import Export, iso_date, records_frame
from loaders.landing import Part
from loaders.tables import Replacement, Table

SOURCE = "toolost"
NAMES = (r"toolost_", r"(0[1-9]|1[0-2])-20[0-9]{2}-[0-9]+\.csv$")
SALES_NAME = re.compile(r"(?P<month>0[1-9]|1[0-2])-(?P<year>20[0-9]{2})-[0-9]+\.csv", re.IGNORECASE)

_STREAMS = Replacement(line=("date", "streams"), measures=("streams",))
SPOTIFY_DAILY = Table(SOURCE, "spotify_daily", "replace", ("date", "streams"), observed="date", replacement=_STREAMS)
APPLE_DAILY = Table(SOURCE, "apple_daily", "replace", ("date", "streams"), observed="date", replacement=_STREAMS)
SHAZAM_DAILY = Table(SOURCE, "shazam_daily", "replace", ("date", "streams"), observed="date", replacement=_STREAMS)
DISCOVERY = Table(
    SOURCE, "discovery", "replace", ("date", "streams", "fees"), observed="date",
    replacement=Replacement(line=("date", "streams", "fees"), measures=("streams",), counts=("fees",)),
)  # fmt: skip
APPLE_TRACKS = Table(SOURCE, "apple_tracks", "snapshot", ("isrc", "streams", "track", "release", "cover"))
APPLE_COUNTRIES = Table(SOURCE, "apple_countries", "snapshot", ("country", "streams"))
APPLE_TOTALS = Table(SOURCE, "apple_totals", "snapshot", ("streamTotal",))
SALES = Table(SOURCE, "sales", "replace", (), facts=("_name_month",), any_columns=True, delimiters=(",", ";", "\t"))
TABLES = (SPOTIFY_DAILY, APPLE_DAILY, SHAZAM_DAILY, DISCOVERY, APPLE_TRACKS, APPLE_COUNTRIES, APPLE_TOTALS, SALES)

SPOTIFY_LISTS = {"streams": SPOTIFY_DAILY, "discovery": DISCOVERY}
APPLE_LISTS = {
    "totalStreams": APPLE_DAILY,
    "totalShazam": SHAZAM_DAILY,
    "tracksTotal": APPLE_TRACKS,
    "countryTotal": APPLE_COUNTRIES,
}


def read(export: Export) -> list[Part] | None:
    """Return the parts of an analytics answer or a sales report; None for anything else.

    Raises SourceFormatError for an answer that is limited to one release.
    """
    if export.kind == "text":
        return sales(export) if SALES_NAME.fullmatch(export.name) else None
    if export.kind != "json" or not isinstance(export.document, dict):
        return None
    answer: dict[str, Any] = export.document
    if isinstance(answer.get("streams"), list) and "discovery" in answer:
        lists = SPOTIFY_LISTS
    elif isinstance(answer.get("totalStreams"), list):
        lists = APPLE_LISTS
    else:
        return None
    if re.search(r"release=[^&\s_]+", export.file_name) or answer.get("release"):
        raise SourceFormatError(
            f"{export.file_name}: the answer is limited to one release. Choose all releases and save it again."
        )
    parts = [Part(table, records_frame(answer[name], table)) for name, table in lists.items() if answer.get(name)]
    if "streamTotal" in answer:
        parts.append(Part(APPLE_TOTALS, records_frame([{"streamTotal": answer["streamTotal"]}], APPLE_TOTALS)))
    return parts


def sales(export: Export) -> list[Part]:
    """Return a sales report as text, whatever its columns: no real file was seen yet."""
    stated = SALES_NAME.fullmatch(export.name)
    month = f"{stated['year']}-{stated['month']}"
    first = iso_date(f"{month}-01")
    return [Part(SALES, export.table, facts={"_name_month": month}, covers=(first, first))]

"""TikTok Studio: one zip per section, days without a year."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from loaders.errors import SourceFormatError
from loaders.files import Export, has_columns, iso_date
from loaders.landing import Part
from loaders.tables import Replacement, Table

if TYPE_CHECKING:
    import polars as pl

SOURCE = "tiktok"
NAMES = (r"Overview", r"Follower", r"Viewers", r"Content\.csv")
OVERVIEW_ZIP = re.compile(r"Overview_(?P<first>20[0-9]{2}-[0-9]{2}-[0-9]{2})_(?P<epoch>[0-9]{9,10})_(?P<handle>.+)\.zip", re.I)
SECTION_ZIP = re.compile(r"(?:Followers|Viewers|Content)_(?P<handle>.+)\.zip", re.I)
LANGUAGES = (
    "ar bg bn cs da de el en es et fi fil fr he hi hr hu id it ja ko lt lv ms nb nl pl pt ro ru sk sl sr sv sw th tr uk ur vi zh"
).split()

FACTS = ("_name_handle", "_name_first_day")
OVERVIEW = Table(
    SOURCE, "overview", "replace",
    required=("Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"),
    optional=("New followers", "Reached audience", "Net growth", "Lost followers"),
    facts=FACTS,
    observed="Date",
    counted_days=True,
    replacement=Replacement(
        line=("_day", "Video Views", "Likes", "Comments", "Shares"),
        measures=("Video Views",),
        counts=("Likes", "Comments", "Shares"),
        provisional_days=2,
    ),
)  # fmt: skip
FOLLOWER_HISTORY = Table(
    SOURCE, "follower_history", "replace",
    required=("Date", "Followers", "Difference in followers from previous day"),
    facts=FACTS, observed="Date", counted_days=True,
)  # fmt: skip
VIEWERS = Table(
    SOURCE, "viewers", "replace",
    required=("Date", "Total Viewers", "New Viewers", "Returning Viewers"),
    facts=FACTS, observed="Date", counted_days=True,
)  # fmt: skip
FOLLOWER_ACTIVITY = Table(SOURCE, "follower_activity", "snapshot", ("Date", "Hour", "Active followers"), facts=FACTS)
FOLLOWER_GENDER = Table(SOURCE, "follower_gender", "snapshot", ("Gender", "Distribution"), facts=FACTS)
FOLLOWER_TERRITORIES = Table(SOURCE, "follower_top_territories", "snapshot", ("Top territories", "Distribution"), facts=FACTS)
CONTENT = Table(
    SOURCE, "content", "snapshot",
    required=("Video title", "Video link", "Post time", "Total views", "Total likes", "Total comments", "Total shares"),
    facts=FACTS,
)  # fmt: skip
DAILY = (OVERVIEW, FOLLOWER_HISTORY, VIEWERS)
TABLES = (*DAILY, FOLLOWER_ACTIVITY, FOLLOWER_GENDER, FOLLOWER_TERRITORIES, CONTENT)


def read(export: Export) -> list[Part] | None:
    """Return the part of one section's CSV; None for anything else.

    Raises SourceFormatError when a day without a year does not follow the one before it.
    """
    if export.kind != "text":
        return None
    table = next((one for one in TABLES if has_columns(export.table, one.required)), None)
    if not table:
        return None
    stated = OVERVIEW_ZIP.fullmatch(export.folder) or SECTION_ZIP.fullmatch(export.folder)
    handle = stated["handle"].lower() if stated else None
    overview = stated if stated and "epoch" in stated.groupdict() else None
    first = overview["first"] if overview else None
    facts = {"_name_handle": handle, "_name_first_day": first}
    given = datetime.fromtimestamp(int(overview["epoch"]), UTC).replace(tzinfo=None) if overview else None
    part = Part(table, export.table, account=handle, facts=facts, extracted_at=given)
    if table in DAILY:
        part.rows = export.table.frame(table)
        part.covers = resolve_days(part.rows, export, iso_date(first) if first else None)
    return [part]


def resolve_days(frame: pl.DataFrame, export: Export, first: date | None) -> tuple[date, date]:
    """Return the first and last day of rows that may lack a year, each row one day after the one before.

    The first day comes from the zip's name; without one, the last row is the export's day or the day before.
    Raises SourceFormatError where a row's month and day are not the expected ones.
    """
    texts = frame["Date"].to_list()
    written = [iso_date(text.replace("/", "-")) for text in texts]
    if all(written):
        return min(written), max(written)
    count = len(texts)
    if first is None:
        if not export.zip_time:
            raise SourceFormatError(
                f"{export.file_name}: days without a year, and neither the name nor the zip says which. "
                "Land the zip as downloaded."
            )
        exported = export.zip_time.date()
        first = next(
            (last - timedelta(days=count - 1) for last in (exported, exported - timedelta(days=1)) if is_day(texts[-1], last)),
            None,
        )
        if first is None:
            raise SourceFormatError(
                f"{export.file_name}: the last row is {texts[-1]!r}, neither the day of the export ({exported}) "
                "nor the one before. Land the zip as downloaded."
            )
    for number, text in enumerate(texts):
        expected = first + timedelta(days=number)
        if not is_day(text, expected):
            raise SourceFormatError(
                f"{export.file_name}: row {number + 1} is {text!r}, expected {expected:%B} {expected.day}, {expected.year}. "
                "Land the zip as downloaded, under its own name."
            )
    return first, first + timedelta(days=count - 1)


def is_day(text: str, day: date) -> bool:
    """Say whether `May 28`, `28 May`, `28. Mai` or `5月28日` can be this day."""
    written = iso_date(text.replace("/", "-"))
    if written:
        return written == day
    numbers = [int(one) for one in re.findall(r"[0-9]+", text)]
    words = [one.casefold().strip(".") for one in re.findall(r"[^\W\d_]+\.?", text)]
    if len(numbers) == 2:
        return sorted(numbers) == sorted((day.month, day.day))
    return numbers == [day.day] and any(day.month in month_names().get(word, ()) for word in words)


@lru_cache(maxsize=1)
def month_names() -> dict[str, set[int]]:
    """Month names and short forms in the languages of TikTok's interface, in lower case."""
    from babel import Locale, UnknownLocaleError

    names: dict[str, set[int]] = {}
    for language in LANGUAGES:
        try:
            months = Locale.parse(language).months
        except UnknownLocaleError:
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in months[context][width].items():
                    for word in re.findall(r"[^\W\d_]+", name):
                        names.setdefault(word.casefold(), set()).add(month)
    return names

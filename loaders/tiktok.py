"""TikTok Studio: one zip per section, days without a year, exported by hand or fetched through the browser."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from common.errors import SourceFormatError, UnavailableError
from loaders.fetching.feeds import Feed, Received
from loaders.fetching.portal import Portal
from loaders.landing.exports import Export, iso_date
from loaders.landing.extracts import Part
from loaders.landing.file_names import stated_by
from loaders.landing.tables import Replacement, Table
from loaders.landing.text_tables import has_columns
from loaders.source import Source

if TYPE_CHECKING:
    import polars as pl

    from common.settings import Settings
    from loaders.fetching.context import Pull

NAME = "tiktok"
HOSTS = {"": "https://www.tiktok.com"}
ACCOUNTS_FROM = "TIKTOK_ACCOUNTS"
DOWNLOAD = ("button:has-text('Download data')",)
PORTAL = Portal(
    home="/tiktokstudio/analytics/overview",
    marker=f"a[href*='/tiktokstudio/analytics'], [data-e2e='profile-icon'], {DOWNLOAD[0]}",
    domains=(
        "tiktok.com", "tiktokcdn.com", "tiktokcdn-us.com", "tiktokcdn-eu.com", "ttwstatic.com", "tiktokv.com", "tiktokv.us",
        "tiktokv.eu", "tiktokw.us", "tiktokw.eu", "ibytedtos.com", "ibyteimg.com", "byteoversea.com",
    ),
    login="/login",
    challenge="[class*='captcha-verify'], [class*='captcha_verify'], [id*='captcha-verify'], iframe[src*='captcha']",
)  # fmt: skip
SECTIONS = ("Overview", "Content", "Viewers", "Followers")  # each a page, a download and a zip of its name
PERIODS = ("Last 365 days", "Last 60 days", "Last 28 days", "Last 7 days")
DATE_SELECTOR = tuple(f"button:has-text('{period}'), [role=button]:has-text('{period}')" for period in PERIODS)
CSV_CHOICE = ("input[type=radio][value=CSV i]", "label:has-text('CSV')")
CONFIRM = ("[role=dialog] button:has-text('Download')", "button:text-is('Download')", "button:has(:text-is('Download'))")
FILE_NAMES = (r"Overview", r"Follower", r"Viewers", r"Content\.csv")
OVERVIEW_ZIP = re.compile(
    r"Overview_(?P<first>20[0-9]{2}-[0-9]{2}-[0-9]{2})_(?P<epoch>[0-9]{9,10})_(?P<handle>.+?)(\.zip)?", re.I
)
SECTION_ZIP = re.compile(r"(?:Followers|Viewers|Content)_(?P<handle>.+)\.zip", re.I)
LANGUAGES = (
    "ar bg bn cs da de el en es et fi fil fr he hi hr hu id it ja ko lt lv ms nb nl pl pt ro ru sk sl sr sv sw th tr uk ur vi zh"
).split()

VIETNAMESE_MONTHS = tuple(
    f"tháng {number}" for number in ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
)

FACTS = ("_name_handle", "_name_first_day")
_SMALL: dict[str, Any] = {  # what TikTok shows to larger accounts alone
    "facts": FACTS,
    "needs_account": True,
    "may_be_empty": True,
}
OVERVIEW = Table(
    NAME, "overview", "replace",
    required=("Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"),
    optional=("New followers", "Reached audience", "Net growth", "Lost followers"),
    facts=FACTS,
    observed="Date",
    counted_days=True,
    daily_from=2,
    replacement=Replacement(
        line=("_day", "Video Views", "Likes", "Comments", "Shares"),
        measures=("Video Views",),
        optional_measures=("New followers", "Lost followers"),
        counts=("Likes", "Comments", "Shares"),
        provisional_days=2,
    ),
    needs_account=True,
    generations=True,
)  # fmt: skip
FOLLOWER_HISTORY = Table(
    NAME, "follower_history", "replace",
    required=("Date", "Followers", "Difference in followers from previous day"),
    observed="Date", counted_days=True, daily_from=2, **_SMALL,
    replacement=Replacement(line=("_day", "Followers"), counts=("Followers",), provisional_days=2),
)  # fmt: skip
VIEWERS = Table(
    NAME, "viewers", "replace",
    required=("Date", "Total Viewers", "New Viewers", "Returning Viewers"),
    observed="Date", counted_days=True, daily_from=2, **_SMALL,
    replacement=Replacement(line=("_day", "Total Viewers"), counts=("Total Viewers",), provisional_days=2),
)  # fmt: skip
FOLLOWER_ACTIVITY = Table(NAME, "follower_activity", "snapshot", ("Date", "Hour", "Active followers"), **_SMALL)
FOLLOWER_GENDER = Table(NAME, "follower_gender", "snapshot", ("Gender", "Distribution"), shared=True, **_SMALL)
FOLLOWER_TERRITORIES = Table(
    NAME, "follower_top_territories", "snapshot", ("Top territories", "Distribution"), shared=True, **_SMALL
)
CONTENT = Table(
    NAME, "content", "snapshot",
    required=(
        "Video title", "Video link", "Post time", "Total views|Video views", "Total likes|Likes", "Total comments|Comments",
        "Total shares|Shares",
    ),
    optional=("Add to Favorites",),
    **_SMALL,
)  # fmt: skip
DAILY = (OVERVIEW, FOLLOWER_HISTORY, VIEWERS)
TABLES = (*DAILY, FOLLOWER_ACTIVITY, FOLLOWER_GENDER, FOLLOWER_TERRITORIES, CONTENT)


def accounts(settings: Settings) -> tuple[str, ...]:
    """The handles that are configured; `main` where none is."""
    return tuple(dict.fromkeys(map(resolve_account, settings.listed(ACCOUNTS_FROM)))) or ("main",)


def resolve_account(name: str) -> str:
    """Return a handle as the zips' names write it: without @, in lower case."""
    return name.strip().removeprefix("@").lower()


def section(name: str) -> Callable[[Pull], Iterator[Received]]:
    """Return what fetches one section's zip, for the longest period that is offered."""

    def fetch(pull: Pull) -> Iterator[Received]:
        browser = pull.browser

        def steps() -> None:
            browser.open(f"/tiktokstudio/analytics/{name.lower()}", PORTAL.marker)
            browser.expect("the button to download", DOWNLOAD)
            is_dated = name == "Overview" or browser.shows(DATE_SELECTOR)
            if is_dated and not browser.pick("the date selector", DATE_SELECTOR, PERIODS):
                raise browser.changed(f"the date selector offers none of {', '.join(PERIODS)}")
            browser.press("the button to download", DOWNLOAD)
            browser.expect("the button that confirms the download", CONFIRM)
            if browser.shows(CSV_CHOICE):
                browser.press("the choice of CSV", CSV_CHOICE)
            browser.press("the button that confirms the download", CONFIRM)

        saved = browser.download(name, steps, is_whole=zipfile.is_zipfile)
        refuse_others(pull, name, saved.name)
        yield Received(saved.name, saved.path)

    return fetch


def refuse_others(pull: Pull, name: str, zip_name: str) -> None:
    """Raise UnavailableError where a zip's name is not the section's, or states another handle than the account's."""
    stated = stated_by(OVERVIEW_ZIP, zip_name) or stated_by(SECTION_ZIP, zip_name)
    if not stated or not zip_name.lower().startswith(f"{name.lower()}_"):
        raise pull.browser.changed(f"{name} came as {zip_name[:120]!r}, which does not state the section and the handle")
    if resolve_account(stated["handle"]) != pull.account:
        raise UnavailableError(
            f"{pull.source} {pull.account}: {zip_name} is {stated['handle']}'s: another account is logged in; nothing landed. "
            f"Log in as {pull.account}: `python cli.py login {pull.source} --account {pull.account}`."
        )


FEEDS = tuple(Feed(name, section(name), "browser", needs=(ACCOUNTS_FROM,)) for name in SECTIONS)


def read(export: Export) -> list[Part] | None:
    """Return the part of one section's CSV; None for anything else.

    Raises SourceFormatError when a day without a year does not follow the one before it.
    """
    if export.kind != "text":
        return None
    table = next((one for one in TABLES if has_columns(export.table, one.required)), None)
    if not table:
        return None
    stated = stated_by(OVERVIEW_ZIP, export.folder) or stated_by(SECTION_ZIP, export.folder)
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
    written = [day for text in texts if (day := iso_date(text.replace("/", "-")))]
    if len(written) == len(texts):
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
    """Say whether `May 28`, `28 May`, `28. Mai`, `28 tháng Năm` or `5月28日` can be this day."""
    written = iso_date(text.replace("/", "-"))
    if written:
        return written == day
    numbers = [int(one) for one in re.findall(r"[0-9]+", text)]
    if len(numbers) == 2:
        return sorted(numbers) == sorted((day.month, day.day))
    return numbers == [day.day] and day.month in months_named(text)


def months_named(text: str) -> set[int]:
    """Return the months that the longest name in a text stands for; several where languages use a name for different ones."""
    words = f" {letters(text)} "
    found = [name for name in month_names() if f" {name} " in words]
    return month_names()[max(found, key=len)] if found else set()


def letters(text: str) -> str:
    """Return the words of a text without digits and marks, in lower case, a space between them."""
    return " ".join(re.sub(r"[0-9.,'’/()_-]", " ", text.casefold()).split())


@lru_cache(maxsize=1)
def month_names() -> dict[str, set[int]]:
    """Month names and short forms in the languages of TikTok's interface; names with digits are read as numbers."""
    from babel import Locale, UnknownLocaleError

    names: dict[str, set[int]] = {name: {month} for month, name in enumerate(VIETNAMESE_MONTHS, start=1)}
    names["tháng giêng"] = {1}
    for language in LANGUAGES:
        try:
            months = Locale.parse(language).months
        except UnknownLocaleError:
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in months[context][width].items():
                    if not re.search(r"[0-9]", name):
                        names.setdefault(letters(name), set()).add(month)
    return names


SOURCE = Source(
    NAME, FILE_NAMES, TABLES, read, feeds=FEEDS, hosts=HOSTS, portal=PORTAL, accounts=accounts, resolve_account=resolve_account
)

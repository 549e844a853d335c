"""TooLost: the portal's own analytics answers and the monthly sales reports, saved by hand or fetched through the browser."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from common.errors import SourceFormatError, UnavailableError
from loaders.fetching.feeds import Feed, Received
from loaders.fetching.portal import Portal
from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.file_names import plain_name, stated_by
from loaders.landing.records import records_frame
from loaders.landing.tables import Replacement, Table
from loaders.landing.timeline import read_timeline
from loaders.source import Source

if TYPE_CHECKING:
    from loaders.fetching.browser import Browser
    from loaders.fetching.context import Pull
    from loaders.fetching.portal import Captured

NAME = "toolost"
HOSTS = {"": "https://toolost.com"}
PORTAL = Portal(
    home="/user-portal/analytics/platform",
    marker="a[href*='/user-portal/']",
    domains=("toolost.com",),
    login="/login",
    email_from="TOOLOST_EMAIL",
    password_from="TOOLOST_PASSWORD",
    token="(?i)token|jwt|auth",
    session_days=7,
)
ANALYTICS_PAGE, NOTIFICATIONS_PAGE = "/user-portal/analytics/platform", "/user-portal/notifications"
DATE_PICKER = ("[class*='ant-picker']", "[class*='date-picker']", "[data-testid*='date']", "[role=button]:has-text('Last')")
THIS_YEAR, LAST_YEAR = "This Year", "Last Year"
PERIODS = {THIS_YEAR: "thisYear", LAST_YEAR: "lastYear"}  # the pull-down's label, and what the page then asks for
PLATFORM_MENU = ("[role=button]:has-text('Spotify')", "[data-testid*='platform']", ".ant-select-selector", ".v-select")
SPOTIFY, APPLE = "Spotify", "Apple"
ANSWERS = {SPOTIFY: re.compile(r"/api/portal/analytics/spotify/?"), APPLE: re.compile(r"/api/portal/analytics/apple/?")}
NOTIFICATION = "div.body-1.font-weight-bold"
ATTACHMENT = "Attachment"
SALES_WORDS = "sales report"
NOTICES_AND_BUTTONS = f"{NOTIFICATION}, :text-matches('{SALES_WORDS}', 'i'), button:has-text('{ATTACHMENT}')"
SALES_NOTICE = re.compile(
    r"Your \((?P<month>0[1-9]|1[0-2])-(?P<year>20[0-9]{2})\) Sales report has been generated", re.IGNORECASE
)
FILE_NAMES = (r"toolost_", r"(0[1-9]|1[0-2])-20[0-9]{2}-[0-9]+\.csv$")
SALES_NAME = re.compile(r"(?P<month>0[1-9]|1[0-2])-(?P<year>20[0-9]{2})-[0-9]+\.csv", re.IGNORECASE)

_DAYS: dict[str, Any] = {
    "required": ("date", "streams"),
    "observed": "date",
    "replacement": Replacement(line=("date", "streams"), measures=("streams",)),
}
SPOTIFY_DAILY = Table(NAME, "spotify_daily", "replace", daily_from=3, **_DAYS)
APPLE_DAILY = Table(NAME, "apple_daily", "replace", daily_from=3, **_DAYS)
SHAZAM_DAILY = Table(NAME, "shazam_daily", "replace", daily_from=6, **_DAYS)  # only days with a value are sent
DISCOVERY = Table(
    NAME, "discovery", "replace", ("date", "streams", "fees"), observed="date",
    replacement=Replacement(line=("date", "streams", "fees"), measures=("streams",), counts=("fees",)),
)  # fmt: skip
APPLE_TRACKS = Table(NAME, "apple_tracks", "snapshot", ("isrc", "streams", "track", "release", "cover"))
APPLE_COUNTRIES = Table(NAME, "apple_countries", "snapshot", ("country", "streams"))
APPLE_TOTALS = Table(NAME, "apple_totals", "snapshot", ("streamTotal",))
SALES = Table(
    NAME, "sales", "replace", (), facts=("_name_month",), any_columns=True, may_be_empty=True, delimiters=(",", ";", "\t"),
    replacement=Replacement(line=("_row_sha",)),
)  # fmt: skip
TABLES = (SPOTIFY_DAILY, APPLE_DAILY, SHAZAM_DAILY, DISCOVERY, APPLE_TRACKS, APPLE_COUNTRIES, APPLE_TOTALS, SALES)

SPOTIFY_LISTS = {"streams": SPOTIFY_DAILY, "discovery": DISCOVERY}
APPLE_LISTS = {
    "totalStreams": APPLE_DAILY,
    "totalShazam": SHAZAM_DAILY,
    "tracksTotal": APPLE_TRACKS,
    "countryTotal": APPLE_COUNTRIES,
}


def analytics(platform: str) -> Callable[[Pull], Iterator[Received]]:
    """Return what fetches a platform's days of this year; in January those of last year before them."""

    def fetch(pull: Pull) -> Iterator[Received]:
        periods = (LAST_YEAR, THIS_YEAR) if pull.today.month == 1 else (THIS_YEAR,)
        yield from each(functools.partial(answer, pull, platform, period) for period in periods)

    return fetch


def answer(pull: Pull, platform: str, period: str) -> Received | None:
    """Fetch a platform's answer for all releases in a period; None where the date picker does not offer last year.

    Raises UnavailableError when the page is limited to a release, or has changed.
    """
    browser = pull.browser

    def is_wanted(url: str, _: str | None) -> bool:
        return bool(ANSWERS[platform].fullmatch(urlsplit(url).path)) and asked(url, "date") == PERIODS[period]

    def once() -> list[Captured]:
        browser.open(ANALYTICS_PAGE, PORTAL.marker)
        if not browser.pick("the date picker", DATE_PICKER, (period,)):
            if period == LAST_YEAR:
                return []
            raise browser.changed(f"the date picker does not offer {period!r}")
        if platform != SPOTIFY and not browser.pick("the choice of platform", PLATFORM_MENU, (platform,)):
            raise browser.changed(f"the choice of platform does not offer {platform!r}")
        return browser.captures(platform, is_wanted, lambda: None)

    found = browser.tried(f"{platform} {period}", once)
    whole = [one for one in found if not asked(one.url, "release")]
    if found and not whole:
        raise browser.changed(f"{platform} is limited to release {asked(found[-1].url, 'release')!r}, not all releases")
    return Received(f"toolost_{platform.lower()}_{PERIODS[period]}_{pull.stamp}.json", whole[-1].body) if whole else None


def asked(url: str, name: str) -> str:
    """A parameter of an address; blank where it has none."""
    return parse_qs(urlsplit(url).query).get(name, [""])[-1]


def sales_reports(pull: Pull) -> Iterator[Received]:
    """Fetch the sales report of every month that has not landed (with --since, of every month since), oldest first."""
    landed = {entry.covers_from for entry in read_timeline(pull.landing.con, pull.settings, SALES, pull.account)}
    first = pull.since.replace(day=1) if pull.since else None
    found = pull.browser.tried("notifications", lambda: notices(pull.browser))
    missing = sorted(month for month in found if (month >= first if first else month not in landed))
    wanted = [(month, number) for month in missing for number in reversed(range(len(found[month])))]
    yield from each(functools.partial(sales_report, pull, month, number) for month, number in wanted)


def notices(browser: Browser) -> dict[date, list[int]]:
    """Open the notifications; return the months with a sales report, each with the places of its buttons, newest first.

    Raises UnavailableError when a notice of a report can't be read or has no button: the page has changed.
    """
    browser.open(NOTIFICATIONS_PAGE, PORTAL.marker)
    browser.expect("a notification", (NOTICES_AND_BUTTONS,))
    browser.settle()
    found: dict[date, list[int]] = {}
    waiting, has_titles = None, False
    for place, text in enumerate(browser.page.locator(NOTICES_AND_BUTTONS).all_inner_texts()):
        is_button = text.strip().casefold().endswith(ATTACHMENT.casefold())
        notice = None if is_button else SALES_NOTICE.search(text)
        has_titles = has_titles or not is_button
        if is_button and waiting:
            found.setdefault(date(int(waiting["year"]), int(waiting["month"]), 1), []).append(place)
        elif waiting and not (notice and notice.group() == waiting.group()):
            raise browser.changed(f"the notice {waiting.group()!r} has no button {ATTACHMENT!r}")
        elif not notice and SALES_WORDS in text.casefold():
            raise browser.changed(f"a notice reads {text.strip()[:80]!r}")
        waiting = notice
    if waiting or not has_titles:
        raise browser.changed(
            f"a notice without a button {ATTACHMENT!r}, or a button without a notice, is on {NOTIFICATIONS_PAGE}"
        )
    return found


def sales_report(pull: Pull, month: date, number: int) -> Received:
    """Download a month's report, under the name it comes with where that states the month, else under one that does.

    Raises UnavailableError when it comes as another month's.
    """
    browser, period = pull.browser, f"{month:%m-%Y}"

    def steps() -> None:
        places = notices(browser).get(month, [])
        if number >= len(places):
            raise browser.changed(f"the notice of {period} is gone")
        browser.page.locator(NOTICES_AND_BUTTONS).nth(places[number]).click()

    saved = browser.download(f"sales report {period}", steps)
    stated = stated_by(SALES_NAME, saved.name)
    if stated and not saved.name.startswith(period):
        raise UnavailableError(f"{pull.source}: the sales report of {period} came as {saved.name}; it is not landed.")
    return Received(saved.name if stated else f"{period}-0.csv", saved.path)


def each(fetches: Iterable[Callable[[], Received | None]]) -> Iterator[Received]:
    """Yield what each of these fetches; one that fails stops none of the others, and is told after them."""
    failed: UnavailableError | None = None
    for fetch in fetches:
        try:
            received = fetch()
        except UnavailableError as error:
            failed = failed or error
            continue
        if received:
            yield received
    if failed:
        raise failed


FEEDS = (
    Feed("Spotify", analytics(SPOTIFY), "browser"),
    Feed("Apple Music", analytics(APPLE), "browser"),
    Feed("sales reports", sales_reports, "browser"),
)


def read(export: Export) -> list[Part] | None:
    """Return the parts of an analytics answer or a sales report; None for anything else.

    Raises SourceFormatError for an answer that is limited to one release.
    """
    if export.kind == "text":
        return sales(export)
    if export.kind != "json" or not isinstance(export.document, dict):
        return None
    answer: dict[str, Any] = export.document
    if isinstance(answer.get("streams"), list) and "discovery" in answer:
        lists = SPOTIFY_LISTS
    elif isinstance(answer.get("totalStreams"), list):
        lists = APPLE_LISTS
    else:
        return None
    named = f"{export.folder}/{Path(plain_name(export.name)).stem}"
    if re.search(r"release=[^&\s_]+", named) or answer.get("release"):
        raise SourceFormatError(
            f"{export.file_name}: the answer is limited to one release. Choose all releases and save it again."
        )
    parts = [Part(table, records_frame(answer[name], table)) for name, table in lists.items() if answer.get(name)]
    if "streamTotal" in answer:
        parts.append(Part(APPLE_TOTALS, records_frame([{"streamTotal": answer["streamTotal"]}], APPLE_TOTALS)))
    return parts


def sales(export: Export) -> list[Part] | None:
    """Return a sales report as text, whatever its columns: no real file was seen yet. None for another's name.

    Raises SourceFormatError for text without columns.
    """
    stated = stated_by(SALES_NAME, export.name)
    if not stated:
        return None
    if len(export.table.columns) < 2:
        raise SourceFormatError(f"{export.file_name}: {export.table.columns[0]!r} and no columns: no report. Download it again.")
    month = f"{stated['year']}-{stated['month']}"
    first = date(int(stated["year"]), int(stated["month"]), 1)
    return [Part(SALES, export.table, facts={"_name_month": month}, covers=(first, first))]


SOURCE = Source(NAME, FILE_NAMES, TABLES, read, feeds=FEEDS, hosts=HOSTS, portal=PORTAL)

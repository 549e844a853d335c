"""DistroKid: the bank ledger and the two statistics pages, exported by hand or fetched through the browser."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.errors import SourceFormatError
from loaders.fetching.feeds import Feed, Received
from loaders.fetching.portal import Portal
from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.records import records_frame
from loaders.landing.tables import Replacement, Table
from loaders.landing.text_tables import has_columns
from loaders.source import Source

if TYPE_CHECKING:
    from loaders.fetching.context import Pull

NAME = "distrokid"
HOSTS = {"": "https://distrokid.com"}
PORTAL = Portal(
    home="/mymusic/",
    marker="a[href*='/signout'], a[href*='/logout'], a[href*='/mymusic']",
    domains=("distrokid.com",),
    login="/signin/",
    email_from="DISTROKID_EMAIL",
    password_from="DISTROKID_PASSWORD",
)
BANK_PAGE = "/bank/"
BANK_DETAILS_LINK = ("a[href*='/bank/details']",)
BANK_CHOICES = ("All Dates", "Reporting Date")  # chosen wherever a pull-down of the page offers them
BANK_DOWNLOAD = ("div[onclick^='downloadBank']", "[onclick*='downloadBank']")
STREAMS_PAGE = "/stats/?type=all&data=streams"
APPLE_PAGE = "/stats/?type=all&data=applemusic"
FILE_NAMES = (r"dk_bank_details", r"streams_stats", r"applemusic_stats")

BANK_DETAILS = Table(
    NAME, "bank_details", "replace",
    required=(
        "Reporting Date", "Sale Month", "Store", "Artist", "Title", "ISRC", "UPC", "Quantity", "Song/Album|Source Type",
        "Country of Sale", "Earnings (USD)",
    ),
    optional=(  # each came with a later generation of ledgers
        "Team Percentage", "Songwriter Royalties Withheld", "Songwriter Royalties Withheld (USD)", "Date Inserted",
        "Recoup (USD)",
    ),
    observed="Reporting Date",
    replacement=Replacement(
        line=("Reporting Date", "Sale Month", "Store", "ISRC", "UPC", "Country of Sale", "Quantity", "Earnings (USD)"),
        measures=("Earnings (USD)",),
        optional_measures=("Songwriter Royalties Withheld", "Songwriter Royalties Withheld (USD)", "Recoup (USD)"),
        counts=("Quantity", "UPC"),
        groups=("Store", "ISRC", "Sale Month"),
        ledger_dates=3,
    ),
    delimiters=("\t", ","),
    most_rows=50_000,
    generations=True,
)  # fmt: skip
STREAMS_DAILY = Table(
    NAME, "streams_daily", "replace",
    required=("category", "column-1"),
    observed="category",
    replacement=Replacement(line=("category", "column-1"), measures=("column-1",), provisional_days=2),
    daily_from=2, private=True,
)  # fmt: skip
APPLE_DAILY = Table(
    NAME, "apple_daily", "replace",
    required=("field", "value"),
    observed="field",
    replacement=Replacement(line=("field", "value"), measures=("value",), provisional_days=2),
    daily_from=2, private=True,
)  # fmt: skip
STREAMS_SERIES = Table(
    NAME, "streams_series", "snapshot", required=("chart", "category", "column-1"), private=True
)  # fmt: skip
APPLE_BREAKDOWNS = Table(
    NAME, "apple_breakdowns", "snapshot", required=("chart", "field", "id", "value", "total"), private=True
)  # fmt: skip
TABLES = (BANK_DETAILS, STREAMS_DAILY, APPLE_DAILY, STREAMS_SERIES, APPLE_BREAKDOWNS)

DAILY_CHART = "trend365day"
CHARTS = ("trendWeekly", "trendMonthly", "trend60day", DAILY_CHART)
APPLE_DAILY_KEY = "last365days"
FILTER_MENUS = ("trendingMasterSelect", "trendingFilterTracks", "trendingFilterAlbums")


def bank_details(pull: Pull) -> Iterator[Received]:
    """Fetch the whole ledger, as a person downloads it: all dates, by reporting date."""
    browser = pull.browser

    def steps() -> None:
        browser.open(BANK_PAGE, BANK_DETAILS_LINK[0])
        browser.press("the link to the details", BANK_DETAILS_LINK)
        browser.expect("the bank details", BANK_DOWNLOAD)
        for choice in BANK_CHOICES:
            browser.choose(choice)
        browser.press("the download", BANK_DOWNLOAD)

    saved = browser.download("bank details", steps, is_whole=ends_with_a_line)
    yield Received(f"dk_bank_details_{pull.stamp}.tsv", saved.path)


def statistics(address: str, name: str, chart: str) -> Callable[[Pull], Iterator[Received]]:
    """Return what fetches one of the two statistics pages, as it is shown once its chart's data is there."""

    def fetch(pull: Pull) -> Iterator[Received]:
        browser = pull.browser

        def steps() -> str:
            browser.open(address, PORTAL.marker)
            return browser.content()

        content = browser.tried(f"page {name}", steps)
        if chart not in content:
            raise browser.changed(f"{address} has no {chart}")
        yield Received(f"{name}_{pull.stamp}.html", content.encode())

    return fetch


def ends_with_a_line(path: Path) -> bool:
    """Say whether a downloaded ledger is whole: its last line has an end."""
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) in (b"\r", b"\n")


FEEDS = (
    Feed("bank details", bank_details, "browser"),
    Feed("streams page", statistics(STREAMS_PAGE, "streams_stats", "makeChart("), "browser"),
    Feed("Apple Music page", statistics(APPLE_PAGE, "applemusic_stats", "var chartData"), "browser"),
)


def read(export: Export) -> list[Part] | None:
    """Return the parts of a ledger or a statistics page; None for anything else.

    Raises SourceFormatError for a statistics page that is filtered or has no daily series.
    """
    if export.kind == "text" and has_columns(export.table, BANK_DETAILS.required):
        return [Part(BANK_DETAILS, export.table)]
    if export.kind != "html":
        return None
    if any(f'makeChart("{chart}"' in export.text for chart in CHARTS):
        refuse_filtered(export)
        return streams_page(export)
    if "var chartData" in export.text:
        refuse_filtered(export)
        return apple_page(export)
    return None


def cut(export: Export) -> bytes:
    """Return the page cut to its charts; only these are stored (docs/how-it-works.md, "Personal data")."""
    if "var chartData" in export.text:
        scripts = "var chartData = " + json.dumps(chart_data(export), ensure_ascii=False, separators=(",", ":")) + ";"
    else:
        charts = {chart: chart_items(export.text, chart) for chart in CHARTS}
        scripts = "\n".join(
            f'AmCharts.makeChart("{chart}", {{"dataProvider": {json.dumps(items, ensure_ascii=False)}}});'
            for chart, items in charts.items()
            if items is not None
        )
    return f"<html><script>\n{scripts}\n</script></html>\n".encode()


def streams_page(export: Export) -> list[Part]:
    """Return the daily Spotify series and, for a cross-check, the weekly, monthly and 60-day ones."""
    daily = chart_items(export.text, DAILY_CHART)
    if not daily:
        raise SourceFormatError(f"{export.file_name}: no daily series ({DAILY_CHART}) on this streams page. Save it again.")
    others = [
        {**item, "chart": chart} for chart in CHARTS if chart != DAILY_CHART for item in chart_items(export.text, chart) or []
    ]
    parts = [Part(STREAMS_DAILY, records_frame(daily, STREAMS_DAILY))]
    if others:
        parts.append(Part(STREAMS_SERIES, records_frame(others, STREAMS_SERIES)))
    return parts


def apple_page(export: Export) -> list[Part]:
    """Return the daily Apple Music series and the page's breakdowns."""
    data = chart_data(export)
    daily = data.get(APPLE_DAILY_KEY, {}).get("dataProvider")
    if not daily:
        raise SourceFormatError(f"{export.file_name}: no daily series ({APPLE_DAILY_KEY}) on this Apple page. Save it again.")
    others = [
        {"chart": chart, "total": content.get("total"), **item}
        for chart, content in data.items()
        if chart != APPLE_DAILY_KEY and isinstance(content, dict)
        for item in content.get("dataProvider") or []
    ]
    parts = [Part(APPLE_DAILY, records_frame(daily, APPLE_DAILY))]
    if others:
        parts.append(Part(APPLE_BREAKDOWNS, records_frame(others, APPLE_BREAKDOWNS)))
    return parts


def chart_items(page: str, chart: str) -> list[dict[str, Any]] | None:
    """Return the data of one AmCharts chart of a page; None when the page has no such chart.

    Found by the call that makes the chart: its id also stands in the drawing's labels.
    """
    call = re.search(rf'makeChart\(\s*"{chart}"\s*,', page)
    start = call and re.compile(r'"dataProvider"\s*:\s*').search(page, call.end())
    if not start:
        return None
    items: list[dict[str, Any]] = json.loads(without_trailing_commas(balanced(page, start.end())))
    return items


def chart_data(export: Export) -> dict[str, Any]:
    """Return the parts of an Apple page's `chartData` that hold figures.

    Raises SourceFormatError when the object ends early.
    """
    start = export.text.index("{", export.text.index("var chartData"))
    try:
        data, _ = json.JSONDecoder().raw_decode(export.text, start)
    except json.JSONDecodeError as error:
        raise SourceFormatError(f"{export.file_name}: chartData ends early or is no JSON. Save the page again.") from error
    kept = ("isEmpty", "total", "dataProvider")
    return {
        chart: {key: content[key] for key in kept if key in content}
        for chart, content in data.items()
        if isinstance(content, dict)
    }


def balanced(text: str, start: int) -> str:
    """Return the bracketed list that starts at `start`, brackets inside strings apart."""
    depth, in_string, escaped = 0, False, False
    for position in range(start, len(text)):
        char = text[position]
        if in_string:
            escaped, in_string = (char == "\\" and not escaped), (char != '"' or escaped)
        elif char == '"':
            in_string = True
        elif char in "[{":
            depth += 1
        elif char in "]}":
            depth -= 1
            if depth == 0:
                return text[start : position + 1]
    raise ValueError("a chart ends in the middle")


def without_trailing_commas(text: str) -> str:
    """Drop a comma before a closing bracket, which the page's own script allows."""
    return re.sub(r",(\s*[\]}])", r"\1", text)


def refuse_filtered(export: Export) -> None:
    """Raise SourceFormatError when a track or an album is selected on the page: its figures are not the account's."""
    menus = "|".join(FILTER_MENUS)
    for block in re.finditer(rf"<select[^>]*(?:{menus})[^>]*>(.*?)</select", export.text, re.DOTALL):
        chosen = re.search(r"<option[^>]*\bselected\b[^>]*>([^<]*)", block.group(1))
        label = html.unescape(chosen.group(1)).strip() if chosen else "All"
        if not label.startswith("All"):
            raise SourceFormatError(
                f"{export.file_name}: the page is filtered to {label!r}, not the whole account. "
                "Choose all tracks and save it again."
            )
    saved = re.search(r"saved from url=\([0-9]+\)(\S+)|rel=\"canonical\" href=\"([^\"]+)", export.text)
    address = next((one for one in saved.groups() if one), "") if saved else ""
    if "type=track" in address or "type=album" in address:
        raise SourceFormatError(
            f"{export.file_name}: the page is one track's or album's, not the account's. Save the page with type=all."
        )


SOURCE = Source(NAME, FILE_NAMES, TABLES, read, cut=cut, feeds=FEEDS, hosts=HOSTS, portal=PORTAL)

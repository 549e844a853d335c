"""Meta Ads: campaigns, ad sets, ads and insights, as JSON of the Marketing API, dumped or fetched, and Ads Manager's CSV."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from common.errors import SourceFormatError
from common.settings import Settings, split
from loaders.fetching.feeds import Feed
from loaders.landing import date_order
from loaders.landing.exports import Export, iso_date
from loaders.landing.extracts import Part
from loaders.landing.file_names import begins_like, stated_by
from loaders.landing.records import records_frame
from loaders.landing.tables import DATE_ORDER, ISO_DAY, US_DAY, US_SHORT_DAY, Replacement, Table
from loaders.meta_ads import api as api
from loaders.meta_ads.header import NAMING, currency_of, spend_of
from loaders.source import Source

if TYPE_CHECKING:
    import polars as pl

NAME = api.NAME
HOSTS = {"": api.HOST}
FILE_NAMES = (r"(account|campaigns|adsets|ads|insights\w*)\.json$", r".*-(Campaigns|Ad-?sets|Ads)-.*\.csv$")

ACCOUNT = Table(
    NAME, "account", "snapshot",
    required=("id", "name", "currency", "timezone_name", "timezone_offset_hours_utc", "account_status"),
)  # fmt: skip
CAMPAIGNS = Table(
    NAME, "campaigns", "snapshot",
    required=("id", "name", "status", "objective"),
    optional=(
        "effective_status", "account_id", "daily_budget", "lifetime_budget", "buying_type", "start_time", "stop_time",
        "created_time", "updated_time",
    ),
)  # fmt: skip
ADSETS = Table(
    NAME, "adsets", "snapshot",
    required=("id", "name", "status", "campaign_id"),
    optional=(
        "effective_status", "account_id", "daily_budget", "lifetime_budget", "bid_strategy", "optimization_goal",
        "billing_event", "targeting", "start_time", "end_time", "pacing_type", "created_time", "updated_time",
    ),
)  # fmt: skip
ADS = Table(
    NAME, "ads", "snapshot",
    required=("id", "name", "status", "adset_id", "campaign_id"),
    optional=("effective_status", "account_id", "creative", "tracking_specs", "created_time", "updated_time"),
)  # fmt: skip
_INSIGHTS = (
    "account_id", "campaign_name", "adset_id", "adset_name", "ad_id", "ad_name", "objective", "impressions",
    "reach", "frequency", "clicks", "inline_link_clicks", "outbound_clicks", "ctr", "cpc", "cpm", "cpp", "actions",
    "action_values", "cost_per_action_type", "account_currency",
)  # fmt: skip
_BREAKDOWNS = (
    "age", "gender", "country", "region", "dma", "publisher_platform", "platform_position", "device_platform",
    "impression_device", "hourly_stats_aggregated_by_advertiser_time_zone",
    "hourly_stats_aggregated_by_audience_time_zone", "product_id", "place_page_id", "frequency_value", "media_type",
    "user_segment_key", "landing_destination", "title_asset", "body_asset", "image_asset", "video_asset",
    "description_asset", "link_url_asset", "call_to_action_asset",
)  # fmt: skip
INSIGHTS_DAILY = Table(
    NAME, "insights_daily", "replace",
    required=("campaign_id", "spend", "date_start", "date_stop"),
    optional=_INSIGHTS,
    facts=("_name_window",),
    breakdowns=_BREAKDOWNS,
    observed="date_start",
    replacement=Replacement(
        line=("campaign_id", "date_start"),
        measures=("spend",),
        optional_measures=("impressions", "clicks", "inline_link_clicks"),
        provisional_days=3,
    ),
)  # fmt: skip
INSIGHTS_WINDOW = Table(
    NAME, "insights_window", "snapshot",
    required=("campaign_id", "spend", "date_start", "date_stop"),
    optional=_INSIGHTS,
    breakdowns=_BREAKDOWNS,
    observed="date_stop",
)  # fmt: skip
_MANAGER: dict[str, Any] = {
    "required": ("Reporting starts", "Reporting ends", "Campaign name", "Amount spent"),
    "optional": (
        "Day", "Account ID", "Account name", "Campaign ID", "Ad set name", "Ad set ID", "Ad name", "Ad ID", "Currency",
        "Campaign delivery", "Objective", "Results", "Result indicator", "Impressions", "Reach", "Frequency",
        "Clicks (all)", "Link clicks",
    ),
    "facts": ("_header_currency", DATE_ORDER),
    "breakdowns": (
        "Age", "Gender", "Country", "Region", "DMA region", "Platform", "Placement", "Platform position",
        "Publisher platform", "Device", "Device platform", "Impression device", "Conversion device", "Hour", "Hour of day",
        "Time of day (ad account time zone)", "Time of day (viewer's time zone)", "Product ID", "Media type",
        "Audience segments", "Business location", "Landing destination", "Week", "2 weeks", "Month",
    ),
    "formats": (ISO_DAY, US_SHORT_DAY, US_DAY),
    "may_be_empty": True,
    "whose": "Account ID",
    "dates": ("Day", "Reporting starts", "Reporting ends"),
    "dates_follow": True,
}  # fmt: skip
MANAGER_DAILY = Table(
    NAME, "manager_daily", "replace",
    observed="Day|Reporting starts",
    replacement=Replacement(
        line=("Campaign name", "Ad set name", "Ad name", "_day"),
        measures=("Amount spent",),
        optional_measures=("Impressions", "Clicks (all)", "Link clicks"),
        provisional_days=3,
    ),
    **_MANAGER,
)  # fmt: skip
MANAGER_WINDOW = Table(NAME, "manager_window", "snapshot", observed="Reporting ends", **_MANAGER)
TABLES = (ACCOUNT, CAMPAIGNS, ADSETS, ADS, INSIGHTS_DAILY, INSIGHTS_WINDOW, MANAGER_DAILY, MANAGER_WINDOW)
OBJECTS = (ADS, ADSETS, CAMPAIGNS)
FEEDS = (
    Feed("account", api.account(ACCOUNT), "api", api.NEEDS),
    Feed("campaigns", api.objects(CAMPAIGNS, "campaign"), "api", api.NEEDS),
    Feed("ad sets", api.objects(ADSETS, "adset"), "api", api.NEEDS),
    Feed("ads", api.objects(ADS, "ad"), "api", api.NEEDS),
    Feed("insights", api.insights(INSIGHTS_DAILY), "api", api.NEEDS),
)
NAMED_WINDOW = re.compile(r"insights_daily_([0-9]{8})_([0-9]{8})[.]json$", re.IGNORECASE)


def read(export: Export) -> list[Part] | None:
    """Return the part of one answer (a page, pages as received, pages merged), or those of a CSV; None for anything else.

    Raises SourceFormatError where a file that is named daily states longer windows.
    """
    if export.kind == "text":
        return manager_parts(export)
    if export.kind != "json":
        return None
    answer = export.document
    pages = answer if isinstance(answer, list) else [answer]
    if pages and all(isinstance(page, dict) and isinstance(page.get("data"), list) for page in pages):
        answer = [row for page in pages for row in page["data"]]
    if isinstance(answer, dict):
        return [part_of(ACCOUNT, [answer], export)] if {"currency", "account_status"} <= answer.keys() else None
    if answer == [] and begins_like(FILE_NAMES[:1], export.name):
        return []
    if not answer or not all(isinstance(row, dict) for row in answer):
        return None
    if all("date_stop" in row and "campaign_id" in row for row in answer):
        if all(row.get("date_start") == row["date_stop"] for row in answer):
            return [daily_part(answer, export)]
        if export.name.lower().startswith("insights_daily"):
            raise SourceFormatError(f"{export.file_name}: named daily, with rows of several days. Dump it with time_increment=1.")
        return [part_of(INSIGHTS_WINDOW, answer, export)]
    keys = {key for row in answer for key in row}
    if not {"id", "status"} <= keys:
        return None
    table = next((one for one in OBJECTS if set(one.required) <= keys), None)
    return [part_of(table, answer, export)] if table else None


def daily_part(records: list[dict[str, Any]], export: Export) -> Part:
    """Return the rows of days; where the file's name states the days that were asked for, they are all covered."""
    part = part_of(INSIGHTS_DAILY, records, export)
    named = stated_by(NAMED_WINDOW, export.name)
    first, last = (iso_date(f"{day[:4]}-{day[4:6]}-{day[6:]}") for day in named.groups()) if named else (None, None)
    if first and last and all(first <= (iso_date(row["date_start"]) or first) <= last for row in records):
        part.facts["_name_window"] = f"{first}/{last}"
        part.covers = (first, last)
    return part


def part_of(table: Table, records: list[dict[str, Any]], export: Export) -> Part:
    """Return the rows of one table, the account taken from the answer where it says.

    Raises SourceFormatError when rows lack a required key, or belong to several accounts.
    """
    for number, row in enumerate(records, start=1):
        missing = [name for name in table.required if name not in row and name not in ("spend",)]
        if missing and table in (INSIGHTS_DAILY, INSIGHTS_WINDOW):
            raise SourceFormatError(
                f"{export.file_name}: row {number} of {table.label} lacks {', '.join(missing)}. Dump it again."
            )
    stated = {str(row.get("account_id") or (row["id"] if table is ACCOUNT else "")).removeprefix("act_") for row in records}
    stated -= {""}
    if len(stated) > 1:
        raise SourceFormatError(
            f"{export.file_name}: rows of several ad accounts ({', '.join(sorted(stated))}). Dump one at a time."
        )
    return Part(table, records_frame(records, table), account=f"act_{stated.pop()}" if stated else None)


def manager_parts(export: Export) -> list[Part] | None:
    """Return the days and the windows of Ads Manager's CSV; None for anything else.

    A row is of a day where it states one, or a range of one. The totals row, which names nothing, goes with the days.
    Raises SourceFormatError for a file that lacks a column, has several for the spend, or is of several ad accounts.
    """
    import polars as pl

    amount = spend_of(export, MANAGER_DAILY)
    if amount is None:
        return None
    columns = tuple("Amount spent" if name == amount else name for name in export.table.columns)
    frame = replace(export.table, columns=columns).frame(MANAGER_DAILY)
    facts = {"_header_currency": currency_of(amount)}
    known = [name for name in MANAGER_DAILY.columns if name not in (*frame.columns, *MANAGER_DAILY.facts)]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in known)
    accounts = sorted(set(frame["Account ID"].drop_nulls().str.strip_chars().str.strip_prefix("act_")) - {""})
    if len(accounts) > 1:
        raise SourceFormatError(f"{export.file_name}: rows of several ad accounts ({', '.join(accounts)}). Export one at a time.")
    account = f"act_{accounts[0]}" if accounts else None
    order = date_order.order_of(export, MANAGER_DAILY, frame.filter(~names_nothing()))
    facts |= date_order.facts_of(order)
    days = frame.filter(is_of_a_day())
    if len(days):
        days = frame.filter(is_of_a_day() | names_nothing())
    windows = frame.filter(~is_of_a_day() & ~names_nothing()) if len(days) else frame
    parts = ((MANAGER_DAILY, days), (MANAGER_WINDOW, windows))
    return [Part(table, rows, account=account, facts=facts, date_order=order) for table, rows in parts if len(rows)]


def is_of_a_day() -> pl.Expr:
    """Whether a row of Ads Manager is of one day: it states the day, or its range is one."""
    import polars as pl

    first, last = (pl.col(name).str.strip_chars() for name in ("Reporting starts", "Reporting ends"))
    return (text_or_blank("Day") != "") | ((first == last) & ~names_nothing())


def names_nothing() -> pl.Expr:
    """Whether a row of Ads Manager names no campaign, ad set or ad: the totals of the export."""
    import polars as pl

    return pl.all_horizontal(text_or_blank(name) == "" for name in NAMING)


def text_or_blank(name: str) -> pl.Expr:
    """A column, trimmed, with nothing in it as blank."""
    import polars as pl

    return pl.col(name).fill_null("").str.strip_chars()


def accounts(settings: Settings) -> tuple[str, ...]:
    """The ad accounts that are configured, each fetched on its own."""
    listed = split(settings.meta_ad_account_id or "")
    return tuple(dict.fromkeys(map(resolve_account, listed))) or ("main",)


def configured_account(settings: Settings) -> str | None:
    """The one ad account that is configured, which a dump without account ids belongs to."""
    found = accounts(settings)
    return found[0] if len(found) == 1 and found != ("main",) else None


def resolve_account(name: str) -> str:
    """An ad account's id with its `act_`; any other name as it is."""
    return f"act_{name}" if name.isdigit() else name


SOURCE = Source(
    NAME,
    FILE_NAMES,
    TABLES,
    read,
    feeds=FEEDS,
    hosts=HOSTS,
    accounts=accounts,
    configured_account=configured_account,
    resolve_account=resolve_account,
)

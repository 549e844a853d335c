"""Meta Ads: campaigns, ad sets, ads and insights, as JSON dumped from the Marketing API."""

from __future__ import annotations

import re
from typing import Any

from loaders.errors import SourceFormatError
from loaders.files import Export, records_frame
from loaders.landing import Part
from loaders.settings import Settings
from loaders.tables import Replacement, Table

SOURCE = "meta_ads"
NAMES = (r"(account|campaigns|adsets|ads|insights\w*)\.json$",)

ACCOUNT = Table(
    SOURCE, "account", "snapshot",
    required=("id", "name", "currency", "timezone_name", "timezone_offset_hours_utc", "account_status"),
)  # fmt: skip
CAMPAIGNS = Table(
    SOURCE, "campaigns", "snapshot",
    required=("id", "name", "status", "effective_status", "objective"),
    optional=("daily_budget", "lifetime_budget", "buying_type", "start_time", "stop_time", "created_time", "updated_time"),
)  # fmt: skip
ADSETS = Table(
    SOURCE, "adsets", "snapshot",
    required=("id", "name", "status", "effective_status", "campaign_id"),
    optional=(
        "daily_budget", "lifetime_budget", "bid_strategy", "optimization_goal", "billing_event", "targeting",
        "start_time", "end_time", "pacing_type", "created_time", "updated_time",
    ),
)  # fmt: skip
ADS = Table(
    SOURCE, "ads", "snapshot",
    required=("id", "name", "status", "effective_status", "adset_id", "campaign_id"),
    optional=("creative", "tracking_specs", "created_time", "updated_time"),
)  # fmt: skip
_INSIGHTS = (
    "account_id", "campaign_name", "adset_id", "adset_name", "ad_id", "ad_name", "objective", "impressions",
    "reach", "frequency", "clicks", "inline_link_clicks", "outbound_clicks", "ctr", "cpc", "cpm", "cpp", "actions",
    "action_values", "cost_per_action_type", "account_currency",
)  # fmt: skip
INSIGHTS_DAILY = Table(
    SOURCE, "insights_daily", "replace",
    required=("campaign_id", "spend", "date_start", "date_stop"),
    optional=_INSIGHTS,
    observed="date_start",
    replacement=Replacement(line=("campaign_id", "adset_id", "ad_id", "date_start"), measures=("spend",), provisional_days=3),
)  # fmt: skip
INSIGHTS_WINDOW = Table(
    SOURCE, "insights_window", "snapshot",
    required=("campaign_id", "spend", "date_start", "date_stop"),
    optional=_INSIGHTS,
    observed="date_stop",
)  # fmt: skip
TABLES = (ACCOUNT, CAMPAIGNS, ADSETS, ADS, INSIGHTS_DAILY, INSIGHTS_WINDOW)
OBJECTS = (ADS, ADSETS, CAMPAIGNS)


def read(export: Export) -> list[Part] | None:
    """Return the part of one dumped answer, merged pages or a single one; None for anything else."""
    if export.kind != "json":
        return None
    answer = export.document
    if isinstance(answer, dict) and isinstance(answer.get("data"), list):
        answer = answer["data"]
    if isinstance(answer, dict):
        return [part_of(ACCOUNT, [answer], export)] if {"currency", "account_status"} <= answer.keys() else None
    if answer == [] and re.match(NAMES[0], export.name, re.IGNORECASE):
        return []
    if not answer or not all(isinstance(row, dict) for row in answer):
        return None
    if all("date_stop" in row and "campaign_id" in row for row in answer):
        daily = all(row.get("date_start") == row["date_stop"] for row in answer)
        return [part_of(INSIGHTS_DAILY if daily else INSIGHTS_WINDOW, answer, export)]
    keys = {key for row in answer for key in row}
    if not {"id", "effective_status"} <= keys:
        return None
    table = next((one for one in OBJECTS if set(one.required) <= keys), None)
    return [part_of(table, answer, export)] if table else None


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


def configured_account(settings: Settings) -> str | None:
    """The ad account that is configured, which a dump without account ids belongs to."""
    return settings.meta_ad_account_id

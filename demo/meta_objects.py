"""Meta's account, campaigns, ad sets and ads as the Marketing API lists them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from demo.ads import FIRST_DUMP, Campaign

Row = dict[str, Any]
ACCOUNT: Row = {
    "id": "act_990000000000000",
    "name": "Example Label",
    "currency": "USD",
    "timezone_name": "America/Los_Angeles",
    "timezone_offset_hours_utc": -7,
    "account_status": 1,
}
PIXEL, PAGE = "990000000000002", "990000000000003"


def campaign_row(campaign: Campaign, dump: date) -> Row:
    """A campaign; an unused budget is "0", amounts are in minor units."""
    row: Row = {
        "id": campaign.id,
        "name": campaign.name,
        "status": status(campaign, dump),
        "effective_status": status(campaign, dump),
        "objective": campaign.objective,
    }
    if campaign.campaign_budget:
        row |= {"daily_budget": str(campaign.budget), "lifetime_budget": "0"}
    row |= {"buying_type": "AUCTION", "start_time": pacific(campaign.start, time(9))}
    if not campaign.is_active:
        row["stop_time"] = pacific(campaign.end, time(23, 59, 59))
    return row | changed(campaign)


def ad_set_row(campaign: Campaign, place: int, dump: date) -> Row:
    """An ad set; without a budget of its own it has no budget, bid and pacing keys."""
    paused = status(campaign, dump) == "PAUSED"
    row: Row = {
        "id": campaign.ad_set_id(place),
        "name": f"{campaign.track or campaign.name} - AD {place}",
        "status": "ACTIVE",
        "effective_status": "CAMPAIGN_PAUSED" if paused else "ACTIVE",
        "campaign_id": campaign.id,
    }
    if not campaign.campaign_budget:
        row |= {"daily_budget": str(campaign.budget), "lifetime_budget": "0", "bid_strategy": "LOWEST_COST_WITHOUT_CAP"}
        row["pacing_type"] = ["standard"]
    row |= {"optimization_goal": "LINK_CLICKS", "billing_event": "IMPRESSIONS", "targeting": targeting(campaign)}
    row["start_time"] = pacific(campaign.start, time(9))
    if not campaign.is_active:
        row["end_time"] = pacific(campaign.end, time(23, 59, 59))
    return row | changed(campaign)


def ad_row(campaign: Campaign, place: int, dump: date) -> Row:
    """An ad, with keys that hold dots."""
    paused = status(campaign, dump) == "PAUSED"
    row: Row = {
        "id": campaign.ad_id(place),
        "name": f"{campaign.name} - video {place}",
        "status": "ACTIVE",
        "effective_status": "CAMPAIGN_PAUSED" if paused else "ACTIVE",
        "adset_id": campaign.ad_set_id(place),
        "campaign_id": campaign.id,
        "creative": {"id": str(int(campaign.ad_id(place)) + 5)},
        "tracking_specs": [
            {"action.type": ["offsite_conversion"], "fb_pixel": [PIXEL]},
            {"action.type": ["post_engagement"], "page": [PAGE], "post.wall": [PAGE]},
        ],
    }
    return row | changed(campaign)


def targeting(campaign: Campaign) -> Row:
    """A deep object, kept whole as JSON text."""
    return {
        "age_min": 18,
        "age_max": 45,
        "geo_locations": {"countries": ["US", "DE", "GB", "NA"], "location_types": ["home", "recent"]},
        "flexible_spec": [
            {"interests": [{"id": "6003000000001", "name": "Techno"}, {"id": "6003000000002", "name": "Hard trance"}]}
        ],
        "publisher_platforms": ["facebook", "instagram"],
        "targeting_automation": {"advantage_audience": 1 if campaign.campaign_budget else 0},
    }


def status(campaign: Campaign, dump: date) -> str:
    """Whether a campaign runs at the time of a dump."""
    return "ACTIVE" if campaign.end >= dump or (campaign.is_active and dump > FIRST_DUMP) else "PAUSED"


def changed(campaign: Campaign) -> Row:
    """When an object was made and last changed."""
    created = pacific(campaign.start - timedelta(days=1), time(18, 42, 7))
    return {"created_time": created, "updated_time": pacific(campaign.start, time(10, 15))}


def pacific(day: date, at: time) -> str:
    """A moment in the account's zone; its offset, without a colon, follows daylight saving time."""
    march, november = sunday(day.year, 3, 2), sunday(day.year, 11, 1)
    offset = "-0700" if march <= day < november else "-0800"
    return f"{datetime.combine(day, at):%Y-%m-%dT%H:%M:%S}{offset}"


def sunday(year: int, month: int, nth: int) -> date:
    """The nth Sunday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))

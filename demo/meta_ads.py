"""Meta Ads: two dumps of lifetime windows, one of daily insights, and what each campaign's total must be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from demo.ads import (
    CAMPAIGNS,
    DAILY_FROM,
    DAILY_TO,
    FIRST_DUMP,
    SECOND_DUMP,
    Campaign,
    Figures,
    added,
    delivered,
    window,
)
from demo.meta_objects import ACCOUNT, ad_row, ad_set_row, campaign_row
from demo.totals import CampaignTotals
from demo.truth import Truth, days
from demo.writing import write_json

SIX_PLACES = Decimal("0.000001")
DAILY_FOLDER = f"meta_ads_dump_{SECOND_DUMP:%Y%m%d}_113000"
Row = dict[str, Any]


def write_meta_ads(folder: Path, truth: Truth) -> tuple[CampaignTotals, ...]:
    """Write the dumps; return each campaign's right figures."""
    for dump in (FIRST_DUMP, SECOND_DUMP):
        listed = [one for one in CAMPAIGNS if one.start <= dump and not (one.deleted and dump == SECOND_DUMP)]
        into = folder / f"meta_ads_dump_{dump:%Y%m%d}_101500"
        places = [(one, place) for one in listed for place in range(1, one.ad_sets + 1)]
        write_json(into / "account.json", ACCOUNT, indent=2)
        write_json(into / "campaigns.json", [campaign_row(one, dump) for one in listed], indent=2)
        write_json(into / "adsets.json", [ad_set_row(one, place, dump) for one, place in places], indent=2)
        write_json(into / "ads.json", [ad_row(one, place, dump) for one, place in places], indent=2)
        write_json(into / "insights.json", [row for one in listed for row in window_rows(truth, one, dump)], indent=2)
    write_json(folder / DAILY_FOLDER / "insights_daily.json", list(daily_rows(truth)), indent=2)
    return tuple(campaign_totals(truth, one) for one in CAMPAIGNS)


def window_rows(truth: Truth, campaign: Campaign, dump: date) -> Iterator[Row]:
    """A campaign's lifetime rows: one for each ad set, or one of its own, from the start to the day of the dump."""
    figures = {place: window(truth, campaign, place, dump) for place in range(1, campaign.ad_sets + 1)}
    if campaign.levels == "campaign" or (campaign.levels == "both" and dump == SECOND_DUMP):
        yield insight_row(campaign, None, added(figures.values()), campaign.start, dump)
    if campaign.levels != "campaign":
        for place, one in figures.items():
            yield insight_row(campaign, place, one, campaign.start, dump)


def daily_rows(truth: Truth) -> Iterator[Row]:
    """One row for each ad set and day with delivery, of the part of the time that was asked for."""
    for day in days(DAILY_FROM, DAILY_TO):
        for campaign in CAMPAIGNS:
            for place in range(1, campaign.ad_sets + 1):
                figures = delivered(truth, campaign, place).get(day)
                if figures:
                    yield insight_row(campaign, place, figures, day, day) | daily_fields(campaign, figures)


def insight_row(campaign: Campaign, place: int | None, figures: Figures, start: date, stop: date) -> Row:
    """An insights row as the API gives it: every figure text, and no key for what there is nothing of."""
    row: Row = {"campaign_id": campaign.id, "campaign_name": campaign.name}
    if place:
        row |= {"adset_id": campaign.ad_set_id(place), "adset_name": f"{campaign.track or campaign.name} - AD {place}"}
    spend = Decimal(figures.spend).scaleb(-2)
    reach = figures.impressions * 7 // 9 if start != stop else figures.impressions * 9 // 10
    row |= {"spend": str(spend), "impressions": str(figures.impressions), "clicks": str(figures.clicks)}
    if figures.clicks:
        row["cpc"] = ratio(spend, figures.clicks)
    row["ctr"] = ratio(Decimal(figures.clicks * 100), figures.impressions)
    row |= {"reach": str(reach), "frequency": ratio(Decimal(figures.impressions), max(reach, 1))}
    row |= {"cpm": ratio(spend * 1000, figures.impressions), "cpp": ratio(spend * 1000, max(reach, 1))}
    row |= {"date_start": str(start), "date_stop": str(stop)}
    if figures.clicks:
        row["actions"] = actions(figures)
    return row


def daily_fields(campaign: Campaign, figures: Figures) -> Row:
    """What the daily request asks for beside the rest."""
    fields: Row = {"objective": campaign.objective}
    if figures.link_clicks:
        fields["inline_link_clicks"] = str(figures.link_clicks)
        fields["outbound_clicks"] = [{"action_type": "outbound_click", "value": str(max(1, figures.link_clicks - 1))}]
    return fields


def actions(figures: Figures) -> list[dict[str, str]]:
    """Actions by type; several types count one event several times."""
    views, customs = figures.impressions // 5, figures.link_clicks // 3
    found = [
        {"action_type": "link_click", "value": str(figures.link_clicks)},
        {"action_type": "landing_page_view", "value": str(figures.link_clicks * 4 // 5)},
        {"action_type": "post_engagement", "value": str(views + figures.clicks)},
        {"action_type": "page_engagement", "value": str(views + figures.clicks)},
        {"action_type": "video_view", "value": str(views)},
    ]
    if customs:
        clicked = str(max(1, customs - 1))
        found += [
            {"action_type": kind, "value": str(customs), "7d_click": clicked, "1d_view": "1"}
            for kind in ("offsite_conversion.fb_pixel_custom", "offsite_conversion.custom.990000000000001")
        ]
    if figures.clicks > 9:
        found.append({"action_type": "onsite_conversion.post_save", "value": str(figures.clicks // 10)})
        found += [
            {"action_type": kind, "value": str(figures.clicks // 5)}
            for kind in ("offsite_conversion.fb_pixel_view_content", "omni_view_content", "view_content")
        ]
    return [one for one in found if one["value"] != "0"]


def ratio(numerator: Decimal, denominator: int) -> str:
    """A quotient as the API writes it: at most six places, no zeros at the end."""
    return f"{(numerator / denominator).quantize(SIX_PLACES).normalize():f}"


def campaign_totals(truth: Truth, campaign: Campaign) -> CampaignTotals:
    """A campaign's total: its newest window and the daily rows after it, or the days alone where no window states it.

    Where daily rows cover every day of a campaign that has a window too, both are the same.
    """
    places = range(1, campaign.ad_sets + 1)
    ad_sets = [delivered(truth, campaign, place) for place in places]
    stated = FIRST_DUMP if campaign.deleted else SECOND_DUMP
    has_window = campaign.start <= stated
    windows = [window(truth, campaign, place, stated) for place in places] if has_window else []
    after = max(DAILY_FROM, stated + timedelta(days=1)) if has_window else DAILY_FROM
    total = added([Figures(), *windows, *daily_part(ad_sets, after)])
    dated = added([Figures(), *daily_part(ad_sets, DAILY_FROM)])
    return CampaignTotals(
        external_campaign_id=campaign.id,
        campaign_name=campaign.name,
        parsed_artist=campaign.artist,
        parsed_track=campaign.track,
        parsed_targeting=campaign.targeting,
        spend_usd=Decimal(total.spend).scaleb(-2),
        spend_dated_usd=Decimal(dated.spend).scaleb(-2),
        spend_undated_usd=Decimal(total.spend - dated.spend).scaleb(-2),
        impressions=total.impressions,
        clicks=total.clicks,
    )


def daily_part(ad_sets: list[dict[date, Figures]], first: date) -> Iterator[Figures]:
    """The days of a campaign that daily insights hold, from one on."""
    for one in ad_sets:
        yield from (figures for day, figures in one.items() if first <= day <= DAILY_TO)

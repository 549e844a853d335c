"""Ads Manager's CSV by hand: days that the API states too, and two months of a campaign that only these files name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from demo.ads import CAMPAIGNS, Campaign, Figures, added, delivered
from demo.totals import CampaignTotals
from demo.truth import Truth, days
from demo.writing import BOM, csv_text, write_text
from demo.writing import MONTHS as MONTH_NAMES

DAY_HEADER = (
    "Campaign name", "Campaign ID", "Day", "Reporting starts", "Reporting ends", "Impressions", "Clicks (all)", "Link clicks",
    "Amount spent (USD)",
)  # fmt: skip
RANGE_HEADER = (
    "Reporting starts",
    "Reporting ends",
    "Campaign name",
    "Reach",
    "Impressions",
    "Clicks (all)",
    "Amount spent (USD)",
)
DAYS = (date(2026, 6, 20), date(2026, 6, 26))
MONTHS = ((date(2026, 5, 1), date(2026, 5, 31)), (date(2026, 6, 1), date(2026, 6, 30)))
ALSO_BY_API = tuple(one for one in CAMPAIGNS if one.number in (11, 13))
WRONG_BY = 7
BY_HAND = "PIG1987 - NEON DRIFT - Radio Spot"


def write_ads_manager(folder: Path, truth: Truth) -> CampaignTotals:
    """Write a CSV by day, a little off from the API, and one for each month; return the campaign that they alone name."""
    write_text(folder / file_name(*DAYS), BOM + day_text(truth))
    rng = truth.random("ads_manager")
    months = [Figures(rng.randrange(9_000, 20_000), rng.randrange(20_000, 90_000), rng.randrange(200, 900)) for _ in MONTHS]
    for (first, last), figures in zip(MONTHS, months, strict=True):
        rows = [(BY_HAND, figures), *((one.name, delivered_from(truth, one, first, last)) for one in ALSO_BY_API)]
        lines = [row_of(first, last, name, one) for name, one in rows]
        totals = row_of(first, last, "", added(one for _, one in rows))
        write_text(folder / file_name(first, last), csv_text(RANGE_HEADER, [*lines, totals]))
    total = added(months)
    return CampaignTotals(
        external_campaign_id=None,
        campaign_name=BY_HAND,
        parsed_artist="PIG1987",
        parsed_track="NEON DRIFT",
        parsed_targeting="RADIO SPOT",
        spend_usd=dollars(total),
        spend_dated_usd=Decimal("0.00"),
        spend_undated_usd=dollars(total),
        impressions=total.impressions,
        clicks=total.clicks,
    )


def day_text(truth: Truth) -> str:
    """One line for each campaign and day, after the totals, which name nothing."""
    lines, figures = [], []
    for day in days(*DAYS):
        for campaign in ALSO_BY_API:
            stated = delivered_from(truth, campaign, day, day)
            if stated.impressions:
                figures.append(stated._replace(spend=stated.spend + WRONG_BY))
                lines.append((campaign.name, campaign.id, day, *DAYS, *stated[1:], dollars(figures[-1])))
    total = added(figures)
    return csv_text(DAY_HEADER, [("", "", "", *DAYS, *total[1:], dollars(total)), *lines])


def delivered_from(truth: Truth, campaign: Campaign, first: date, last: date) -> Figures:
    """What a campaign delivered from one day to another."""
    parts = (delivered(truth, campaign, place).items() for place in range(1, campaign.ad_sets + 1))
    return added([Figures(), *(one for part in parts for day, one in part if first <= day <= last)])


def file_name(first: date, last: date) -> str:
    """What Ads Manager calls an export."""
    return (
        "BEDROT-Campaigns-" + "-".join(f"{MONTH_NAMES[day.month - 1][:3]}-{day.day}-{day.year}" for day in (first, last)) + ".csv"
    )


def row_of(first: date, last: date, name: str, figures: Figures) -> tuple[object, ...]:
    """One line over a range of days."""
    return first, last, name, figures.impressions * 7 // 9, figures.impressions, figures.clicks, dollars(figures)


def dollars(figures: Figures) -> Decimal:
    """Spend as written."""
    return Decimal(figures.spend).scaleb(-2)

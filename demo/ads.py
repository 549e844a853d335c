"""The ad campaigns: how they are named, when they ran, and what was delivered on each day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from demo.truth import Truth, days

FIRST_DUMP, SECOND_DUMP = date(2026, 1, 15), date(2026, 7, 4)
DAILY_FROM, DAILY_TO = date(2026, 2, 1), date(2026, 7, 3)


class Figures(NamedTuple):
    """What was delivered; spend in cents."""

    spend: int = 0
    impressions: int = 0
    clicks: int = 0
    link_clicks: int = 0


@dataclass(frozen=True)
class Campaign:
    """One campaign.

    start, end: first and last day with delivery.
    artist, track, targeting: how its name must be read (docs/how-it-works.md, "Campaign names").
    budget: cents a day; on the campaign itself where `campaign_budget`, else on each ad set.
    deleted: gone from the second dump's lists and windows, though daily figures still name it.
    levels: the rows that windows have of it: `ad_set`, `campaign`, or `both` in the second dump.
    """

    number: int
    name: str
    artist: str | None
    track: str | None
    targeting: str | None
    start: date
    end: date
    budget: int = 500
    ad_sets: int = 1
    objective: str = "OUTCOME_TRAFFIC"
    campaign_budget: bool = False
    deleted: bool = False
    levels: str = "ad_set"

    @property
    def id(self) -> str:
        """The platform's id: 18 digits, text."""
        return str(120_000_000_000_000_000 + self.number * 1000)

    def ad_set_id(self, place: int) -> str:
        """The id of one of its ad sets."""
        return str(120_000_000_000_000_000 + self.number * 1000 + place * 10)

    def ad_id(self, place: int) -> str:
        """The id of an ad set's ad."""
        return str(120_000_000_000_000_000 + self.number * 1000 + place * 10 + 1)

    @property
    def is_active(self) -> bool:
        """Still running when the second dump was made."""
        return self.end >= DAILY_TO


PIG, ZONE = "PIG1987", "ZONE A0"
STATE, NEON = "THE STATE OF THE WORLD", "NEON DRIFT"
CAMPAIGNS = (
    Campaign(
        1, "PIG1987 - THE STATE OF THE WORLD - BROAD", PIG, STATE, "BROAD",
        date(2025, 1, 10), date(2025, 3, 31), 900, ad_sets=2, campaign_budget=True,
    ),
    Campaign(
        2, "PIG1987 - THE STATE OF THE WORLD - HARD TRANCE", PIG, STATE, "HARD TRANCE",
        date(2025, 2, 1), date(2025, 4, 15),
    ),
    Campaign(3, "IWARY - BROAD", "IWARY", None, "BROAD", date(2025, 6, 20), date(2025, 9, 30), 400),
    Campaign(
        4, "IWARY - TECHNO SPOTIFY - Copy", "IWARY", None, "TECHNO SPOTIFY",
        date(2025, 9, 1), date(2025, 12, 20), 450, deleted=True,
    ),
    Campaign(
        5, "THE SOURCE - Streaming", ZONE, "THE SOURCE", "STREAMING",
        date(2025, 3, 1), SECOND_DUMP, 300, campaign_budget=True, levels="campaign",
    ),
    Campaign(
        6, "New Engagement Ad Set", None, None, "ENGAGEMENT",
        date(2025, 5, 5), date(2025, 6, 10), 250, ad_sets=2, objective="OUTCOME_ENGAGEMENT",
    ),
    Campaign(
        7, "THE SCALE", ZONE, "THE SCALE", None,
        date(2025, 3, 14), date(2025, 8, 31), 600, ad_sets=2, levels="both",
    ),
    Campaign(8, "RENEGADE PIPELINE", PIG, "RENEGADE PIPELINE", None, date(2025, 11, 7), date(2026, 3, 15), 550),
    Campaign(
        9, "pig1987 - transformer architecture - lookalike us", PIG, "TRANSFORMER ARCHITECTURE", "LOOKALIKE US",
        date(2025, 5, 2), date(2025, 7, 31),
    ),
    Campaign(
        10, "ZONE A0 - GLASS CITY - BROAD - Copy 2", ZONE, "GLASS CITY", "BROAD",
        date(2025, 10, 4), date(2026, 2, 20), 350,
    ),
    Campaign(
        11, "PIG1987 – NEON DRIFT – TECHNO", PIG, NEON, "TECHNO",
        date(2026, 2, 10), date(2026, 6, 15), 700, ad_sets=2, campaign_budget=True,
    ),
    Campaign(
        12, "ZONE A0 X SXNCTUARY - CONCRETE CHOIR - DARK TECHNO",
        "ZONE A0 X SXNCTUARY", "CONCRETE CHOIR", "DARK TECHNO",
        date(2025, 12, 1), date(2026, 5, 20), deleted=True,
    ),
    Campaign(
        13, "NEON DRIFT - Streaming Campaign", PIG, NEON, "STREAMING",
        date(2026, 3, 1), DAILY_TO, 650, objective="OUTCOME_SALES",
    ),
    Campaign(
        14, "MIDNIGHT RUN - VIDEO VIEWS", ZONE, "MIDNIGHT RUN", "VIDEO VIEWS",
        date(2026, 4, 10), date(2026, 5, 5), 300, deleted=True,
    ),
)  # fmt: skip
NOTHING_CLICKED = (6, 2)


@lru_cache(maxsize=64)
def delivered(truth: Truth, campaign: Campaign, place: int) -> dict[date, Figures]:
    """What one ad set delivered, by day."""
    if (campaign.number, place) == NOTHING_CLICKED:
        return {campaign.start: Figures(3, 7)}
    rng = truth.random(f"ads/{campaign.number}/{place}")
    budget = campaign.budget // campaign.ad_sets if campaign.campaign_budget else campaign.budget
    found: dict[date, Figures] = {}
    for day in days(campaign.start, campaign.end):
        spend = int(budget * rng.uniform(0.82, 1.08))
        impressions = spend * rng.randint(18, 55) // 10 + 1
        clicks = impressions * rng.randint(5, 24) // 1000
        found[day] = Figures(spend, impressions, clicks, clicks * rng.randint(55, 90) // 100)
    return found


def window(truth: Truth, campaign: Campaign, place: int, until: date) -> Figures:
    """An ad set's figures from its start to the day of a dump, of which only the morning is over."""
    days_so_far = [
        Figures(*(value * 3 // 10 for value in one)) if day == until else one
        for day, one in delivered(truth, campaign, place).items()
        if day <= until
    ]
    return added(days_so_far)


def added(figures: Iterable[Figures]) -> Figures:
    """Figures added up."""
    return Figures(*(sum(values) for values in zip(*figures, strict=True)))


def spend_by_day(truth: Truth) -> dict[date, int]:
    """What all campaigns cost, in cents, by day: what the card is charged for."""
    spent: dict[date, int] = {}
    for campaign in CAMPAIGNS:
        for place in range(1, campaign.ad_sets + 1):
            for day, one in delivered(truth, campaign, place).items():
                spent[day] = spent.get(day, 0) + one.spend
    return dict(sorted(spent.items()))

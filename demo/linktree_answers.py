"""What Linktree's GraphQL answers say, part by part."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from demo.label import LINKTREE_EMAIL

LINKS = {
    7110001: ("PIG1987 - THE STATE OF THE WORLD", True),
    7110002: ("ZONE A0 - THE SOURCE", True),
    7110003: ("PIG1987 - NEON DRIFT", True),
    7110004: ("ZONE A0 X SXNCTUARY - CONCRETE CHOIR", True),
    7110005: ("Merch", False),
}
SOCIALS = {"instagram": 5, "email_address": 40}
AUDIENCE: dict[str, list[tuple[str | None, str | None, int]]] = {
    "countries": [("United States", "US", 46), ("Germany", "DE", 17), ("Namibia", "NA", 2), (None, None, 3)],
    "cities": [("Los Angeles", "US", 11), ("Berlin", "DE", 9), (None, "GB", 4)],
    "referrers": [("Tiktok", None, 41), ("Instagram", None, 30), ("chatgpt.com", None, 1)],
    "devices": [("Mobile", None, 88), ("Desktop", None, 12)],
}
Answer = dict[str, Any]


class Day(NamedTuple):
    """One day's figures; unique ones can exceed the totals."""

    views: int
    clicks: int
    unique_views: int
    unique_clicks: int


def overview(shown: dict[date, Day]) -> Answer:
    """The window's totals and its days."""
    views, clicks = sum(one.views for one in shown.values()), sum(one.clicks for one in shown.values())
    return {
        "totalViews": views,
        "totalClicks": clicks,
        "clickThroughRate": rate(clicks, views),
        "timeToClick": 9,
        "clickThroughBenchmark": 75.1,
        "timeseries": [
            {
                "totalViews": one.views,
                "totalClicks": one.clicks,
                "uniqueViews": one.unique_views,
                "uniqueClicks": one.unique_clicks,
                "clickThroughRate": rate(one.clicks, one.views),
                "date": str(day),
                "__typename": "AnalyticsOverview",
            }
            for day, one in shown.items()
        ],
        "__typename": "AnalyticsOverviewTotals",
    }


def rate(clicks: int, views: int) -> float | int:
    """Clicks over views, four places; a whole number without a point."""
    quotient = round(clicks / views, 4) if views else 0
    return int(quotient) if quotient == int(quotient) else quotient


def links(shown: dict[date, Day]) -> list[Answer]:
    """Each link's clicks in the window."""
    clicks = sum(one.clicks for one in shown.values())
    return [
        {
            "id": one,
            "clicks": {"total": clicks * 3 // (10 + 4 * place), "breakdown": None},
            "__typename": "LinkAnalytics",
        }
        for place, one in enumerate(LINKS)
    ]


def socials(shown: dict[date, Day]) -> Answer:
    """Each social icon's days and totals."""
    timeseries, totals = [], []
    for name, part in SOCIALS.items():
        counts = {day: (one.views // part, one.clicks // part) for day, one in shown.items()}
        timeseries += [social(name, str(day), views, clicks) for day, (views, clicks) in counts.items()]
        totals.append(social(name, None, *(sum(values) for values in zip(*counts.values(), strict=True))))
    return {"timeseries": timeseries, "socials": totals}


def social(name: str, day: str | None, views: int, clicks: int) -> Answer:
    """One social icon on one day, or in the whole window."""
    return {
        "date": day,
        "name": name,
        "views": {"total": views},
        "clicks": {"total": clicks},
        "__typename": "SocialAnalytics",
    }


def subscribers(shown: dict[date, Day]) -> Answer:
    """Subscribers by day and kind."""
    gained = {"emailSubscribers": 3, "smsSubscribers": 11}
    total = {"emailSubscribers": 120, "smsSubscribers": 14}
    rows: Answer = {}
    for kind, every in gained.items():
        rows[kind] = []
        for day in shown:
            new = 1 if day.toordinal() % every == 0 else 0
            total[kind] += new
            rows[kind].append(
                {"date": str(day), "subscribersTotal": total[kind], "subscribersClicks": new * 2, "dailyTotal": new}
            )
    both = [
        one | {name: one[name] + other[name] for name in ("subscribersTotal", "subscribersClicks", "dailyTotal")}
        for one, other in zip(*rows.values(), strict=True)
    ]
    return {"interval": "DAILY", "subscribers": both, **rows}


def audience(total: int) -> Answer:
    """Where views came from; a lifetime that agrees with nothing."""
    parts: Answer = {}
    for name, shares in AUDIENCE.items():
        parts[name] = []
        for label, country, percent in shares:
            views = total * percent // 100
            one: Answer = {
                "name": label,
                "views": {"total": views},
                "clicks": {"total": views // 2},
                "clickThroughRate": rate(views // 2, views),
            }
            if name in ("countries", "cities"):
                one["countryCode"] = country
            if name == "cities":
                one["coordinates"] = {"latitude": "34.05", "longitude": "-118.24"}
            parts[name].append(one)
    return {
        "locations": {"countries": parts["countries"], "cities": parts["cities"]},
        "referrers": {"referrers": parts["referrers"]},
        "devices": {"devices": parts["devices"]},
        "lifetime": {
            "views": {"total": total},
            "clicks": {"total": total // 3, "profile": total // 4, "socials": total // 9},
        },
    }


def analytics(parts: Answer) -> Answer:
    """An answer of the analytics page."""
    return {"getAccountAnalytics": parts | {"__typename": "AccountAnalytics"}}


def decoy() -> Answer:
    """What the page also asks for and nobody may keep."""
    return {
        "account": {
            "email": LINKTREE_EMAIL,
            "plan": "premium-2025",
            "paymentEmail": LINKTREE_EMAIL,
            "walletBalance": "0.00",
        }
    }

"""Linktree: captured GraphQL answers, the older ones bare, the newer with their request; one without any analytics."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path

from demo.linktree_answers import (
    LINKS,
    Answer,
    Day,
    analytics,
    audience,
    decoy,
    links,
    overview,
    socials,
    subscribers,
)
from demo.totals import LinktreeTotals
from demo.truth import Truth, days, newest_wins
from demo.writing import write_json

CAPTURES = (date(2025, 12, 31), date(2026, 7, 4))
WINDOWS = (7, 365)


class Capture:
    """The answers caught while the analytics page is opened on one day."""

    def __init__(self, folder: Path, happened: dict[date, Day], day: date, is_bare: bool) -> None:
        self.folder, self.happened, self.day, self.is_bare = folder, happened, day, is_bare
        self.moment = datetime.combine(day, time(9, 41, 5, 120_417))

    def save(self, operation: str, data: Answer, window: int | None) -> None:
        """Write one answer: the body alone, or with what was asked."""
        body = {"data": data}
        variables = {}
        if window:
            first = self.day - timedelta(days=window - 1)
            variables = {"startDate": str(first), "endDate": str(self.day), "timezone": "America/Los_Angeles"}
        asked = {"operationName": operation, "variables": variables, "response": body}
        write_json(self.folder / f"graphql_{self.moment:%Y%m%d_%H%M%S_%f}.json", body if self.is_bare else asked)
        self.moment += timedelta(seconds=1, microseconds=73_311)

    def shown(self, window: int, seconds: int) -> dict[date, Day]:
        """The window's days; today is not over, and a few views more with each second."""
        days_shown = {day: self.happened[day] for day in days(self.day - timedelta(days=window - 1), self.day)}
        days_shown[self.day] = Day(*(value * 4 // 10 + seconds for value in self.happened[self.day]))
        return days_shown


def write_linktree(folder: Path, truth: Truth) -> LinktreeTotals:
    """Write both days' captures; return what is live of the account's days."""
    happened = happened_days(truth)
    shown = [
        extract
        for capture in CAPTURES
        for extract in write_capture(Capture(folder, happened, capture, is_bare=capture == CAPTURES[0]))
    ]
    live = newest_wins(shown).values()
    return LinktreeTotals(len(live), sum(one.views for one in live), sum(one.clicks for one in live))


def write_capture(capture: Capture) -> list[dict[date, Day]]:
    """Write one day's answers: the default week first, then the year; return the days of each overview."""
    capture.save("AccountSettings", decoy(), None)
    overviews = []
    for number, window in enumerate(WINDOWS):
        shown = capture.shown(window, number)
        overviews.append(shown)
        capture.save("AccountAnalyticsOverview", analytics({"overview": overview(shown)}), window)
    total = sum(one.views for one in overviews[-1].values())
    capture.save("AccountAnalyticsLinks", analytics({"links": links(overviews[-1])}), WINDOWS[-1])
    capture.save("AccountAnalyticsSocials", analytics({"socials": socials(overviews[-1])}), WINDOWS[-1])
    root = "getAccountAnalytics" if capture.is_bare else "getFollowers"
    capture.save("AccountFollowers", {root: {"subscribers": subscribers(overviews[-1])}}, WINDOWS[-1])
    capture.save("AccountAnalyticsAudience", analytics(audience(total)), WINDOWS[-1])
    titles = {
        f"link{one}": {"id": one, "title": title, "active": is_active, "__typename": "Link"}
        for one, (title, is_active) in LINKS.items()
    }
    capture.save("LinkTitles", titles, None)
    return overviews


def happened_days(truth: Truth) -> dict[date, Day]:
    """Every day's figures."""
    rng = truth.random("linktree")
    found: dict[date, Day] = {}
    for day in days(CAPTURES[0] - timedelta(days=364), CAPTURES[-1]):
        views = rng.randint(0, 60)
        clicks = rng.randint(0, views + 2) if views else 0
        one = Day(views, clicks, views * rng.randint(60, 95) // 100, clicks * rng.randint(60, 95) // 100)
        found[day] = one._replace(unique_views=views + 1, unique_clicks=clicks + 1) if rng.random() < 0.02 else one
    return found

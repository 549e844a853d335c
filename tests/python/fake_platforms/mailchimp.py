"""Mailchimp on loopback: reports, clicks, lists, growth and activity, paged; and people, whom nobody may ask for."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from demo.mailchimp import ACTIVITY_DAYS, LISTS, mailings
from demo.mailchimp_answers import (
    Mailing,
    activity_answer,
    clicks_answer,
    growth_answer,
    list_object,
    members_answer,
    report_object,
)
from demo.truth import Truth
from fake_platforms.server import Portal, Reply, Request, answer

KEY = "0123456789abcdefcanarykey0123456-us9"


def problem(status: int, title: str, detail: str) -> Reply:
    """An error as Mailchimp answers it."""
    body = {"type": "https://mailchimp.example/glossary", "title": title, "status": status, "detail": detail, "instance": "9d1f"}
    return answer(body, status, **{"Content-Type": "application/problem+json; charset=utf-8"})


class Mailchimp(Portal):
    """One account. page: the most rows in one answer, whatever is asked for. stuck: every page is the first one."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today, self.truth, self.page, self.stuck, self.missing_rows = today, Truth(1987, 1), 1000, False, 0
        self.on("GET", "/3.0/reports")(self.inside(self.reports))
        self.on("GET", "/3.0/reports/([^/]+)/click-details")(self.inside(self.clicks))
        self.on("GET", "/3.0/lists")(self.inside(self.lists))
        self.on("GET", "/3.0/lists/([^/]+)/(growth-history|activity)")(self.inside(self.of_list))
        self.on("GET", "/3.0/lists/([^/]+)/members")(self.inside(lambda *_: answer(members_answer(LISTS[0]))))

    @property
    def environment(self) -> dict[str, str]:
        """What a user sets to fetch from here."""
        return {"BEDROT_MAILCHIMP_BASE_URL": f"{self.url}/3.0", "MAILCHIMP_API_KEY": KEY}

    @property
    def sent(self) -> list[Mailing]:
        """What was sent so far."""
        return [one for one in mailings() if one.sent.date() <= self.today]

    def report(self, one: Mailing) -> dict[str, Any]:
        """A campaign's report as it stands today."""
        return report_object(self.truth, one, self.today)

    def inside(self, handler: Callable[..., Reply]) -> Callable[..., Reply]:
        """Answer the key's owner."""

        def handle(request: Request, *found: str) -> Reply:
            said = request.headers.get("authorization", "").removeprefix("Basic ")
            if base64.b64decode(said).decode().partition(":")[2] != KEY:
                return problem(
                    401, "API Key Invalid", "Your API key may be invalid, or you've attempted to access the wrong datacenter."
                )
            return handler(request, *found)

        return handle

    def paged(self, request: Request, whole: dict[str, Any], key: str) -> Reply:
        """One page of a list, cut to the fields that were asked for."""
        count, offset = int(request.query.get("count", "10")), int(request.query.get("offset", "0"))
        if count > 1000:
            return problem(400, "Invalid Resource", "count: must be at most 1000")
        first = 0 if self.stuck else offset
        rows = whole[key][first : first + min(count, self.page)]
        body = whole | {key: rows, "total_items": len(whole[key]) + self.missing_rows}
        if fields := request.query.get("fields", "").split(","):
            body = {
                name: [{one: row[one] for one in row if f"{key}.{one}" in fields} for row in rows] if name == key else value
                for name, value in body.items()
                if name in fields or (name == key and any(one.startswith(f"{key}.") for one in fields))
            }
        return answer(body)

    def reports(self, request: Request) -> Reply:
        since = request.query.get("since_send_time")
        moment = datetime.fromisoformat(since).replace(tzinfo=None) if since else datetime.min
        found = [self.report(one) for one in self.sent[::-1] if one.sent >= moment]
        return self.paged(request, {"reports": found}, "reports")

    def clicks(self, request: Request, campaign: str) -> Reply:
        for one in self.sent:
            if one.campaign_id == campaign:
                return self.paged(request, clicks_answer(self.truth, one, self.today), "urls_clicked")
        return problem(404, "Resource Not Found", "The requested resource could not be found.")

    def lists(self, request: Request) -> Reply:
        return self.paged(request, {"lists": [list_object(self.truth, one, self.today) for one in LISTS]}, "lists")

    def of_list(self, request: Request, list_id: str, what: str) -> Reply:
        one = next((one for one in LISTS if one.list_id == list_id), None)
        if not one:
            return problem(404, "Resource Not Found", "The requested resource could not be found.")
        if what == "growth-history":
            return self.paged(request, growth_answer(self.truth, one, self.today), "history")
        first = self.today - timedelta(days=ACTIVITY_DAYS)
        return self.paged(request, activity_answer(self.truth, one, self.sent, first, self.today), "activity")

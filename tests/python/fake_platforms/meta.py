"""Meta's Marketing API on loopback: versioned edges, cursors, reports made aside, rate headers, errors in its own form."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from fake_platforms.server import Portal, Reply, Request, answer

TOKEN = "EAAcanary7Kq2Zx9MetaLabelSystemUserToken"
ACCOUNT = "act_310000000000017"
OLDEST_VERSION = 24
HEADERS = {"X-Business-Use-Case-Usage", "X-Ad-Account-Usage", "X-FB-Ads-Insights-Throttle", "X-App-Usage"}
Row = dict[str, Any]


@dataclass
class Ad:
    """One ad, with its ad set and campaign, and the days on which it was shown."""

    number: int
    campaign: int
    campaign_name: str
    first: date
    last: date
    is_deleted: bool = False

    @property
    def ids(self) -> Row:
        return {
            "campaign_id": f"12021000000000{self.campaign:04d}", "adset_id": f"12022000000000{self.number // 2:04d}",
            "ad_id": f"12023000000000{self.number:04d}",
        }  # fmt: skip


@dataclass
class AdAccount:
    """One ad account: its ads, and what Meta says of each day now."""

    id: str = ACCOUNT
    currency: str = "USD"
    ads: list[Ad] = field(default_factory=list)
    restated: dict[tuple[date, int], Decimal] = field(default_factory=dict)

    def spend(self, day: date, ad: Ad) -> Decimal:
        """What an ad spent on a day, in major units."""
        first = Decimal(100 + (day.toordinal() * 37 + ad.number * 91) % 900).scaleb(-2)
        return self.restated.get((day, ad.number), first)

    def insight(self, day: date, ad: Ad) -> Row:
        """An ad's day as the API gives it: text, and no key for what there is nothing of."""
        impressions = 200 + (day.toordinal() * 13 + ad.number * 7) % 800
        links = (day.toordinal() + ad.number) % 6
        row: Row = {"account_id": self.id.removeprefix("act_"), "account_currency": self.currency} | ad.ids
        row |= {"campaign_name": ad.campaign_name, "adset_name": f"SET {ad.number // 2}", "ad_name": f"AD {ad.number}"}
        row |= {"objective": "OUTCOME_TRAFFIC", "spend": str(self.spend(day, ad)), "impressions": str(impressions)}
        row |= {"reach": str(impressions - 9), "frequency": "1.034512", "clicks": str(links + 2), "ctr": "0.798085"}
        row |= {"cpm": "5.813953", "date_start": str(day), "date_stop": str(day)}
        if links:
            row["inline_link_clicks"] = str(links)
            row["actions"] = [
                {"action_type": "link_click", "value": str(links)},
                {"action_type": "offsite_conversion.custom.990000000000001", "value": str(links + 1), "1d_view": "1"},
                {"action_type": "onsite_conversion.post_save", "value": "1"},
            ]
        return row

    def days(self, first: date, last: date, with_deleted: bool = True) -> list[Row]:
        """The rows of a range of days; those of deleted ads only where they are asked for."""
        return [
            self.insight(day, ad)
            for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
            for ad in self.ads
            if ad.first <= day <= ad.last and (with_deleted or not ad.is_deleted)
        ]

    def total(self) -> Decimal:
        """What every ad spent on every day."""
        return sum(Decimal(row["spend"]) for row in self.days(date(2020, 1, 1), date(2030, 1, 1)))

    def objects(self, edge: str) -> list[Row]:
        """The rows of an edge."""
        rows: dict[str, Row] = {}
        for ad in self.ads:
            ids = ad.ids
            common = {"status": "ACTIVE", "effective_status": "DELETED" if ad.is_deleted else "ACTIVE"}
            common |= {"account_id": self.id.removeprefix("act_"), "updated_time": "2026-06-30T10:15:00-0700"}
            if edge == "campaigns":
                row = {"id": ids["campaign_id"], "name": ad.campaign_name, "objective": "OUTCOME_TRAFFIC", "daily_budget": "0"}
                row |= {"lifetime_budget": "50000", "buying_type": "AUCTION", "start_time": f"{ad.first}T00:00:00-0700"}
            elif edge == "adsets":
                row = {"id": ids["adset_id"], "name": f"SET {ad.number // 2}", "campaign_id": ids["campaign_id"]}
                row |= {"targeting": {"geo_locations": {"countries": ["DE", "US"]}, "age_min": 18}}
            else:
                row = {"id": ids["ad_id"], "name": f"AD {ad.number}", "campaign_id": ids["campaign_id"]}
                row |= {"adset_id": ids["adset_id"], "creative": {"id": "990000000000000042"}}
                row |= {"tracking_specs": [{"action.type": ["post_engagement"], "post.wall": ["7"]}]}
            rows.setdefault(row["id"], row | common)
        return list(rows.values())


class Meta(Portal):
    """The Marketing API.

    plan: how the next reports end ("done", "failed", "skipped", "stuck"; "done" after the last).
    polls: how often a report is asked after before it ends. most_days: more of them at once are too much.
    loops: cursors lead back to the first page. elsewhere: the host that `next` names.
    """

    def __init__(self, today: date, accounts: list[AdAccount], page_rows: int = 40, polls: int = 2) -> None:
        super().__init__()
        self.today, self.accounts, self.page_rows, self.polls = today, {one.id: one for one in accounts}, page_rows, polls
        self.plan: list[str] = []
        self.reports: dict[str, Row] = {}
        self.most_days = 10_000
        self.most_rows = 500
        self.loops = False
        self.elsewhere = ""
        self.usage: dict[str, str] = {}
        self.on("GET", r"/v([0-9]+)[.]0/(act_[0-9]+)")(self.checked(self.account))
        self.on("GET", r"/v([0-9]+)[.]0/(act_[0-9]+)/(campaigns|adsets|ads)")(self.checked(self.edge))
        self.on("GET", r"/v([0-9]+)[.]0/(act_[0-9]+)/insights")(self.checked(self.insights))
        self.on("POST", r"/v([0-9]+)[.]0/(act_[0-9]+)/insights")(self.checked(self.start_report))
        self.on("GET", r"/v([0-9]+)[.]0/([0-9]+)")(self.checked(self.report))
        self.on("GET", r"/v([0-9]+)[.]0/([0-9]+)/insights")(self.checked(self.report_rows))

    def checked(self, handler: Callable[..., Reply]) -> Callable[..., Reply]:
        """Answer only a known version, token and account."""

        def handle(request: Request, version: str, *found: str) -> Reply:
            if int(version) < OLDEST_VERSION:
                return error(2635, "You are calling a deprecated version of the Ads API. Please update to v25.0.")
            if request.headers.get("authorization") != f"Bearer {TOKEN}":
                return error(190, "Error validating access token: the session has expired.", 463)
            if found[0].startswith("act_") and found[0] not in self.accounts:
                return error(100, f"Unsupported get request. Object with ID '{found[0]}' does not exist.", 33)
            reply = handler(request, *found)
            reply.headers |= self.usage
            return reply

        return handle

    def account(self, request: Request, name: str) -> Reply:
        one = self.accounts[name]
        return answer({
            "id": name, "name": "Label ads", "currency": one.currency, "timezone_name": "America/Los_Angeles",
            "timezone_offset_hours_utc": -7, "account_status": 1,
        })  # fmt: skip

    def edge(self, request: Request, name: str, edge: str) -> Reply:
        return self.page(request, self.accounts[name].objects(edge))

    def insights(self, request: Request, name: str) -> Reply:
        rows = self.asked_for(request.query, name)
        return rows if isinstance(rows, Reply) else self.page(request, rows)

    def asked_for(self, asked: dict[str, str], name: str) -> list[Row] | Reply:
        """The rows of a request, or the error that it gets."""
        window = json.loads(asked["time_range"])
        first, last = date.fromisoformat(window["since"]), date.fromisoformat(window["until"])
        if (self.today - first).days > 1127:
            return error(3018, "The start date of the time range cannot be beyond 37 months from the current date.")
        if (last - first).days >= self.most_days:
            return error(100, "Please reduce the amount of data you're asking for, then retry your request", 1487534)
        with_deleted = any("DELETED" in one["value"] for one in json.loads(asked.get("filtering", "[]")))
        rows = self.accounts[name].days(first, last, with_deleted)
        if asked.get("time_increment") != "1":
            rows = [row | {"date_start": str(first), "date_stop": str(last)} for row in rows]
        wanted = {*asked["fields"].split(","), "date_start", "date_stop"}
        return [{key: value for key, value in row.items() if key in wanted} for row in rows]

    def start_report(self, request: Request, name: str) -> Reply:
        rows = self.asked_for(request.form, name)
        if isinstance(rows, Reply):
            return rows
        with self.lock:
            number = f"6023{len(self.reports):011d}"
            end = self.plan.pop(0) if self.plan else "done"
            self.reports[number] = {"rows": rows, "end": end, "polls": 0}
        return answer({"report_run_id": number})

    def report(self, request: Request, number: str) -> Reply:
        one = self.reports[number]
        one["polls"] += 1
        ended = one["polls"] > self.polls
        status = {"done": "Job Completed", "failed": "Job Failed", "skipped": "Job Skipped", "stuck": "Job Running"}[one["end"]]
        percent = {"Job Completed": 100, "Job Running": 99}.get(status, 0)
        if not ended:
            # a report can be completed before all of it can be read
            status, percent = [("Job Not Started", 0), ("Job Completed", 97)][one["polls"] == self.polls]
        return answer({"id": number, "async_status": status, "async_percent_completion": percent})

    def report_rows(self, request: Request, number: str) -> Reply:
        one = self.reports[number]
        if one["end"] != "done" or one["polls"] <= self.polls:
            return error(2601, "Error accessing adreport job.")
        return self.page(request, one["rows"])

    def page(self, request: Request, rows: list[Row]) -> Reply:
        """One page of a list: never more than the page's size, a cursor, and an address with the token in it."""
        limit = int(request.query.get("limit", 25))
        if limit > self.most_rows:
            return error(1, "Please reduce the amount of data you're asking for, then retry your request", 99, status=500)
        start = int(base64.b64decode(request.query["after"])) if "after" in request.query else 0
        stop = start + min(limit, self.page_rows)
        document: Row = {"data": rows[start:stop]}
        if rows:
            after = base64.b64encode(str(0 if self.loops else stop).encode()).decode()
            document["paging"] = {"cursors": {"before": "MAZDZD", "after": after}}
        if stop < len(rows):
            query = urlencode({"access_token": TOKEN} | request.query | {"after": after})
            document["paging"]["next"] = f"{self.elsewhere or self.url}{request.path}?{query}"
        text = json.dumps(document, ensure_ascii=False).replace("/", "\\/")
        return answer(text)


def error(code: int, message: str, subcode: int = 0, status: int = 400, **headers: str) -> Reply:
    """An error in Meta's form."""
    body: Row = {"message": f"(#{code}) {message}", "type": "OAuthException", "code": code, "fbtrace_id": "AbCdEfGhIjKlMnO"}
    if subcode:
        body["error_subcode"] = subcode
    return answer({"error": body | {"is_transient": code in (1, 2)}}, status, **headers)


def fault(code: int, subcode: int = 0, status: int = 400, **headers: str) -> dict[str, Any]:
    """The options of a fault that answers with an error."""
    reply = error(code, "Made to fail", subcode, status, **headers)
    return {"status": status, "content": reply.content, "headers": reply.headers}


def made_up(today: date, first: date | None = None) -> AdAccount:
    """An account with two campaigns and five ads, one of them deleted, the last shown until yesterday."""
    yesterday = today - timedelta(days=1)
    first = first or today - timedelta(days=75)
    return AdAccount(ads=list(_ads(first, yesterday)))


def _ads(first: date, yesterday: date) -> Iterator[Ad]:
    yield Ad(2, 1, "PIG1987 - NEON DRIFT - BROAD", first, yesterday)
    yield Ad(3, 1, "PIG1987 - NEON DRIFT - BROAD", first, yesterday - timedelta(days=12))
    yield Ad(4, 2, "ZONE A0 - GLASS CITY - RETARGETING", first + timedelta(days=20), yesterday)
    yield Ad(5, 2, "ZONE A0 - GLASS CITY - RETARGETING", first + timedelta(days=20), yesterday)
    yield Ad(6, 2, "ZONE A0 - GLASS CITY - RETARGETING", first + timedelta(days=5), yesterday - timedelta(days=2), True)

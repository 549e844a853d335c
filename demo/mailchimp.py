"""Mailchimp: reports, clicks, lists, growth and activity, as two pulls a month apart would have saved them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from demo.mailchimp_answers import (
    Mailing,
    MailingList,
    activity_answer,
    clicks_answer,
    growth_answer,
    list_object,
    members_answer,
    paged,
    report_object,
)
from demo.totals import EmailTotals
from demo.truth import Truth
from demo.writing import pages_text, write_text

FANS = MailingList("a1b2c3d4e5", "PIG1987 fans", date(2024, 7, 2), 640)
NEWS = MailingList("f6a7b8c9d0", "Label news", date(2025, 2, 3), 120)
LISTS = (FANS, NEWS)
PULLS = (datetime(2026, 6, 5, 10, 20), datetime(2026, 7, 4, 10, 20))
REPORT_DAYS = 90
ACTIVITY_DAYS = 180


def mailings() -> list[Mailing]:
    """Every campaign that was sent, oldest first."""
    found = []
    for number in range(13):
        month = 6 + number * 2 if number < 10 else 17 + number
        sent = datetime(2024 + month // 12, month % 12 + 1, 18 - number % 5, 16, 30)
        found.append(Mailing(f"c0ffee{number:04d}", FANS if number % 3 else NEWS, f"Release mail {number + 1}", sent))
    return sorted((one for one in found if one.sent.date() > one.mailing_list.created), key=lambda one: one.sent)


def write_mailchimp(folder: Path, truth: Truth) -> EmailTotals:
    """Write both pulls; return what is live: each campaign's newest report, each list's newest months."""
    newest: dict[str, dict[str, Any]] = {}
    for place, pull in enumerate(PULLS):
        stamp = f"{pull:%Y%m%d_%H%M%S}"
        since = pull - timedelta(days=REPORT_DAYS) if place else datetime(2000, 1, 1)
        asked = [one for one in mailings() if since <= one.sent < pull]
        reports = [report_object(truth, one, pull.date()) for one in asked]
        newest |= {one["id"]: one for one in reports}
        pages = [paged("reports", reports[start : start + 5], len(reports)) for start in range(0, len(reports), 5)]
        write_text(folder / f"mailchimp_reports_{stamp}.json", pages_text(pages))
        write_text(
            folder / f"mailchimp_lists_{stamp}.json",
            pages_text([paged("lists", [list_object(truth, one, pull.date()) for one in LISTS], len(LISTS))]),
        )
        for one in asked:
            name = f"mailchimp_clicks_{one.mailing_list.list_id}_{one.campaign_id}_{stamp}.json"
            write_text(folder / name, pages_text([clicks_answer(truth, one, pull.date())]))
        for mailing_list in LISTS:
            growth = growth_answer(truth, mailing_list, pull.date())
            write_text(folder / f"mailchimp_growth_{mailing_list.list_id}_{stamp}.json", pages_text([growth]))
            first = pull.date() - timedelta(days=ACTIVITY_DAYS)
            activity = activity_answer(truth, mailing_list, mailings(), first, pull.date())
            write_text(folder / f"mailchimp_activity_{mailing_list.list_id}_{stamp}.json", pages_text([activity]))
    write_text(folder / f"mailchimp_members_{FANS.list_id}.json", pages_text([members_answer(FANS)]))
    return EmailTotals(
        campaigns=len(newest),
        emails_sent=sum(one["emails_sent"] for one in newest.values()),
        bounces=sum(one["bounces"]["hard_bounces"] + one["bounces"]["soft_bounces"] for one in newest.values()),
        opens=sum(one["opens"]["opens_total"] for one in newest.values()),
        proxy_excluded_opens=sum(one["opens"]["proxy_excluded_opens"] for one in newest.values()),
        clicks=sum(one["clicks"]["clicks_total"] for one in newest.values()),
        unsubscribes=sum(one["unsubscribed"] for one in newest.values()),
        list_months={one.name: len(growth_answer(truth, one, PULLS[-1].date())["history"]) for one in LISTS},
        subscribers={one.name: list_object(truth, one, PULLS[-1].date())["stats"]["member_count"] for one in LISTS},
    )

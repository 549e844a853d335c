"""What Mailchimp's API answers, call by call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from demo.label import MAILCHIMP_EMAIL
from demo.truth import Truth, days, later_month, month_of

Answer = dict[str, Any]
LINKS = ("https://example.com/neon-drift", "https://example.com/merch?utm_source=mail")


@dataclass(frozen=True)
class MailingList:
    """One list (audience) and about how many it began with."""

    list_id: str
    name: str
    created: date
    members: int


@dataclass(frozen=True)
class Mailing:
    """One campaign."""

    campaign_id: str
    mailing_list: MailingList
    title: str
    sent: datetime


def paged(key: str, rows: Sequence[Answer], total: int, **stated: str) -> Answer:
    """One page of an answer; `total_items` counts all pages."""
    return {key: list(rows), **stated, "total_items": total, "_links": links(key)}


def links(key: str) -> list[Answer]:
    """The addresses that every answer carries; they say nothing."""
    return [{"rel": "self", "href": f"https://us9.api.mailchimp.com/3.0/{key}", "method": "GET"}]


def subscribers(truth: Truth, one: MailingList, month: str) -> int:
    """Members subscribed at the end of a month; a few months lose more than they win."""
    count = one.members
    for number, drift in enumerate(month_drifts(truth, one)):
        if later_month(month_of(one.created), number) > month:
            break
        count += drift
    return count


def month_drifts(truth: Truth, one: MailingList) -> list[int]:
    """The net change of each month since the list was made."""
    rng = truth.random(f"mailchimp/{one.list_id}")
    return [rng.randint(-6, 30) for _ in range(36)]


def report_object(truth: Truth, one: Mailing, as_of: date) -> Answer:
    """A campaign's report: opens still arrive for four weeks; more than a third of them are proxies'."""
    rng = truth.random(f"mailchimp/{one.campaign_id}")
    sent = subscribers(truth, one.mailing_list, month_of(one.sent.date()))
    hard, soft, left = rng.randint(0, 4), rng.randint(0, 6), rng.randint(0, 5)
    share = min((as_of - one.sent.date()).days, 28) / 28
    unique = round(sent * rng.uniform(0.3, 0.5) * (0.7 + 0.3 * share))
    clickers = round(sent * rng.uniform(0.03, 0.08) * (0.7 + 0.3 * share))
    delivered = sent - hard - soft
    last_click = one.sent + timedelta(hours=5) if clickers else None
    return {
        "id": one.campaign_id, "campaign_title": one.title, "type": "regular", "list_id": one.mailing_list.list_id,
        "list_is_active": True, "list_name": one.mailing_list.name, "subject_line": f"{one.title}: out now",
        "preview_text": "", "emails_sent": sent, "abuse_reports": 0, "unsubscribed": left, "send_time": stamp(one.sent),
        "bounces": {"hard_bounces": hard, "soft_bounces": soft, "syntax_errors": 0},
        "forwards": {"forwards_count": 0, "forwards_opens": 0},
        "opens": {
            "opens_total": unique * 2, "proxy_excluded_opens": unique * 6 // 5, "unique_opens": unique,
            "proxy_excluded_unique_opens": unique * 3 // 5, "open_rate": unique / delivered,
            "proxy_excluded_open_rate": unique * 3 // 5 / delivered, "last_open": stamp(one.sent + timedelta(days=2)),
        },
        "clicks": {
            "clicks_total": clickers * 3 // 2, "unique_clicks": clickers * 5 // 4, "unique_subscriber_clicks": clickers,
            "click_rate": clickers / delivered, "last_click": stamp(last_click),
        },
        "timeseries": [
            {"timestamp": stamp(one.sent + timedelta(hours=hour)), "emails_sent": sent if not hour else 0,
             "unique_opens": unique // (4 + hour), "recipients_clicks": clickers // (4 + hour)}
            for hour in range(3)
        ],
        "share_report": {"share_url": f"https://us9.campaign-archive.example/{one.campaign_id}", "share_password": ""},
        "_links": links(f"reports/{one.campaign_id}"),
    }  # fmt: skip


def clicks_answer(truth: Truth, one: Mailing, as_of: date) -> Answer:
    """Clicks of each link in a campaign."""
    clicks = report_object(truth, one, as_of)["clicks"]
    rows = []
    for place, url in enumerate(LINKS):
        total, unique = (clicks[name] // (1 + place) for name in ("clicks_total", "unique_clicks"))
        rows.append({
            "id": f"{one.campaign_id}{place}", "url": url, "total_clicks": total, "click_percentage": 1 / (1 + place),
            "unique_clicks": unique, "unique_click_percentage": 1 / (1 + place), "last_click": clicks["last_click"],
            "campaign_id": one.campaign_id, "_links": links(f"reports/{one.campaign_id}/click-details"),
        })  # fmt: skip
    return paged("urls_clicked", rows, len(rows), campaign_id=one.campaign_id)


def list_object(truth: Truth, one: MailingList, as_of: date) -> Answer:
    """A list, with whom to write to and where (nobody may keep that); its rates are percentages."""
    return {
        "id": one.list_id, "web_id": 4711, "name": one.name,
        "contact": {"company": "Example Records", "address1": "1 Example Street", "city": "Berlin", "country": "DE"},
        "campaign_defaults": {"from_name": "Example Records", "from_email": MAILCHIMP_EMAIL, "subject": "", "language": "en"},
        "notify_on_subscribe": MAILCHIMP_EMAIL, "date_created": stamp(datetime.combine(one.created, datetime.min.time())),
        "beamer_address": f"us9-{one.list_id}@inbound.example.com", "visibility": "prv",
        "stats": {
            "member_count": subscribers(truth, one, month_of(as_of)), "unsubscribe_count": 31, "cleaned_count": 12,
            "campaign_count": 7, "campaign_last_sent": "", "avg_sub_rate": 14, "open_rate": 41.25, "click_rate": 5.125,
        },
        "_links": links(f"lists/{one.list_id}"),
    }  # fmt: skip


def growth_answer(truth: Truth, one: MailingList, as_of: date) -> Answer:
    """Levels at the end of each month, newest first; the deprecated columns are 0."""
    months, month = [], month_of(one.created)
    while month <= month_of(as_of):
        months.append(month)
        month = later_month(month, 1)
    rows = [
        {
            "list_id": one.list_id, "month": name, "existing": 0, "imports": 0, "optins": 0,
            "subscribed": subscribers(truth, one, name), "unsubscribed": place + 2, "reconfirm": 0, "cleaned": place // 2,
            "pending": 1, "deleted": place // 3, "transactional": 0, "_links": links("growth-history"),
        }
        for place, name in enumerate(months)
    ]  # fmt: skip
    return paged("history", rows[::-1], len(rows), list_id=one.list_id)


def activity_answer(truth: Truth, one: MailingList, mailings: Sequence[Mailing], first: date, last: date) -> Answer:
    """What happened on a list each day, newest first."""
    rng = truth.random(f"mailchimp/{one.list_id}/activity")
    rows = []
    for day in days(max(first, one.created), last):
        reports = [report_object(truth, mail, last) for mail in mailings if mail.mailing_list is one and mail.sent.date() == day]
        rows.append({
            "day": str(day), "emails_sent": sum(mail["emails_sent"] for mail in reports),
            "unique_opens": sum(mail["opens"]["unique_opens"] for mail in reports),
            "recipient_clicks": sum(mail["clicks"]["unique_subscriber_clicks"] for mail in reports),
            "hard_bounce": 0, "soft_bounce": 0, "subs": rng.randint(0, 3), "unsubs": rng.randint(0, 1),
            "other_adds": 0, "other_removes": 0, "_links": links("activity"),
        })  # fmt: skip
    return paged("activity", rows[::-1], len(rows), list_id=one.list_id)


def members_answer(one: MailingList) -> Answer:
    """What nobody may keep."""
    member = {"id": "0" * 32, "email_address": MAILCHIMP_EMAIL, "full_name": "Example Person", "status": "subscribed"}
    return paged("members", [member], 1, list_id=one.list_id)


def stamp(moment: datetime | None) -> str:
    """A time as Mailchimp writes it; never is an empty text."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}+00:00" if moment else ""

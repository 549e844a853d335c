"""Mailchimp through its API: every campaign once, later those that still move; pages whole, people never."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date, timedelta
from typing import Any

import pytest
from fake_platforms.mailchimp import KEY, Mailchimp
from support.builds import Build
from support.commands import PROJECT_DIR, cli, rows

from common.settings import Settings
from demo.label import MAILCHIMP_EMAIL
from demo.mailchimp import FANS, LISTS, NEWS
from demo.mailchimp_answers import activity_answer, growth_answer, list_object

TODAY = date(2026, 7, 4)


def extract(config: Settings, portal: Mailchimp, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Fetch from the portal; what is set to '' is not set."""
    config.data_dir.parent.mkdir(parents=True, exist_ok=True)
    return cli(
        config.data_dir, "extract", "mailchimp", *arguments,
        **portal.environment | {"BEDROT_AS_OF": str(portal.today), "BEDROT_RETRY_SECONDS": "0.02"} | environment,
    )  # fmt: skip


def landed_reports(config: Settings) -> dict[str, tuple[str, int]]:
    """List and mails sent of each campaign, as last landed."""
    found = rows(config, "mailchimp", "reports", "_account, id, emails_sent")
    return {campaign: (account, int(sent)) for account, campaign, sent in found}


def sent_by(portal: Mailchimp) -> dict[str, tuple[str, int]]:
    """What the platform knows, in the same form."""
    return {one.campaign_id: (one.mailing_list.list_id, portal.report(one)["emails_sent"]) for one in portal.sent}


def newest(config: Settings, table: str, key: str, value: str) -> dict[tuple[str, str], str]:
    """One column of each account and key, as last landed."""
    return {(account, one): stated for account, one, stated in rows(config, "mailchimp", table, f'_account, "{key}", "{value}"')}


def landed(config: Settings, table: str) -> list[Any]:
    """The extracts of a table."""
    return list(config.landing_dir.glob(f"mailchimp/{table}/2*.parquet"))


def start(config: Settings, portal: Mailchimp) -> subprocess.Popen[str]:
    """Begin to fetch, and leave it to itself."""
    given = portal.environment | {"BEDROT_AS_OF": str(portal.today), "BEDROT_DATA_DIR": str(config.data_dir)}
    return subprocess.Popen(
        [sys.executable, str(PROJECT_DIR / "cli.py"), "extract", "mailchimp"], env=os.environ | given,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def until_asked(portal: Mailchimp, pattern: str) -> None:
    deadline = time.monotonic() + 60
    while not portal.asked(pattern):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_two_at_once_are_one_and_a_killed_run_is_healed_by_the_next(config: Settings) -> None:
    with Mailchimp(TODAY) as portal:
        portal.fail("/3.0/reports$|/3.0/reports[?]", "hang", times=1, seconds=8)
        first = start(config, portal)
        until_asked(portal, "/3.0/reports$")
        second = extract(config, portal, BEDROT_LOCK_WAIT_SECONDS="0.2")
        assert second.returncode == 7 and "another run is fetching it" in second.stderr, second.stderr
        first.kill()
        first.wait()
        assert not landed(config, "reports")
        portal.heal()
        done = extract(config, portal)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert landed_reports(config) == sent_by(portal)


def test_every_campaign_once_and_later_those_that_still_move(config: Settings) -> None:
    with Mailchimp(TODAY) as portal:
        portal.page = 3
        done = extract(config, portal)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert landed_reports(config) == sent_by(portal) and len(portal.sent) == 11
        asked = portal.asked("/3.0/reports$")
        assert [one.query["offset"] for one in asked] == ["0", "3", "6", "9"]
        assert not any("since_send_time" in one.query for one in asked)
        assert len(portal.asked("/click-details")) == len(portal.sent)
        for one in LISTS:
            known = growth_answer(portal.truth, one, TODAY)["history"]
            stated = newest(config, "list_growth", "month", "subscribed")
            assert {month: value for (account, month), value in stated.items() if account == one.list_id} == {
                row["month"]: str(row["subscribed"]) for row in known
            }
            known = activity_answer(portal.truth, one, portal.sent, TODAY - timedelta(days=180), TODAY)["activity"]
            stated = newest(config, "list_activity", "day", "emails_sent")
            assert {day: value for (account, day), value in stated.items() if account == one.list_id} == {
                row["day"]: str(row["emails_sent"]) for row in known
            }

        again = extract(config, portal)
        assert again.returncode == 0 and "lists: unchanged" in again.stdout, again.stdout
        assert {one.query["since_send_time"] for one in portal.asked("/3.0/reports$")[4:]} == {"2026-04-05T00:00:00+00:00"}
        third = extract(config, portal)
        assert third.returncode == 0 and third.stdout.count(": unchanged") == 2, third.stdout
        assert landed_reports(config) == sent_by(portal)
        assert all(
            "lists.stats" in one.query["fields"] and "contact" not in one.query["fields"] for one in portal.asked("/lists$")
        )
        assert not portal.asked("members") and not portal.asked("email-activity")
    kept = b"".join(path.read_bytes() for path in config.data_dir.rglob("*") if path.is_file())
    told = (done.stdout + done.stderr).encode()
    assert not [one for one in (KEY, MAILCHIMP_EMAIL, "Example Street", "inbound.example") if one.encode() in kept + told]


def test_since_asks_from_that_day_on(config: Settings) -> None:
    with Mailchimp(TODAY) as portal:
        assert extract(config, portal, "--since", "2026-04-01").returncode == 0
        assert {one.query["since_send_time"] for one in portal.asked("/3.0/reports$")} == {"2026-04-01T00:00:00+00:00"}
        assert set(landed_reports(config)) == {one.campaign_id for one in portal.sent if one.sent.date() >= date(2026, 4, 1)}


def test_a_configured_list_limits_growth_and_activity(config: Settings) -> None:
    with Mailchimp(TODAY) as portal:
        assert extract(config, portal, MAILCHIMP_LIST_ID=NEWS.list_id).returncode == 0
        assert {one.path.split("/")[3] for one in portal.asked("/lists/")} == {NEWS.list_id}


@pytest.mark.parametrize(
    ("fault", "told"), [("stuck", "a page that was there before"), ("missing_rows", "a page that was there before")]
)
def test_pages_that_lead_nowhere_stop_and_nothing_half_lands(config: Settings, fault: str, told: str) -> None:
    with Mailchimp(TODAY) as portal:
        portal.page = 4
        setattr(portal, fault, 1)
        done = extract(config, portal)
        assert done.returncode == 5 and told in done.stderr
        assert len(portal.requests) < 20
    assert not landed(config, "reports")


def test_a_wrong_key_needs_a_person_and_is_shown_nowhere(config: Settings) -> None:
    with Mailchimp(TODAY) as portal:
        done = extract(config, portal, MAILCHIMP_API_KEY="someotherkey0123456789-us9")
        assert done.returncode == 4 and "Your API key may be invalid" in done.stderr and "Renew them in .env" in done.stderr
        assert "someotherkey" not in done.stdout + done.stderr and len(portal.requests) == 1
    assert not landed(config, "reports") and not landed(config, "lists")


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        (b"", 5, "asks to wait 60 s"),
        (b"<html>Forbidden</html>", 5, "asks to wait 60 s"),
        (b'{"title": "Forbidden", "status": 403, "detail": "This account has been deactivated."}', 4, "has been deactivated"),
    ],
)
def test_a_bare_403_is_too_much_asked_and_one_with_a_reason_a_persons_work(
    config: Settings, content: bytes, code: int, told: str
) -> None:
    with Mailchimp(TODAY) as portal:
        portal.fail("/lists[?]|/reports[?]", "status", status=403, content=content)
        done = extract(config, portal, BEDROT_THROTTLE_SECONDS="1")
    assert done.returncode == code and told in done.stderr


@pytest.mark.parametrize("key", ["nodatacentre", "abc-evil.example/x", "abc-US9", "abc-"])
def test_a_key_without_a_data_centre_is_wrong_use_and_asks_nobody(config: Settings, key: str) -> None:
    with Mailchimp(TODAY) as portal:
        done = extract(config, portal, MAILCHIMP_API_KEY=key, BEDROT_MAILCHIMP_BASE_URL="")
    assert done.returncode == 2 and "names no data centre at its end" in done.stderr and key not in done.stderr


def test_nothing_set_names_what_is_missing(config: Settings) -> None:
    with Mailchimp(TODAY) as portal:
        done = extract(config, portal, MAILCHIMP_API_KEY="")
    assert done.returncode == 2 and "MAILCHIMP_API_KEY is missing in .env" in done.stderr


@pytest.mark.parametrize(
    "content", [b"[]", b"{}", b'{"reports": [{}], "lists": [{}], "total_items": 1}', b'{"total_items": 1}', b"7"]
)
def test_an_answer_of_another_shape_is_told_in_one_line(config: Settings, content: bytes) -> None:
    with Mailchimp(TODAY) as portal:
        portal.fail("/reports[?]|/lists[?]", "status", status=200, content=content)
        done = extract(config, portal)
    assert done.returncode in (5, 6) and len(done.stderr.splitlines()) == 2 and "Traceback" not in done.stderr
    assert not landed(config, "reports") and not landed(config, "lists")


def test_a_feed_that_fails_stops_no_other(config: Settings) -> None:
    with Mailchimp(TODAY) as portal:
        portal.fail("/reports[?]", "status", status=500)
        done = extract(config, portal, BEDROT_TRIES="2")
        assert done.returncode == 5 and "campaign reports: failed" in done.stderr
        portal.heal()
        assert extract(config, portal).returncode == 0
        assert landed_reports(config) == sent_by(portal)


def test_marts_say_what_the_platform_knows(config: Settings, built: Build) -> None:
    with Mailchimp(TODAY) as portal:
        for day in (TODAY - timedelta(days=29), TODAY):
            portal.today = day
            assert extract(config, portal).returncode == 0
        reports = {one.campaign_id: portal.report(one) for one in portal.sent}
    with built(TODAY, "email_campaigns", "email_lists", "email_list_growth") as con:
        con.execute("set schema = 'marts'")
        found = con.execute(
            "select campaign_id, emails_sent, opens, proxy_excluded_opens, clicks, unsubscribes, open_rate, click_rate from email_campaigns"
        ).fetchall()
        assert {one[0]: one[1:6] for one in found} == {
            campaign: (
                one["emails_sent"], one["opens"]["opens_total"], one["opens"]["proxy_excluded_opens"],
                one["clicks"]["clicks_total"], one["unsubscribed"],
            )
            for campaign, one in reports.items()
        }  # fmt: skip
        for campaign, *_, open_rate, click_rate in found:
            stated = reports[campaign]
            assert (open_rate, click_rate) == pytest.approx((stated["opens"]["open_rate"], stated["clicks"]["click_rate"]))
        levels = dict(con.execute("select list_name, subscribers_total from email_lists").fetchall())
        last = "select list_name, max_by(subscribers_total, growth_month), sum(subscribers_net) from email_list_growth group by 1"
        growth = {name: (level, net) for name, level, net in con.execute(last).fetchall()}
        for one in LISTS:
            level = list_object(portal.truth, one, TODAY)["stats"]["member_count"]
            first = growth_answer(portal.truth, one, TODAY)["history"][-1]["subscribed"]
            assert levels[one.name] == level and growth[one.name] == (level, level - first)
        assert con.execute("select stated_open_rate from email_lists where list_id = ?", [FANS.list_id]).fetchone() == (0.4125,)

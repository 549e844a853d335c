"""Meta Ads through the Marketing API: every day lands exactly, restated days replace, and what goes wrong is told apart."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from fake_platforms.meta import ACCOUNT, TOKEN, AdAccount, Meta, fault, made_up
from fake_platforms.server import Portal
from support.builds import Build
from support.commands import PROJECT_DIR, cli, rows, timeline
from support.meta_ads import TODAY, WEEK, environment, extract, has_landed

from common.settings import Settings

MARTS = ("ad_performance_daily", "conversion_events", "int_campaign_totals_combined")


def spent(config: Settings) -> Decimal:
    """What all landed rows of days add up to."""
    return sum(Decimal(spend) for (spend,) in rows(config, "meta_ads", "insights_daily", "spend"))


def of_week(portal: Meta) -> Decimal:
    """What the portal says of the last seven days."""
    account = portal.accounts[ACCOUNT]
    days = account.days(date.fromisoformat(WEEK), portal.today - timedelta(days=1))
    return sum(Decimal(row["spend"]) for row in days)


def test_all_of_it_lands_once_and_lands_again_as_unchanged(config: Settings) -> None:
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        done = extract(config, portal)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        asked = [json.loads(one.form["time_range"]) for one in portal.asked("/act_[0-9]+/insights")]
        assert asked[0]["since"] == "2023-06-08" and asked[-1] == {"since": "2026-06-04", "until": "2026-07-03"}
        assert all(one["until"] < two["since"] for one, two in zip(asked, asked[1:], strict=False))
        first = len(portal.requests)
        again = extract(config, portal)
        assert again.returncode == 0 and again.stdout.count("unchanged") == 5
        assert len(portal.requests) - first < 20
        assert all(one.headers["authorization"] == f"Bearer {TOKEN}" for one in portal.requests)
        assert not any("access_token" in one.query or TOKEN in one.body.decode() for one in portal.requests)
        portal.accounts[ACCOUNT].ads.clear()
        assert spent(config) == made_up(TODAY).total() == Decimal("1709.06")
    assert [len(rows(config, "meta_ads", table)) for table in ("account", "campaigns", "adsets", "ads")] == [1, 2, 3, 5]
    assert {one for (one,) in rows(config, "meta_ads", "insights_daily", "_account")} == {ACCOUNT}
    assert rows(config, "meta_ads", "ads", "creative, tracking_specs")[0] == (
        '{"id":"990000000000000042"}', '[{"action.type":["post_engagement"],"post.wall":["7"]}]',
    )  # fmt: skip
    assert not (config.landing_dir / "meta_ads" / "insights_window").exists()
    for command in ("verify", "replay"):
        assert cli(config.data_dir, command).returncode == 0


def test_the_token_is_nowhere_but_in_the_header(config: Settings) -> None:
    config.data_dir.parent.mkdir(exist_ok=True)
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        command = [sys.executable, str(PROJECT_DIR / "cli.py"), "--debug", "extract", "meta_ads", "--since", "2026-05-01"]
        everything = os.environ | environment(portal) | {"BEDROT_DATA_DIR": str(config.data_dir)}
        running = subprocess.Popen(command, env=everything, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        listed = set()
        while not portal.requests or running.poll() is None:
            listed |= processes()
            time.sleep(0.05)
        told = b"".join(running.communicate())
        assert running.returncode == 0, told.decode()
        assert b"asked" in told
        assert sys.platform != "linux" or any(b"extract\0meta_ads" in one for one in listed)
        failed = extract(config, portal, "--since", WEEK, META_ACCESS_TOKEN=TOKEN[:-1] + "x")
        assert failed.returncode == 4
    originals = b"".join(path.read_bytes() for path in config.originals_dir.rglob("*.json"))
    assert b"access_token=***" in originals
    for content in (told, failed.stderr.encode(), failed.stdout.encode(), *listed, *everything_in(config.data_dir)):
        assert TOKEN.encode() not in content and TOKEN[:-1].encode() not in content


def processes() -> set[bytes]:
    """The command line of every process, where the system shows them as files."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.add(path.read_bytes())
    return found


def everything_in(folder: Path) -> list[bytes]:
    """Every file's bytes and name; landed rows as text too, since Parquet packs them."""
    found = [path.read_bytes() + str(path).encode() for path in folder.rglob("*") if path.is_file()]
    landed = [duckdb.sql(f"select * from read_parquet('{path}')").fetchall() for path in folder.rglob("*.parquet")]
    return found + [str(one).encode() for one in landed]


def test_restated_days_replace_and_every_total_is_right(config: Settings, built: Build) -> None:
    random = Random(1987)
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        account = portal.accounts[ACCOUNT]
        assert extract(config, portal).returncode == 0
        for _ in range(3):
            portal.today += timedelta(days=random.choice((1, 3)))
            for ad in account.ads[2:4]:
                ad.last = portal.today - timedelta(days=1)
            restate(account, portal.today, random)
            done = extract(config, portal)
            assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert extract(config, portal).stdout.count("unchanged") == 5
        for ad in account.ads:
            ad.last = min(ad.last, portal.today - timedelta(days=1))
    with built(portal.today, *MARTS) as con:
        asserted = con.execute("select sum(spend_amount), sum(spend_usd), sum(impressions) from marts.ad_performance_daily")
        truth = account.days(date(2023, 6, 8), portal.today)
        assert asserted.fetchall() == [(account.total(), account.total(), sum(int(row["impressions"]) for row in truth))]
        by_day = "select campaign_id, performance_date, spend_usd, clicks, link_clicks from marts.ad_performance_daily"
        assert {row[:2]: row[2:] for row in con.execute(by_day).fetchall()} == summed(truth)
        events = con.execute("select conversion_type, sum(conversions) from marts.conversion_events group by 1 order by 1")
        links = [int(row.get("inline_link_clicks", 0)) for row in truth]
        assert events.fetchall() == [("save", sum(1 for one in links if one)), ("stream", sum(one + 1 for one in links if one))]
        totals = "select sum(spend_usd), max(spend_undated_usd) from intermediate.int_campaign_totals_combined"
        assert con.execute(totals).fetchall() == [(account.total(), 0)]


def restate(account: AdAccount, today: date, random: Random) -> None:
    """Correct the spend of days in the last four weeks, mostly down, as invalid clicks are found; take back an ad's last days."""
    for days in range(1, 28):
        for ad in account.ads:
            if random.random() < 0.4:
                day = today - timedelta(days=days)
                account.restated[(day, ad.number)] = (account.spend(day, ad) * random.choice((96, 98, 99, 103)) / 100).quantize(
                    Decimal("0.01")
                )
    account.ads[0].last = min(account.ads[0].last, today - timedelta(days=4))


def summed(truth: list[dict[str, Any]]) -> dict[tuple[str, date], tuple[Decimal, int, int]]:
    """Spend, clicks and link clicks by campaign and day."""
    found: dict[tuple[str, date], tuple[Decimal, int, int]] = {}
    for row in truth:
        key = (row["campaign_id"], date.fromisoformat(row["date_start"]))
        had = found.get(key, (Decimal(0), 0, 0))
        links = int(row.get("inline_link_clicks", 0))
        found[key] = (had[0] + Decimal(row["spend"]), had[1] + int(row["clicks"]), had[2] + links)
    return found


@pytest.mark.parametrize(
    ("pattern", "kind", "times", "options", "waits"),
    [
        ("/campaigns", "status", 1, fault(17, 2446079, **{"X-Ad-Account-Usage": '{"reset_time_duration": 1}'}), True),
        ("/insights", "status", 2, fault(80000, 0, **{"Retry-After": "0.5"}), True),
        ("/insights", "status", 2, fault(2), False),
        ("/ads[?]", "status", 3, fault(1, 99, 500), False),
        ("/adsets", "cut_gzip", 2, {}, False),
        ("/insights", "cut", 2, {}, False),
        ("/insights", "reset", 2, {}, False),
    ],
)
def test_what_passes_is_tried_again(
    config: Settings, pattern: str, kind: str, times: int, options: dict[str, Any], waits: bool
) -> None:
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        portal.fail(pattern, kind, times, **options)
        done = extract(config, portal, "--since", WEEK)
        assert done.returncode == 0 and done.stdout.count("landed") == 5, done.stderr
        assert ("waiting" in done.stderr) is waits
        assert spent(config) == of_week(portal)


@pytest.mark.parametrize(
    ("options", "exit_code", "said"),
    [
        (fault(190, 463), 4, "the access token is not accepted (code 190/463: (#190) Made to fail). Make a new one"),
        (fault(190, 0, 401), 4, "the access token is not accepted"),
        (fault(10), 4, "not allowed (code 10: (#10) Made to fail). Give the token's user ads_read"),
        (fault(294, 0, 403), 4, "not allowed (code 294"),
        (fault(100, 33), 4, "Check META_AD_ACCOUNT_ID"),
        (fault(2635), 2, "Raise META_API_VERSION in .env"),
        (fault(3018), 5, "refused (code 3018: (#3018) Made to fail)"),
        (fault(190, 0, 200), 4, "the access token is not accepted"),
        (
            {"status": 200, "content": b"<!doctype html><h1>Log in to continue</h1>"},
            4,
            "a page instead of data: a login or a captcha",
        ),
    ],
)
def test_what_no_other_try_mends_is_asked_once(config: Settings, options: dict[str, Any], exit_code: int, said: str) -> None:
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        portal.fail("/act_[0-9]+", "status", **options)
        done = extract(config, portal, "--since", WEEK)
        assert done.returncode == exit_code and said in done.stderr, done.stderr
        assert len(portal.requests) == (1 if exit_code == 4 else 5)


def test_when_the_time_for_failing_calls_is_used_up_no_other_feed_is_tried(config: Settings) -> None:
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        portal.fail("/", "hang", seconds=5)
        done = extract(config, portal, BEDROT_FAILING_SECONDS="1.5", BEDROT_ANSWER_SECONDS="1")
        assert done.returncode == 5, done.stderr
        assert done.stderr.count("not asked; failing calls have used up their 2 s") == 1
        assert done.stderr.count("failed: as above") == 3
        assert len(portal.requests) == 2
        assert not has_landed(config, "account") and not has_landed(config, "insights_daily")
        assert not list(config.quarantine_dir.glob("*"))


def test_a_retired_version_says_so(config: Settings) -> None:
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        done = extract(config, portal, "--since", WEEK, META_API_VERSION="v18.0")
        assert done.returncode == 2 and "retired" in done.stderr and "Raise META_API_VERSION" in done.stderr
        assert extract(config, portal, "--since", WEEK, META_API_VERSION="25").returncode == 0
        done = extract(config, portal, "--since", WEEK, META_API_VERSION="v25/../../x")
        assert done.returncode == 2 and "is no version" in done.stderr


def test_too_much_data_is_asked_for_in_halves(config: Settings) -> None:
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        portal.most_days, portal.most_rows = 10, 100
        portal.fail("/act_[0-9]+/insights", "status", 1, **fault(2))
        done = extract(config, portal, "--since", "2026-06-01", BEDROT_TRIES="2")
        assert done.returncode == 5 and "insights" in done.stderr  # pages of 500 rows never come
        assert [len(rows(config, "meta_ads", table)) for table in ("campaigns", "adsets", "ads")] == [2, 3, 5]
        portal.most_rows = 500
        done = extract(config, portal, "--since", "2026-06-01")
        assert (done.returncode, done.stderr) == (0, "")
    assert spent(config) == sum(Decimal(row["spend"]) for row in made_up(TODAY).days(date(2026, 6, 1), date(2026, 7, 3)))
    windows = [entry.file_name[-22:-5] for entry in timeline(config, "meta_ads", "insights_daily")]
    assert windows == [
        "20260601_20260603", "20260604_20260611", "20260612_20260618", "20260619_20260626", "20260627_20260703",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "exit_code", "reports"),
    [(["failed", "skipped"], 0, 3), (["failed"] * 99, 0, 9), (["stuck"], 5, 1), (["failed"] * 3, 0, 5)],
)
def test_reports_that_are_given_up_are_ordered_again_then_smaller(
    config: Settings, plan: list[str], exit_code: int, reports: int
) -> None:
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        portal.plan = list(plan)
        started = time.monotonic()
        done = extract(config, portal, "--since", "2026-06-10", BEDROT_THROTTLE_SECONDS="2")
        assert done.returncode == exit_code, done.stderr
        assert len(portal.reports) == reports and time.monotonic() - started < 30
        assert has_landed(config, "insights_daily") is (exit_code == 0) and has_landed(config, "campaigns")
        assert exit_code == 0 or "is still not made (Job Running)" in done.stderr
        portal.plan = []
        assert extract(config, portal, "--since", "2026-06-10").returncode == 0
    assert spent(config) >= sum(Decimal(row["spend"]) for row in made_up(TODAY).days(date(2026, 6, 10), date(2026, 7, 3)))


def test_a_failure_in_the_middle_keeps_what_came_before(config: Settings) -> None:
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        portal.fail("/602300000000002", "status", **fault(190))
        done = extract(config, portal, "--since", "2026-04-08")
        assert done.returncode == 4
        assert [entry.covers_to for entry in timeline(config, "meta_ads", "insights_daily")] == [
            date(2026, 5, 4),
            date(2026, 6, 3),
        ]
        portal.heal()
        assert extract(config, portal).returncode == 0
    assert max(entry.covers_to for entry in timeline(config, "meta_ads", "insights_daily")) == date(2026, 7, 3)


@pytest.mark.parametrize("kind", ["status", "cut", "cut_gzip", "reset", "hang", "endless", "empty"])
def test_a_platform_that_stays_down_ends_in_time_with_nothing_half_landed(config: Settings, kind: str) -> None:
    options = {"status": 500} if kind == "status" else {"seconds": 3} if kind == "hang" else {}
    limits = {"BEDROT_ANSWER_SECONDS": "1", "BEDROT_FAILING_SECONDS": "4", "BEDROT_TRIES": "2"}
    with Meta(TODAY, [made_up(TODAY)], page_rows=3) as portal:
        portal.fail("insights[?].*after=", kind, **options)
        started = time.monotonic()
        done = extract(config, portal, "--since", WEEK, **limits)
        assert done.returncode == 5 and done.stderr.count("\n") == 1, done.stderr
        assert time.monotonic() - started < 40
        assert not has_landed(config, "insights_daily") and has_landed(config, "ads")
        portal.heal()
        assert extract(config, portal, "--since", WEEK).returncode == 0
        assert spent(config) == of_week(portal)


def test_a_day_that_is_taken_back_goes_too(config: Settings) -> None:
    yesterday = TODAY - timedelta(days=1)
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        assert extract(config, portal, "--since", WEEK).returncode == 0
        for ad in portal.accounts[ACCOUNT].ads:
            ad.last = min(ad.last, yesterday - timedelta(days=1))
        assert extract(config, portal, "--since", WEEK).returncode == 0
    covered = [(str(entry.covers_from), entry.covers_to) for entry in timeline(config, "meta_ads", "insights_daily")]
    assert covered == [(WEEK, yesterday)] * 2
    days = rows(config, "meta_ads", "insights_daily", "_sequence, date_start")
    assert max(days) == (2, str(yesterday - timedelta(days=1)))


def test_a_cursor_that_comes_again_stops(config: Settings) -> None:
    with Meta(TODAY, [made_up(TODAY)], page_rows=2) as portal:
        portal.loops = True
        done = extract(config, portal, "--since", WEEK)
        assert done.returncode == 5 and "a page that was there before" in done.stderr
        assert len(portal.asked("/ads$")) == 2 and not has_landed(config, "ads")


def test_another_host_is_never_called(config: Settings) -> None:
    with Meta(TODAY, [made_up(TODAY)], page_rows=2) as portal, Portal() as other:
        portal.elsewhere = other.url
        done = extract(config, portal, "--since", WEEK)
        assert done.returncode == 5 and "another host" in done.stderr
        assert not other.requests and not has_landed(config, "ads")
        portal.fail("/campaigns", "redirect", to=f"{other.url}/v25.0/{ACCOUNT}/campaigns")
        assert extract(config, portal, "--since", WEEK).returncode == 5
        assert not other.requests


def test_a_limit_that_fills_up_slows_down(config: Settings) -> None:
    usage = {"17": [{"type": "ads_insights", "call_count": 90, "total_time": 3, "estimated_time_to_regain_access": 0}]}
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        portal.usage = {"X-Business-Use-Case-Usage": json.dumps(usage), "X-App-Usage": "not JSON"}
        started = time.monotonic()
        done = extract(config, portal, "--since", WEEK, BEDROT_THROTTLE_SECONDS="3")
        assert done.returncode == 0 and "waiting" in done.stderr and time.monotonic() - started > 3
        portal.usage = {"X-Ad-Account-Usage": '{"acc_id_util_pct": 74.9, "reset_time_duration": 100}'}
        assert "waiting" not in extract(config, portal, "--since", WEEK).stderr


def test_an_account_without_delivery_is_quiet(config: Settings) -> None:
    with Meta(TODAY, [AdAccount()]) as portal:
        done = extract(config, portal, "--since", "2026-06-01")
        assert (done.returncode, done.stderr) == (0, "")
        assert has_landed(config, "account") and not has_landed(config, "insights_daily") and not has_landed(config, "ads")


def test_accounts_stand_on_their_own(config: Settings) -> None:
    second = made_up(TODAY)
    second.id, second.currency = "act_520000000000009", "EUR"
    with Meta(TODAY, [made_up(TODAY), second]) as portal:
        portal.fail(f"/{ACCOUNT}/(ads|insights)", "status", **fault(200))
        done = extract(config, portal, "--since", WEEK)
        assert done.returncode == 4
        landed = rows(config, "meta_ads", "insights_daily", "_account, account_currency")
        assert set(landed) == {(second.id, "EUR")} and len(rows(config, "meta_ads", "campaigns")) == 4
        portal.heal()
        assert extract(config, portal, "--account", ACCOUNT.removeprefix("act_"), "--since", WEEK).returncode == 0
        assert {one for (one,) in rows(config, "meta_ads", "insights_daily", "_account")} == {ACCOUNT, second.id}


def test_windows_never_pass_as_days(config: Settings) -> None:
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        asked_for = portal.asked_for
        portal.asked_for = lambda asked, name: asked_for(asked | {"time_increment": "all_days"}, name)
        done = extract(config, portal, "--since", WEEK)
        assert done.returncode == 6 and "named daily, with rows of several days" in done.stderr
    assert not has_landed(config, "insights_daily") and not has_landed(config, "insights_window")


def test_rows_of_another_account_stop(config: Settings) -> None:
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        days = portal.accounts[ACCOUNT].days
        portal.accounts[ACCOUNT].days = lambda *asked: [row | {"account_id": "777"} for row in days(*asked)]
        done = extract(config, portal, "--since", WEEK)
        assert done.returncode == 5 and "rows of another ad account (777)" in done.stderr
    assert not has_landed(config, "insights_daily")


def test_without_credentials_it_is_not_set_up(config: Settings) -> None:
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        done = extract(config, portal, META_ACCESS_TOKEN="")
        assert done.returncode != 0 and "META_ACCESS_TOKEN" in done.stderr and not portal.requests

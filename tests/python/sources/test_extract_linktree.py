"""Linktree through the browser: a year of analytics lands, and nothing else of what the page is told."""

from __future__ import annotations

from datetime import date, timedelta

from fake_platforms.linktree import PASSWORD, USER, Linktree
from fake_platforms.server import answer
from support.builds import Build
from support.commands import cli, rows

from common.settings import Settings
from demo.linktree_answers import LINKS

TODAY = date(2026, 7, 4)
CANARIES = ("canary", USER, PASSWORD, "walletBalance", "customerEmail")


def run(config: Settings, portal: Linktree, *arguments: str, **environment: str):  # noqa: ANN201
    return cli(
        config.data_dir, *arguments,
        BEDROT_LINKTREE_BASE_URL=portal.url, BEDROT_AS_OF=str(TODAY), BEDROT_ANSWER_SECONDS="6", BEDROT_RETRY_SECONDS="0.05",
        BEDROT_LOGIN_MINUTES="0.5", BEDROT_TRIES="2", LINKTREE_USERNAME=USER, **environment,
    )  # fmt: skip


def log_in(config: Settings, portal: Linktree, screen: str) -> None:
    portal.person = True
    done = run(config, portal, "login", "linktree", DISPLAY=screen)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout.endswith("Logged in to linktree.\n")


def landed_days(config: Settings) -> dict[str, tuple[int, int]]:
    landed = rows(config, "linktree", "overview_daily", "date, totalViews, totalClicks")
    assert len(landed) == len({day for day, _, _ in landed})
    return {day: (int(views), int(clicks)) for day, views, clicks in landed}


def test_a_year_lands_by_day_and_nothing_private_is_kept_or_told(config: Settings, screen: str) -> None:
    with Linktree(TODAY) as portal:
        log_in(config, portal, screen)
        week = f"{TODAY - timedelta(days=6)}"
        portal.delays = {f"AccountAnalyticsLinks {week}": 1.0, f"AccountAnalyticsOverview {week}": 0.8}  # after the year's
        done = run(config, portal, "--debug", "extract", "linktree")
        assert done.returncode == 0 and "analytics: landed" in done.stdout, done.stderr
        again = run(config, portal, "extract", "linktree")
        assert (again.returncode, again.stderr) == (0, "") and "analytics: unchanged" in again.stdout, again.stderr
        year = {str(day): (one.views, one.clicks) for day, one in sorted(portal.days.items())[-365:]}
        clicks = sum(one.clicks for day, one in portal.days.items() if str(day) in year)
    assert landed_days(config) == year
    assert rows(config, "linktree", "links", "id, clicks, window_from, window_to, operationName") == [
        (str(one), str(clicks * 3 // (10 + 4 * place)), min(year), str(TODAY), "AccountAnalyticsLinks")
        for place, one in enumerate(LINKS)
    ]
    assert rows(config, "linktree", "link_titles", "id, title, active") == [
        (str(one), title, str(on).lower()) for one, (title, on) in LINKS.items()
    ]
    assert (
        len(rows(config, "linktree", "socials_daily")) == 2 * 365
        and len(rows(config, "linktree", "subscribers_daily")) == 3 * 365
    )
    assert ("countries", "Namibia", "NA") in rows(config, "linktree", "audience", "part, name, countryCode")
    for canary in CANARIES:
        assert canary not in done.stdout + done.stderr
        for path in config.data_dir.rglob("*"):
            kept = path.is_file() and "profile" not in path.parts
            assert not kept or canary.encode() not in path.read_bytes(), (canary, path)


def test_a_smaller_plan_gives_its_longest_range(config: Settings, screen: str) -> None:
    with Linktree(TODAY, longest="last-28-days") as portal:
        log_in(config, portal, screen)
        done = run(config, portal, "extract", "linktree")
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert sorted(landed_days(config)) == [str(TODAY - timedelta(days=n)) for n in range(27, -1, -1)]


def test_what_the_page_asks_for_besides_may_fail(config: Settings, screen: str) -> None:
    with Linktree(TODAY) as portal:
        log_in(config, portal, screen)
        portal.failing = {"AccountSettings": answer({"error": "canary"}, 403)}
        done = run(config, portal, "extract", "linktree")
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        portal.failing = {"AccountAnalyticsSocials": answer({"error": "down"}, 502)}
        done = run(config, portal, "extract", "linktree")
        assert done.returncode == 5 and "analytics: failed: answered with 502, 2 times" in done.stderr
        portal.failing = {"AccountAnalyticsOverview": answer({"data": {"getAccountAnalytics": None}})}
        done = run(config, portal, "extract", "linktree")
        assert done.returncode == 5 and "no overview by day of the last 365 days among the answers" in done.stderr


def test_what_stands_in_the_way_is_told_apart(config: Settings, screen: str) -> None:
    with Linktree(TODAY) as portal:
        log_in(config, portal, screen)
        portal.interval = "WEEKLY"
        done = run(config, portal, "extract", "linktree")
        assert done.returncode == 5 and "no overview by day of the last 365 days" in done.stderr, "weeks are never taken for days"
        portal.daily, portal.interval = "By day", "DAILY"
        done = run(config, portal, "extract", "linktree")
        assert done.returncode == 5 and "the choice Daily is not there" in done.stderr and "loaders/linktree." in done.stderr
        portal.fail("/admin/analytics", "page", times=1, html="<div id=captcha-box>Are you a person?</div>")
        done = run(config, portal, "extract", "linktree")
        assert done.returncode == 4 and "a captcha is asked for. Log in again: `python cli.py login linktree`." in done.stderr
        portal.daily = "Daily"
        portal.sessions.clear()
        done = run(config, portal, "extract", "linktree")
        assert done.returncode == 4 and "the session is lost. Log in again: `python cli.py login linktree`." in done.stderr
        assert not (config.landing_dir / "linktree").exists()


def test_a_session_that_ends_while_the_page_is_open_needs_a_person(config: Settings, screen: str) -> None:
    with Linktree(TODAY) as portal:
        log_in(config, portal, screen)
        portal.ends_early = True
        done = run(config, portal, "extract", "linktree")
        assert done.returncode == 4 and "Log in again: `python cli.py login linktree`." in done.stderr, done.stderr


def test_marts_say_what_linktree_knows(config: Settings, built: Build, screen: str) -> None:
    with Linktree(TODAY) as portal:
        log_in(config, portal, screen)
        done = run(config, portal, "extract", "linktree")
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        year = sorted(portal.days.items())[-365:]
    with built(TODAY, "linktree_metrics") as con:
        found = con.execute(
            "select analytics_date, total_views, unique_views, total_clicks, unique_clicks from marts.linktree_metrics order by 1"
        ).fetchall()
        assert found == [(day, one.views, one.unique_views, one.clicks, one.unique_clicks) for day, one in year]
        top = con.execute(
            "select analytics_date, top_link, top_link_clicks from marts.linktree_metrics where top_link is not null"
        )
        clicks = sum(one.clicks for _, one in year)
        assert top.fetchall() == [(TODAY, next(iter(LINKS.values()))[0], clicks * 3 // 10)]

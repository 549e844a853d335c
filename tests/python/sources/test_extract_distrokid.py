"""DistroKid through the browser: what is fetched lands exactly, and what stands in the way is told apart."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from fake_platforms.distrokid import DistroKid
from support.builds import Build
from support.commands import LIGHT_BROWSER, cli, rows
from support.distrokid import CREDENTIALS, TODAY, extract
from support.ledgers import sale

from common.settings import Settings


@pytest.fixture(autouse=True)
def whole_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drive the browser that people have, window and all, not the light one."""
    if os.environ.get("BEDROT_BROWSER") == LIGHT_BROWSER:
        monkeypatch.delenv("BEDROT_BROWSER", raising=False)


def test_everything_lands_as_the_pages_show_it(config: Settings) -> None:
    with DistroKid(TODAY, second_factor=False) as portal:
        done = extract(config, portal, **CREDENTIALS)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        again = extract(config, portal)
        assert again.returncode == 0 and again.stdout.count("unchanged") == 3
    assert len(rows(config, "distrokid", "bank_details")) == 40
    streams = rows(config, "distrokid", "streams_daily", 'category, "column-1"')
    assert {day: int(value) for day, value in streams} == {str(day): value for day, value in portal.streams.items()}
    plays = rows(config, "distrokid", "apple_daily", "field, value")
    assert {day: int(value) for day, value in plays} == {str(day): value for day, value in portal.plays.items()}


def readable(config: Settings, found: set[str], done: threading.Event) -> None:
    """Look, until it is done, for anything of a session that others than its owner could read."""
    while not done.is_set():
        inside = (Path(folder) / name for folder, *names in os.walk(config.sessions_dir) for name in (*names[0], *names[1]))
        for path in (config.sessions_dir, *inside):
            with contextlib.suppress(FileNotFoundError):
                mode = path.lstat().st_mode
                if not stat.S_ISLNK(mode) and mode & 0o077:
                    found.add(f"{path.name} {stat.filemode(mode)}")


def test_a_person_logs_in_once_and_the_session_is_private_from_the_start(config: Settings, screen: str) -> None:
    found, done_looking = set(), threading.Event()
    looking = threading.Thread(target=readable, args=(config, found, done_looking), daemon=True)
    looking.start()
    with DistroKid(TODAY, person=True) as portal:
        config.data_dir.parent.mkdir(exist_ok=True)
        done = cli(
            config.data_dir, "login", "distrokid", DISPLAY=screen,
            BEDROT_DISTROKID_BASE_URL=portal.url, BEDROT_ANSWER_SECONDS="6", BEDROT_LOGIN_MINUTES="0.5",
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert "Logged in to distrokid" in done.stdout
        done = extract(config, portal)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert len(rows(config, "distrokid", "bank_details")) == 40
    done_looking.set()
    looking.join()
    assert found == set() and (config.sessions_dir / "distrokid" / "main" / "profile").is_dir()


def test_marts_say_what_the_pages_and_the_ledger_show(config: Settings, built: Build) -> None:
    """Fetched twice, with a new sale and a revised day between: the marts hold the newer ledger and the newer page, once."""
    with DistroKid(TODAY, second_factor=False) as portal:
        assert extract(config, portal, **CREDENTIALS).returncode == 0
        portal.lines.append(sale("2026-06-20", "2026-04", quantity="7", earnings="0.000000012345"))
        portal.streams[max(portal.streams)] += 5
        done = extract(config, portal)
        assert done.returncode == 0, done.stderr
    with built(TODAY, "content_streams", "revenue_transactions", "platforms") as con:
        for platform, series in (("Spotify", portal.streams), ("Apple Music", portal.plays)):
            found = con.execute(
                "select stream_date, stream_count from marts.content_streams join marts.platforms using (platform_id) "
                "where data_source = 'distrokid' and platform_name = ?", [platform],
            ).fetchall()  # fmt: skip
            assert dict(found) == series and len(found) == len(series)
        lines = con.execute(
            "select count(*), sum(net_revenue_usd), sum(quantity), max(reporting_date) from marts.revenue_transactions"
        ).fetchall()[0]
    money = sum(Decimal(line["Earnings (USD)"]) for line in portal.lines)
    assert lines == (41, money, sum(int(line["Quantity"]) for line in portal.lines), date(2026, 6, 20))

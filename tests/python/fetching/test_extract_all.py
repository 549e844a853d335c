"""Extracting everything: side by side, each on its own, told plainly, with one exit code for the whole."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from fake_platforms.distrokid import DistroKid
from support.commands import cli, rows
from support.distrokid import CREDENTIALS, TODAY
from support.ledgers import ledger_a, sale

from common.settings import Settings
from loaders.commands.outcomes import Result, exit_code_of, reason, summary


def extract_all(config: Settings, portal: DistroKid, *arguments: str, **environment: str):  # noqa: ANN201
    given = {
        "BEDROT_DISTROKID_BASE_URL": portal.url, "BEDROT_AS_OF": str(TODAY), "BEDROT_ANSWER_SECONDS": "8", "BEDROT_RETRY_SECONDS": "0.05",
    }  # fmt: skip
    return cli(config.data_dir, *(arguments or ("extract", "all")), **(given | CREDENTIALS | environment))


def drop_ledger(config: Settings) -> None:
    config.inbox_dir.mkdir(parents=True, exist_ok=True)
    file = config.inbox_dir / "dk_bank_details_20240529_101500.tsv"
    file.write_bytes(ledger_a([sale("2024-03-29", "2024-01")]))
    os.utime(file, (time.time() - 60,) * 2)


def test_a_line_a_source_and_what_is_not_set_up_is_said(config: Settings) -> None:
    drop_ledger(config)
    with DistroKid(TODAY, second_factor=False) as portal:
        done = extract_all(config, portal)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert any(line.startswith("distrokid    done, ") and "2025-07-03 to 2026-07-02" in line for line in lines), done.stdout
    assert any(line.startswith("inbox        done, 1 row,") for line in lines), done.stdout
    assert len(rows(config, "distrokid", "bank_details")) == 41
    record = json.loads(max(config.runs_dir.rglob("*_extract_*.json")).read_text())
    found = {(one["source"], one["feed"]): one for one in record["sources"]}
    assert (
        found["distrokid", "streams page"]["outcome"] == "landed"
        and found["distrokid", "streams page"]["last_day"] == "2026-07-02"
    )
    assert found["inbox", "files"]["rows"] == 1


def test_one_failing_source_stops_no_other(config: Settings) -> None:
    drop_ledger(config)
    with DistroKid(TODAY, second_factor=False) as portal:
        portal.fail("/", "status", status=500)
        done = extract_all(config, portal, BEDROT_TRIES="2", BEDROT_FAILING_SECONDS="4")
    assert done.returncode == 3, done.stderr
    assert "distrokid bank details: failed:" in done.stderr and "inbox        done" in done.stdout
    assert "distrokid    3 of 3 failed" in done.stdout
    assert len(rows(config, "distrokid", "bank_details")) == 1


def test_all_failing_ends_with_the_worst(config: Settings) -> None:
    with DistroKid(TODAY) as portal:
        done = extract_all(config, portal)
    assert done.returncode == 4, done.stderr
    assert "python cli.py login distrokid" in done.stderr


def test_a_throttled_source_is_left_alone_until_its_time(config: Settings) -> None:
    with DistroKid(TODAY, second_factor=False) as portal:
        portal.fail("/stats/.*streams", "throttle", seconds=50_000)
        assert extract_all(config, portal, "extract", "distrokid").returncode == 5
        portal.heal()
        before = len(portal.asked("/stats/"))
        done = extract_all(config, portal, "extract", "distrokid")
        assert done.returncode == 5 and "nothing was asked now" in done.stderr
        assert len(portal.asked("/stats/")) == before + 1  # the Apple page alone
        third = extract_all(config, portal, "extract", "distrokid")
        assert third.returncode == 5 and "nothing was asked now" in third.stderr


def test_nothing_set_up_says_what_to_do(config: Settings) -> None:
    config.data_dir.parent.mkdir(exist_ok=True)
    done = cli(config.data_dir, "extract", "all")
    assert done.returncode == 2 and "python cli.py login" in done.stderr and "inbox" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("distrokid",), "nobody is logged in. Run `python cli.py login distrokid` once."),
        (("bank",), "it comes by file"),
        (("instagram",), "no such source. There are: all,"),
        (("all", "--account", "x"), "--account needs one source"),
        (("distrokid", "--since", "yesterday"), "no day"),
        (("distrokid", "--since", "2999-01-01"), "a day to come"),
    ],
)
def test_wrong_use_is_one_line(config: Settings, arguments: tuple[str, ...], told: str) -> None:
    config.data_dir.parent.mkdir(exist_ok=True)
    done = cli(config.data_dir, "extract", *arguments)
    assert done.returncode == 2 and told in done.stderr and done.stderr.count("\n") == 1, done.stderr


def test_nothing_is_told_twice(config: Settings) -> None:
    """Several feeds that lack the same, or fail for the same reason; a feed's name stands once on its line."""
    config.data_dir.mkdir(parents=True)
    done = cli(config.data_dir, "extract", "spotify")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "error: extract spotify: not set up: audience, songs, playlists, song metrics: SPOTIFY_ARTIST_IDS is missing in .env; "
        "see .env.example. catalogue: SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET, SPOTIFY_ARTIST_IDS are missing in .env; "
        "see .env.example.\n"
    )
    login = {"TOOLOST_EMAIL": "a@example.org", "TOOLOST_PASSWORD": "x", "BEDROT_BROWSER": "/nowhere"}
    done = cli(config.data_dir, "extract", "toolost", **login)
    assert done.stderr.splitlines() == [
        "toolost Spotify: failed: BEDROT_BROWSER: /nowhere is no program. Name Chrome, Chromium or Edge, or leave it out.",
        "toolost Apple Music: failed: as above",
        "toolost sales reports: failed: as above",
    ]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("spotify: songs: status 500", "status 500"),
        ("spotify 0abc: another run", "another run"),
        ("songs: status 500", "status 500"),
        ("songsmith: lost", "songsmith: lost"),
        ("toolost: down", "toolost: down"),
    ],
)
def test_a_reason_leaves_out_what_its_label_says(error: str, told: str) -> None:
    assert reason(Result("spotify", "0abc", "songs", "failed", error=error)) == told


def test_the_demo_is_never_extracted_into(config: Settings) -> None:
    config.data_dir.mkdir(parents=True)
    (config.data_dir / "demo.json").write_text("{}")
    done = cli(config.data_dir, "extract", "all")
    assert done.returncode == 2 and "demo --remove" in done.stderr


def test_exit_codes_of_many() -> None:
    good, quiet = Result("distrokid", "main", "x"), Result("distrokid", "main", "y", "not set up")
    bad = {code: Result("inbox", "main", "x", "failed", exit_code=code) for code in (1, 4, 5, 6, 7, 8)}
    assert exit_code_of([good, quiet], True) == 0
    assert exit_code_of([good, bad[5]], True) == 3
    assert exit_code_of([quiet, bad[5], bad[4]], True) == 4
    assert exit_code_of([bad[7], bad[6], bad[8]], True) == 8
    assert exit_code_of([good, bad[5]], False) == 5
    assert summary([good, bad[5]])[1].startswith("inbox        1 of 1 failed")


def test_no_secret_is_kept_or_told(config: Settings) -> None:
    """Canaries: a password, a session's cookie, a signed address; in logs, errors, records, names, landed data, originals."""
    drop_ledger(config)
    canaries = [CREDENTIALS["DISTROKID_PASSWORD"], "canary-cookie", "canary-signature"]
    told = ""
    with DistroKid(TODAY, second_factor=False) as portal:
        echo = f"<h1>You typed {CREDENTIALS['DISTROKID_PASSWORD']}</h1><a href='/x?token=canary-signature-1'>x</a>"
        for arguments, fault in (
            (("--debug", "extract", "all"), None),
            (("--debug", "extract", "distrokid"), ("/stats/", "reset", {})),
            (("--debug", "extract", "distrokid"), ("/download", "status", {"status": 403, "content": echo.encode()})),
            (("--debug", "extract", "distrokid"), ("/stats/", "page", {"html": f"<title>{echo}</title>{echo}"})),
        ):
            if fault:
                portal.fail(fault[0], fault[1], **fault[2])
            done = extract_all(config, portal, *arguments, BEDROT_TRIES="2", BEDROT_ANSWER_SECONDS="3")
            told += done.stdout + done.stderr
            portal.heal()
    assert "event=page" in told or "page" in told
    for canary in canaries:
        assert canary not in told
        for path in Path(config.data_dir).rglob("*"):
            if "sessions" in path.relative_to(config.data_dir).parts:
                continue
            assert canary not in path.name
            assert not path.is_file() or canary.encode() not in path.read_bytes(), path

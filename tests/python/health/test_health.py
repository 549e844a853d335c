"""How well things go: each source by its own cadence, contact apart from data, sessions, quarantine, builds; metrics."""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as node_exporter
from support.commands import cli
from support.ledgers import ledger_a, sale
from support.small_warehouse import publish

from common.errors import UsageError
from common.settings import PROJECT_DIR
from loaders.registry import SOURCES
from warehouse.health.cadences import CADENCES_FILE, Cadence, read_cadences
from warehouse.health.facts import Facts, FeedFacts, LandedTable, RefusedFile, SessionFacts, SourceFacts, UnreadableTable
from warehouse.health.judgement import Health, judge

TODAY = date(2026, 7, 4)
NOW = datetime(2026, 7, 4, 6, 30)
DAILY = Cadence("distrokid", "streams_daily", None, "daily", 2, 5, 14, False)
MONTHLY = Cadence("distrokid", "bank_details", None, "monthly", 14, 45, 75, False)
CONTACT = Cadence("distrokid", None, None, "daily", 0, 3, 14, False)
QUIET = Cadence("distrokid", "apple_daily", None, "daily", 4, 8, 16, True)
CADENCES = [DAILY, MONTHLY, CONTACT, QUIET]


def table(name: str = "streams_daily", newest: int | None = 2, contact: int = 0, account: str = "main") -> LandedTable:
    """What landed of a table: its newest day and its last contact, in days before today."""
    return LandedTable(
        table=name, account=account, rows=9, extracts=1, sightings=0, note=None, last_landed_at=NOW,
        last_contact=NOW - timedelta(days=contact), newest_day=None if newest is None else TODAY - timedelta(days=newest),
    )  # fmt: skip


def feed(
    failures: int = 0, contact: int | None = 0, exit_code: int = 5, account: str = "main", name: str = "streams page"
) -> FeedFacts:
    """How extracts of a feed went: when it last answered, and how often it failed since."""
    return FeedFacts(
        source="distrokid", account=account, feed=name, failures=failures,
        last_contact=None if contact is None else NOW - timedelta(days=contact),
        failing_since=NOW - timedelta(days=failures) if failures else None,
        exit_code=exit_code if failures else None, error="the page answered 503" if failures else None,
    )  # fmt: skip


def session(state: str = "ok", expires: datetime | None = None, is_shared: bool = False) -> SessionFacts:
    return SessionFacts("distrokid", "main", state, is_shared, logged_in_at=NOW, last_ok_at=NOW, lapses_at=expires)


def judged(
    *tables: LandedTable | UnreadableTable, cadences: list[Cadence] | None = None, source: str = "distrokid", **other: Any
) -> Health:
    """Judge made-up facts."""
    facts = Facts("data", "seeds", holds_demo=False, sources=(SourceFacts(source, None, None, tables),), **other)
    return judge(facts, CADENCES if cadences is None else cadences, TODAY, NOW)


def states(health: Health) -> list[tuple[str, str]]:
    return [(issue.kind, issue.state) for issue in health.issues]


# ------------------------------------------------------------------ lag and contact


@pytest.mark.parametrize(
    ("name", "newest", "contact", "expected"),
    [
        ("streams_daily", 2, 0, "HEALTHY"),
        ("streams_daily", 5, 0, "HEALTHY"),
        ("streams_daily", 6, 0, "WARNING"),  # in contact, and yet its days stand still
        ("streams_daily", 60, 0, "WARNING"),
        ("streams_daily", 6, 4, "WARNING"),
        ("streams_daily", 14, 10, "WARNING"),
        ("streams_daily", 15, 10, "CRITICAL"),
        ("streams_daily", 5, 15, "CRITICAL"),  # its days are right, but nothing answers
        ("bank_details", 40, 0, "HEALTHY"),
        ("bank_details", 46, 0, "WARNING"),
        ("bank_details", 76, 10, "CRITICAL"),
        ("no_such_cadence", 900, 0, "HEALTHY"),
        ("streams_daily", None, 0, "HEALTHY"),
        ("apple_daily", 60, 0, "HEALTHY"),  # quiet days have no row
    ],
)
def test_an_extracted_account_is_judged_by_its_cadence(name: str, newest: int | None, contact: int, expected: str) -> None:
    health = judged(table(name, newest, contact), feeds=[feed(contact=contact)])
    assert (health.state, health.units[0].state) == (expected, expected)
    assert [kind for kind, _ in states(health)] == (["data"] if expected != "HEALTHY" else [])


@pytest.mark.parametrize(("newest", "expected"), [(14, "HEALTHY"), (15, "WARNING"), (180, "WARNING"), (181, "CRITICAL")])
def test_what_is_landed_by_hand_is_judged_mildly(newest: int, expected: str) -> None:
    health = judged(table(newest=newest, contact=newest))
    assert health.state == expected and not health.units[0].is_live
    assert health.units[0].worst_lag.allowed_days == 14


def test_a_quiet_account_that_answers_no_more_is_late_from_its_last_contact() -> None:
    fresh = judged(table("apple_daily", 60, 60), feeds=[feed(contact=3)])
    assert (fresh.state, fresh.units[0].worst_lag.lag_days) == ("HEALTHY", 7)
    silent = judged(table("apple_daily", 60, 60), feeds=[feed(contact=5)])
    assert silent.state == "WARNING" and "apple_daily: the newest day, 2026-05-05, is 9 days back" in silent.issues[0].reason


def test_an_unchanged_answer_is_a_contact() -> None:
    unit = judged(table(newest=3, contact=9), feeds=[feed(contact=1)]).units[0]
    assert unit.last_contact == NOW - timedelta(days=1) and unit.state == "HEALTHY"


def test_the_reason_says_what_is_late_and_what_is_allowed() -> None:
    (issue,) = judged(table(newest=6), feeds=[feed()]).issues
    assert issue.reason == (
        "streams_daily: the newest day, 2026-06-28, is 6 days back (daily, at most 5), although the last contact was on 2026-07-04"
    )


def test_what_never_landed_is_not_unhealthy() -> None:
    health = judged()
    assert (health.state, health.units, health.issues) == ("HEALTHY", [], [])


def test_days_after_today_are_no_lag() -> None:
    assert judged(table(newest=-3), feeds=[feed()]).units[0].worst_lag.lag_days == 0


def test_a_row_for_one_account_beats_the_row_for_every_account() -> None:
    given_up = Cadence("distrokid", "streams_daily", "old", "never", 0, 0, 0, False)
    both = [table(newest=90, contact=90, account="old"), table(newest=90, contact=90)]
    health = judged(*both, cadences=[*CADENCES, given_up])
    assert [(unit.account, unit.state) for unit in health.units] == [("main", "WARNING"), ("old", "HEALTHY")]


def test_a_song_belongs_to_its_account_and_is_not_judged_alone() -> None:
    tables = [table(newest=2), table(newest=90, contact=90, account="main/NEON DRIFT")]
    (unit,) = judged(*tables, feeds=[feed()]).units
    assert (unit.account, unit.state) == ("main", "HEALTHY")


def test_an_artist_with_a_slash_is_an_account_of_its_own() -> None:
    (unit,) = judged(table(account="AC/ME"), feeds=[feed(account="AC/ME")]).units
    assert unit.account == "AC/ME" and unit.is_live and unit.lags


def test_a_card_at_rest_says_nothing_while_another_is_used() -> None:
    monthly = [Cadence("bank", "card", None, "monthly", 5, 45, 75, True)]
    cards = [table("card", 400, 400, "1234"), table("card", 20, 10, "7777")]
    (unit,) = judged(*cards, source="bank", cadences=monthly).units
    assert (unit.account, unit.state, unit.worst_lag.lag_days) == ("all cards", "HEALTHY", 15)


@pytest.mark.parametrize(("contact", "expected"), [(90, "HEALTHY"), (91, "WARNING"), (180, "WARNING"), (181, "CRITICAL")])
@pytest.mark.parametrize("is_live", [True, False])
def test_an_old_last_contact_counts_whatever_the_cadences_say(contact: int, expected: str, is_live: bool) -> None:
    never = [
        Cadence("distrokid", "streams_daily", None, "never", 0, 0, 0, False),
        Cadence("distrokid", None, None, "never", 0, 0, 0, False),
    ]
    feeds = [feed(contact=contact)] if is_live else []
    for cadences in ([], never):
        health = judged(table(newest=contact, contact=contact), feeds=feeds, cadences=cadences)
        assert states(health) == ([("contact", expected)] if expected != "HEALTHY" else [])
    given_up = Cadence("distrokid", None, "main", "never", 0, 0, 0, False)
    assert judged(table(newest=contact, contact=contact), cadences=[given_up]).state == "HEALTHY"


def test_what_the_cadences_already_say_is_not_said_twice() -> None:
    assert states(judged(table(newest=100, contact=100), feeds=[feed(contact=100)])) == [("data", "CRITICAL")]
    assert states(judged(table("royalty_splits", None, 900), source="catalog")) == []


def test_a_page_without_a_date_is_no_contact() -> None:
    health = judged(replace(table("apple_daily", 60), last_contact=None))
    assert health.units[0].last_contact is None and health.units[0].worst_lag.lag_days == 60


# ------------------------------------------------------------------ extracts and sessions


@pytest.mark.parametrize(
    ("newest", "exit_code", "expected"),
    [(2, 5, "WARNING"), (2, 4, "CRITICAL"), (6, 5, "CRITICAL"), (15, 5, "FAILED"), (15, 4, "FAILED")],
)
def test_a_failing_extract_is_as_grave_as_its_data_is_late(newest: int, exit_code: int, expected: str) -> None:
    health = judged(table(newest=newest, contact=newest), feeds=[feed(2, newest, exit_code)])
    assert states(health)[0] == ("extract", expected) and health.units[0].state == expected
    reason = "streams page fails since 2026-07-02 (2 times): the page answered 503"
    assert next(issue.reason for issue in health.issues if issue.kind == "extract") == reason


def test_an_account_that_only_ever_failed_is_failed() -> None:
    health = judged(feeds=[feed(1, None)])
    assert (health.units[0].state, health.units[0].last_contact) == ("FAILED", None)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (session("ok"), []),
        (session("ok", NOW + timedelta(days=2, minutes=1)), []),
        (session("ok", NOW + timedelta(days=2)), [("session", "WARNING")]),
        (session("ok", NOW), [("session", "CRITICAL")]),
        (session("lost", NOW + timedelta(days=6)), [("session", "CRITICAL")]),
    ],
)
def test_a_session_is_told_before_it_lapses_and_when_it_is_lost(one: SessionFacts, expected: list[tuple[str, str]]) -> None:
    assert states(judged(table(), feeds=[feed()], sessions=[one])) == expected


def test_a_lost_session_is_one_issue_with_the_extract_that_it_fails() -> None:
    failing = [feed(1, 1, 4), feed(1, 1, 4, name="Apple page")]
    health = judged(table(), feeds=failing, sessions=[session("lost")])
    assert states(health) == [("session", "CRITICAL")]
    assert "`python cli.py login distrokid`" in health.issues[0].reason
    other = judged(table(), feeds=[*failing, feed(1, 1, 5, name="bank")], sessions=[session("lost")])
    assert states(other) == [("session", "CRITICAL"), ("extract", "WARNING")] and "bank fails" in other.issues[1].reason
    late = judged(table(newest=20, contact=20), feeds=[feed(9, 20, 4)], sessions=[session("lost")])
    assert states(late) == [("session", "FAILED"), ("data", "CRITICAL")]


def test_a_shared_session_is_one_issue_for_all_who_hang_on_it() -> None:
    accounts = [table(account="A"), table(account="B", newest=20, contact=20), table(account="by hand", newest=9, contact=9)]
    feeds = [feed(1, 1, 4, account="A"), feed(9, 20, 4, account="B")]
    health = judged(*accounts, feeds=feeds, sessions=[session("lost", is_shared=True)])
    assert [(one.kind, one.account, one.state) for one in health.issues] == [
        ("session", "main", "FAILED"), ("data", "B", "CRITICAL"),
    ]  # fmt: skip
    assert [(one.account, one.state) for one in health.units] == [("A", "FAILED"), ("B", "FAILED"), ("by hand", "HEALTHY")]
    unused = judged(sessions=[session("ok", is_shared=True)])
    assert [(one.account, one.state) for one in unused.units] == [("main", "HEALTHY")]


def test_channels_seen_with_one_key_are_extracted_too() -> None:
    health = judged(table(account="UC1", newest=6, contact=0), feeds=[feed()])
    assert [(one.account, one.is_live, one.state) for one in health.units] == [
        ("UC1", True, "WARNING"),
        ("main", True, "HEALTHY"),
    ]


# ------------------------------------------------------------------ quarantine, build, run


def test_files_in_quarantine_are_a_warning_of_their_account() -> None:
    refused = RefusedFile("5b", "distrokid", None, "cut.tsv", "2026-07-01T08:00:00", "no dates", acceptable=False)
    health = judged(table(), feeds=[feed()], quarantine=[refused, refused, replace(refused, source=None)])
    assert states(health) == [("quarantine", "WARNING")] * 2
    assert (health.units[0].quarantined, health.units[0].state) == (2, "WARNING")
    assert [(issue.source, issue.account) for issue in health.issues] == [(None, None), ("distrokid", "main")]
    assert health.issues[1].reason.startswith("2 files in quarantine since 2026-07-01")


def test_a_failed_build_and_an_unreadable_table_count() -> None:
    damaged = UnreadableTable("streams_daily", None, "can't be read (bad footer)")
    health = judged(damaged, build_problem="a test failed")
    assert states(health) == [("build", "FAILED"), ("landing", "CRITICAL")]


def test_the_facts_have_stable_keys_in_json() -> None:
    facts = Facts(
        "data", "seeds", False, (SourceFacts("distrokid", None, None, (table(), UnreadableTable("bank_details", None, "damaged"))),),
        (feed(),), (session(),),
    ).to_json()  # fmt: skip
    assert list(facts) == [
        "data_dir", "seeds_dir", "holds_demo", "sources", "feeds", "sessions", "quarantine", "build", "build_problem", "last_run",
        "backups",
    ]  # fmt: skip
    (source,) = facts["sources"]
    assert list(source) == ["source", "last_contact", "newest_day", "tables"]
    assert [list(one) for one in source["tables"]] == [
        ["table", "account", "last_contact", "last_landed_at", "newest_day", "extracts", "sightings", "rows", "note"],
        ["table", "account", "note"],
    ]
    assert list(facts["feeds"][0]) == [
        "source", "account", "feed", "exit_code", "error", "last_contact", "failing_since", "failures",
    ]  # fmt: skip
    assert list(facts["sessions"][0]) == [
        "source", "account", "state", "is_shared", "logged_in_at", "last_ok_at", "lapses_at",
    ]  # fmt: skip
    assert list(facts["backups"]) == ["last_backup", "backup_problem", "last_drill"]


def test_json_has_stable_keys() -> None:
    health = judged(table(), feeds=[feed(1, 1)], sessions=[session("ok", NOW + timedelta(days=5))]).to_json()
    assert list(health) == ["state", "today", "units", "issues"]
    (unit,) = health["units"]
    assert list(unit) == [
        "source", "account", "state", "is_live", "last_contact", "newest_day", "lag_days", "allowed_lag_days", "lag_of",
        "session", "quarantined", "failing_since", "last_error", "lags",
    ]  # fmt: skip
    assert list(unit["lags"][0]) == ["table", "cadence", "newest_day", "lag_days", "allowed_days", "critical_days"]
    assert list(unit["session"]) == ["state", "logged_in_at", "last_ok_at", "lapses_at"]
    assert list(health["issues"][0]) == ["kind", "state", "source", "account", "reason"]
    assert (unit["last_error"], unit["lag_of"]) == ("the page answered 503", "streams_daily")


# ------------------------------------------------------------------ the table of cadences


SEED = PROJECT_DIR / "demo" / "seeds" / CADENCES_FILE


def test_the_cadences_are_in_order() -> None:
    rows = read_cadences(SEED)
    assert len({(row.source, row.table, row.account) for row in rows}) == len(rows)
    every = {"daily": 1, "weekly": 7, "monthly": 31, "never": 0}
    late = [
        row for row in rows if row.cadence != "never" and row.table and row.warning_days < row.delay_days + every[row.cadence]
    ]
    assert not late, "these warn although everything is as it should be"


def test_every_table_with_days_of_its_own_is_judged_or_known_not_to_be() -> None:
    not_judged = {
        "toolost.shazam_daily", "toolost.discovery", "toolost.sales", "spotify.song_daily", "meta_ads.insights_window",
        "linktree.socials_daily", "linktree.subscribers_daily", "youtube.video_daily",
    }  # fmt: skip
    with_days = {table.label for declared in SOURCES.values() for table in declared.tables if table.observed}
    unknown = with_days - {f"{row.source}.{row.table}" for row in read_cadences(SEED)} - not_judged
    assert not unknown, f"give each a row in demo/seeds/{CADENCES_FILE} and seeds/label/{CADENCES_FILE}"


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("distrokid,nothing,,daily,0,3,14,false,", "line 2: there is no distrokid.nothing"),
        ("distrokidd,,,daily,0,3,14,false,", "line 2: there is no distrokidd"),
        ("distrokid,,,hourly,0,3,14,false,", "cadence 'hourly' is none of daily, weekly, monthly, never"),
        ("distrokid,,,daily,0,three,14,false,", "must be whole numbers"),
        ("distrokid,,,daily,0,30,14,false,", "must rise in this order"),
        ("distrokid,,,daily", "must be whole numbers"),
    ],
)
def test_a_wrong_cadence_is_named_by_its_line(tmp_path: Path, line: str, wrong: str) -> None:
    path = tmp_path / "cadences.csv"
    path.write_text(f"{SEED.read_text(encoding='utf-8').splitlines()[0]}\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape(wrong)):
        read_cadences(path)


# ------------------------------------------------------------------ through the command


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a ledger landed by hand on 2026-07-01."""
    box = tmp_path / "box"
    box.mkdir()
    export = box / "dk_bank_details_20260701_101500.tsv"
    export.write_bytes(ledger_a([sale("2026-06-20", "2026-04")]))
    cli(tmp_path / "data", "land", str(export))
    return tmp_path / "data"


def outcome(outcome: str, ended_at: str, **other: Any) -> dict[str, Any]:
    """One feed's part of the record of an extract."""
    return {
        "source": "distrokid", "account": "main", "feed": "bank details", "outcome": outcome, "rows": 0, "first_day": None,
        "last_day": None, "exit_code": 5 if outcome == "failed" else 0, "error": "it is down" if outcome == "failed" else None,
        "started_at": ended_at, "ended_at": ended_at,
    } | other  # fmt: skip


def record(data: Path, *outcomes: dict[str, Any], account: str | None = None) -> None:
    """Store the record of an extract, as `extract` does."""
    moment = outcomes[0]["ended_at"]
    folder = data / "runs" / moment[:4] / moment[5:7]
    folder.mkdir(parents=True, exist_ok=True)
    stored = {
        "command": "extract", "asked": {"source": "all", "account": account, "since": None}, "started_at": moment,
        "ended_at": moment, "exit_code": 0, "sources": list(outcomes),
    }  # fmt: skip
    (folder / f"{re.sub('[-:]', '', moment)}Z_extract_77.json").write_text(json.dumps(stored), encoding="utf-8")


def status(data: Path, *arguments: str, today: str = "2026-07-04") -> Any:
    """Return `status --json`, as of a day."""
    told = cli(data, "status", "--json", *arguments, BEDROT_AS_OF=today)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


def unit(found: dict[str, Any], source: str = "distrokid") -> dict[str, Any]:
    return next(one for one in found["health"]["units"] if one["source"] == source)


def test_extracts_count_from_their_records(data: Path) -> None:
    assert unit(status(data))["is_live"] is False
    record(data, outcome("landed", "2026-07-01T06:00:00"))
    record(data, outcome("unchanged", "2026-07-02T06:00:00"))
    found = unit(status(data))
    assert (found["is_live"], found["last_contact"], found["state"]) == (True, "2026-07-02T06:00:00", "HEALTHY")
    record(data, outcome("failed", "2026-07-03T06:00:00"))
    record(data, outcome("failed", "2026-07-04T06:00:00", exit_code=7, error="another run uses it"))
    found = unit(status(data))
    assert (found["state"], found["failing_since"], found["last_error"]) == ("WARNING", "2026-07-03T06:00:00", "it is down")
    record(data, outcome("failed", "2026-07-04T06:30:00", error="it is still down"))
    found = unit(status(data))
    assert (found["failing_since"], found["last_error"]) == ("2026-07-03T06:00:00", "it is still down")
    record(data, outcome("quarantined", "2026-07-04T07:00:00"))
    found = unit(status(data))
    assert (found["state"], found["last_error"], found["last_contact"]) == ("HEALTHY", None, "2026-07-04T07:00:00")


def test_a_feed_whose_account_or_credentials_are_gone_is_no_failure(data: Path) -> None:
    other = {"source": "toolost", "account": "old"}
    record(data, outcome("failed", "2026-07-01T06:00:00"), outcome("failed", "2026-07-01T06:00:00", **other))
    assert unit(status(data), "toolost")["state"] == "FAILED"
    record(data, outcome("failed", "2026-07-02T06:00:00"), account="main")
    assert unit(status(data), "toolost")["state"] == "FAILED"
    record(data, outcome("landed", "2026-07-02T07:00:00", **other | {"account": "new"}), account="new")
    assert unit(status(data), "toolost")["account"] == "new" and len(status(data)["health"]["units"]) == 3
    record(
        data, outcome("not set up", "2026-07-03T06:00:00"), outcome("landed", "2026-07-03T06:00:00", **other | {"account": "new"})
    )
    found = status(data)
    assert [(one["source"], one["account"]) for one in found["health"]["units"]] == [("distrokid", "main"), ("toolost", "new")]
    assert (unit(found)["is_live"], unit(found)["state"]) == (False, "HEALTHY")


def test_a_feed_not_tried_for_months_is_taken_as_landed_by_hand(data: Path) -> None:
    record(data, outcome("failed", "2026-07-01T06:00:00"))
    assert unit(status(data, today="2026-10-20"))["is_live"] is True
    assert unit(status(data, today="2026-11-20"))["is_live"] is False


def test_sessions_are_read_and_told(data: Path) -> None:
    folder = data / "sessions" / "toolost" / "A%2FB main"
    folder.mkdir(parents=True)
    stored = {
        "logged_in_at": "2026-06-28T10:00:00", "last_ok_at": "2026-07-04T06:00:00", "lapses_at": "2026-07-05T10:00:00+00:00",
        "state": "ok", "state_at": "2026-07-04T06:00:00",
    }  # fmt: skip
    (folder / "session.json").write_text(json.dumps(stored), encoding="utf-8")
    damaged = data / "sessions" / "tiktok" / "main"
    damaged.mkdir(parents=True)
    (damaged / "session.json").write_text("{", encoding="utf-8")
    found = unit(status(data), "toolost")
    assert (found["account"], found["session"]["lapses_at"]) == ("A/B main", "2026-07-05T10:00:00")
    told = cli(data, "status", "--all", BEDROT_AS_OF="2026-07-04").stdout
    assert "toolost A/B main: contact -, newest day -, lag -, session until 2026-07-05" in told
    assert not any(line.split()[1:2] == ["tiktok"] for line in told.splitlines())


def test_status_tells_the_worst_first_and_ends_with_zero(data: Path) -> None:
    record(data, outcome("failed", "2026-07-04T06:00:00"))
    told = cli(data, "status", BEDROT_AS_OF="2026-07-04")
    assert told.returncode == 0
    assert told.stdout.splitlines() == [
        "Health       WARNING (accounts: 1 WARNING), as of 2026-07-04",
        f"Data folder  {data}",
        "Last build   nothing is published",
        "",
        "To do today",
        "  1. distrokid main: bank details fails since 2026-07-04 (1 time): it is down",
        "     python cli.py extract distrokid",
        "  2. Nothing is published yet: build the warehouse",
        "     python cli.py build",
        "  3. There is no backup",
        "     python cli.py backup",
        "",
        "distrokid    WARNING   contact 2026-07-01  newest day 2026-06-20",
        "No data yet  toolost, spotify, tiktok, meta_ads, linktree, youtube, mailchimp, submithub, conversions, bank, catalog, legacy",
    ]


@pytest.mark.parametrize(("today", "expected"), [("2026-07-04", 0), ("2026-07-05", 3)])
def test_check_ends_with_three_where_something_is_critical(data: Path, today: str, expected: int) -> None:
    record(data, outcome("failed", "2026-07-04T06:00:00"))
    assert cli(data, "status", "--check", BEDROT_AS_OF=today).returncode == expected


def test_check_ends_with_nine_after_a_failed_build_but_not_after_one_of_a_part(data: Path) -> None:
    publish(data)
    folder = data / "runs" / "2026" / "07"
    folder.mkdir(parents=True, exist_ok=True)
    stored = {
        "command": "build",
        "asked": {"select": "kpis"},
        "started_at": "2026-07-05T08:00:00",
        "exit_code": 9,
        "error": "bad",
    }
    path = folder / "20260705T080000Z_build_1.json"
    path.write_text(json.dumps(stored))
    assert cli(data, "status", "--check", BEDROT_AS_OF="2026-07-05").returncode == 0
    path.write_text(json.dumps(stored | {"asked": {"select": None}, "exit_code": 7}))
    assert cli(data, "status", "--check", BEDROT_AS_OF="2026-07-05").returncode == 0
    path.write_text(json.dumps(stored | {"asked": {"select": None}}))
    told = cli(data, "status", "--check", BEDROT_AS_OF="2026-07-05")
    assert told.returncode == 9 and told.stdout.startswith("Health       FAILED")


def test_the_demo_is_judged_on_the_day_it_was_made_for(data: Path) -> None:
    (data / "demo.json").write_text('{"as_of_date": "2026-07-04"}')
    assert json.loads(cli(data, "status", "--json").stdout)["health"]["today"] == "2026-07-04"


# ------------------------------------------------------------------ metrics


def samples(path: Path, parse: Any = openmetrics) -> dict[tuple[str, ...], float]:
    """Return every sample of a metrics file, by its name and labels."""
    order = ("source", "account", "table", "kind", "state")
    every = [one for family in parse(path.read_text(encoding="utf-8")) for one in family.samples]
    return {
        (one.name.removeprefix("bedrot_"), *(one.labels[name] for name in order if name in one.labels)): one.value for one in every
    }  # fmt: skip


def test_metrics_tell_what_status_tells(data: Path, tmp_path: Path) -> None:
    unmatched = "insert into monitoring.unmatched values ('store', 'A', 'distrokid', 3, 12.5, 10), ('artist', 'C', 'tiktok', 5, null, null)"
    publish(data, unmatched)
    record(data, outcome("unchanged", "2026-07-03T06:00:00"))
    cli(data, "land", str(Path(__file__)))
    target = tmp_path / "bedrot.prom"
    previous = os.umask(0o077)
    try:
        told = cli(data, "status", "--metrics", str(target), BEDROT_AS_OF="2026-07-04")
    finally:
        os.umask(previous)
    assert (told.returncode, told.stderr) == (0, "") and told.stdout.startswith("Health       WARNING")
    found = samples(target)
    assert found == samples(target, node_exporter)
    assert found[("health_state",)] == 1
    assert found[("source_state", "distrokid", "main")] == 0 and found[("source_live", "distrokid", "main")] == 1
    assert found[("source_last_contact_timestamp_seconds", "distrokid", "main")] == 1783058400
    assert found[("source_newest_day_timestamp_seconds", "distrokid", "main", "bank_details")] == 1781913600
    assert found[("source_lag_days", "distrokid", "main", "bank_details")] == 14
    assert found[("source_allowed_lag_days", "distrokid", "main", "bank_details")] == 45
    assert found[("source_critical_lag_days", "distrokid", "main", "bank_details")] == 75
    assert found[("source_lag_days", "distrokid", "main", "")] == 1
    assert (found[("quarantine_files", "")], found[("quarantine_files", "distrokid")]) == (1, 0)
    assert found[("issues", "quarantine", "WARNING")] == 1
    assert found[("unmatched_amount_usd", "store")] == 12.5 and ("unmatched_amount_usd", "artist") not in found
    assert (found[("last_build_failed",)], found[("last_build_timestamp_seconds",)]) == (0, 1783160190)
    if os.name != "nt":
        assert stat.S_IMODE(target.stat().st_mode) == 0o644
    assert list(tmp_path.glob("*.prom*")) == [target] and not list(tmp_path.glob(".*.tmp"))


def test_what_is_unknown_has_no_metric(tmp_path: Path) -> None:
    cli(tmp_path / "data", "status", "--metrics", str(tmp_path / "bedrot.prom"))
    found = samples(tmp_path / "bedrot.prom")
    assert found[("last_build_failed",)] == 0 and ("last_build_timestamp_seconds",) not in found


def test_metrics_name_no_card(data: Path, tmp_path: Path) -> None:
    export = tmp_path / "capitol_one_purchases.csv"
    export.write_bytes(b"Date,Description,Amount,Category,Status,CardLast4\n2026-05-01,ADS,10.00,Ads,posted,4321\n")
    cli(data, "land", str(export))
    target = tmp_path / "bedrot.prom"
    cli(data, "status", "--metrics", str(target))
    assert 'source="bank"' in target.read_text() and "4321" not in target.read_text()


def test_metrics_without_a_folder_to_write_to_are_one_clear_line(data: Path, tmp_path: Path) -> None:
    told = cli(data, "status", "--metrics", str(tmp_path / "none" / "bedrot.prom"))
    assert told.returncode == 2 and told.stderr.startswith("error: ") and "does not exist" in told.stderr

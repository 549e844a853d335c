"""What monitoring says of landed rows: which can't be read, where each is, and what went away."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.builds import Build
from support.commands import dbt, land
from support.ledgers import ledger_a, ledger_b, sale
from support.plain_sql import Plan

from common.settings import Settings
from loaders.registry import all_tables


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What dbt makes of the project when it parses it."""
    data_dir: Path = tmp_path_factory.mktemp("parsed")
    assert dbt(data_dir, "parse").returncode == 0
    return json.loads((data_dir / "target" / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def nodes(manifest: dict[str, Any]) -> dict[str, Any]:
    """Every model by its name."""
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}


@pytest.fixture(scope="module")
def staged(nodes: dict[str, Any]) -> dict[str, Any]:
    """Every staging model by the landed table that it reads."""
    alone = [node for name, node in nodes.items() if name.startswith("stg_") and name != "stg_landing__extracts"]
    return {".".join(node["depends_on"]["nodes"][0].split(".")[-2:]): node for node in alone}


def test_every_landed_table_counts_its_extracts(nodes: dict[str, Any]) -> None:
    read = {".".join(one.split(".")[-2:]) for one in nodes["stg_landing__extracts"]["depends_on"]["nodes"]}
    assert read == {table.label for table in all_tables()}


def test_every_staging_model_says_what_it_cannot_read_and_rejects_lists_it(
    manifest: dict[str, Any], nodes: dict[str, Any], staged: dict[str, Any]
) -> None:
    assert len(staged) > 40
    assert [label for label, node in staged.items() if "as reject_reason" not in node["raw_code"]] == []
    listed = manifest["macros"]["macro.bedrot.tables_kept"]["macro_sql"] + nodes["rejects"]["raw_code"]
    assert [label for label in staged if f"'{label}'" not in listed] == []


def test_every_table_that_a_model_reads_is_accounted_for(manifest: dict[str, Any], staged: dict[str, Any]) -> None:
    apart = {"distrokid.bank_details", "legacy.daily_streams"}  # counted from sums, and by cells
    listed = manifest["macros"]["macro.bedrot.tables_kept"]["macro_sql"]
    assert {label for label in staged if f"'{label}'" not in listed} == apart
    counted = manifest["nodes"]["model.bedrot.row_accounting"]["raw_code"]
    assert all(f"'{label}" in counted for label in apart)


def test_streams_that_differ_from_their_input_fail_a_build(built: Build, plan: Plan, config: Settings, box: Path) -> None:
    page = '<script>AmCharts.makeChart("trend365day", {"dataProvider": [{"category": "2026-05-01", "column-1": 5}]});</script>'
    for minute in ("10", "11"):
        folder = box / minute
        folder.mkdir()
        (folder / f"streams_stats_20260503_1015{minute}.html").write_text(page.replace("5}", f"{minute}}}"))
        land(config, folder, account="main" if minute == "10" else "second")
    con = built(date(2026, 7, 5), "content_streams", "row_accounting")
    stated = "select rows_landed, rows_in_mart, amount_in_mart from monitoring.row_accounting where source_table = 'distrokid.streams_daily'"
    assert con.execute("select count(*), sum(stream_count) from marts.content_streams").fetchone() == (1, 21)
    assert con.execute(stated).fetchone() == (2, 2, 21)
    checks = plan.up_to("row_accounting").reading(config.data_dir)
    con.execute("update marts.content_streams set stream_count = 20")
    assert "assert_content_streams_are_their_input" in checks.failed(con)
    con.execute("update marts.content_streams set stream_count = 21")
    con.execute(
        "insert into marts.content_streams select * replace (date '2026-05-02' as stream_date) from marts.content_streams"
    )
    assert "assert_content_streams_are_their_input" in checks.failed(con)


def test_every_table_whose_extracts_state_the_same_days_is_compared(manifest: dict[str, Any], nodes: dict[str, Any]) -> None:
    compared = manifest["macros"]["macro.bedrot.tables_restated"]["macro_sql"]
    apart = nodes["int_figures_stated"]["raw_code"]  # the ledger, line by line, and tables that state each key once
    listed = {table.label for table in all_tables() if f"'{table.label}'" in compared}
    staged = {".".join(name.removeprefix("stg_").split("__")) for name in nodes if name.startswith("stg_")}
    again = {table.label for table in all_tables() if table.kind != "append"} & staged
    assert again - listed == {"distrokid.bank_details"}
    assert all(f"'{label}'" in apart for label in staged - listed - {"landing.extracts"})


def test_a_ledger_with_longer_decimals_takes_nothing_away_and_what_it_restates_is_told(
    built: Build, config: Settings, box: Path
) -> None:
    lines = [sale("2026-03-29", "2026-01", isrc=f"QZABC25{number:05}") for number in range(40)]
    late = [sale("2026-04-24", "2026-02", quantity="7", earnings="1.25")]
    longer = [line | {"Earnings (USD)": "0.123456780001"} for line in lines]
    longer[3] = sale("2026-03-29", "2026-01", isrc="QZABC2500003", earnings="0.100000000000")
    for day, export in enumerate((ledger_a(lines + late), ledger_b(longer[:-1] + late)), 1):
        path = box / f"dk_bank_details_2026050{day}_101500.{'tsv' if day == 1 else 'csv'}"
        path.write_bytes(export)
        land(config, path, accept=True)
    con = built(date(2026, 7, 5), "withdrawn", "restatements")
    listed = con.execute(
        "select change, subject, row_count, old_figure, new_figure, amount_usd from monitoring.withdrawn order by 1"
    ).fetchall()
    assert listed == [
        ("restated", "Spotify, NEON DRIFT, US, 2026-01-01, QZABC2500003", 0, Decimal("0.12345678"), Decimal("0.1"), None),
        ("withdrawn", "Spotify, NEON DRIFT, US, 2026-01-01, QZABC2500039", 1, Decimal("0.12345678"), None, Decimal("0.12345678")),
    ]
    told = con.execute(
        "select source, observed_on, measure, rows_withdrawn, rows_restated, figure_change, change_usd, extracted_at from marts.restatements"
    ).fetchall()
    change = Decimal("0.1") - 2 * Decimal("0.12345678")
    assert told == [("distrokid", date(2026, 3, 29), "earnings", 1, 1, change, change, datetime(2026, 5, 2, 10, 15))]


def test_a_campaign_day_and_an_artists_day_that_a_later_file_states_lower_or_not_at_all_are_listed(
    built: Build, config: Settings, box: Path
) -> None:
    def row(campaign: str, spend: str, **more: str) -> dict[str, str]:
        day = "2026-05-02" if campaign == "120001" else "2026-05-01"
        named = {"campaign_id": campaign, "campaign_name": campaign, "account_currency": "USD", "impressions": "10"}
        return named | {"spend": spend, "date_start": day, "date_stop": day} | more

    by_ad = [row("120001", spend, ad_id=ad, impressions="5") for ad, spend in (("130001", "60.00"), ("130002", "40.00"))]
    dumps = (
        [row("120000", "170.00"), row("120001", "100.00"), row("120002", "70.00")],
        [row("120000", "160.00"), *by_ad],
    )
    for day, found in enumerate(dumps, 1):
        dump = box / f"meta_ads_dump_2026060{day}_101500"
        dump.mkdir()
        (dump / "insights_daily.json").write_text(json.dumps(found), encoding="utf-8")
        audience = box / f"PIG1987-audience-timeline{day}.csv"
        audience.write_text(f"date,listeners,streams,followers\n2026-05-01,900,{31 - day}000,7\n", encoding="utf-8")
        land(config, dump, accept=True)
        land(config, audience, account="PIG1987", extracted_at=datetime(2026, 6, day), accept=True)
    con = built(date(2026, 7, 5), "withdrawn", "restatements")
    listed = con.execute(
        "select source_table, change, subject, measure, old_figure, new_figure, amount_usd from monitoring.withdrawn order by all"
    ).fetchall()
    assert listed == [
        ("meta_ads.insights_daily", "restated", "120000", "spend", 170, 160, None),
        ("meta_ads.insights_daily", "withdrawn", "120002", "impressions", 10, None, None),
        ("meta_ads.insights_daily", "withdrawn", "120002", "spend", 70, None, 70),
        ("spotify.audience_daily", "restated", "day", "streams", 30000, 29000, None),
    ]
    told = "select figure_before, figure_after, change_usd from marts.restatements where measure = 'spend'"
    assert con.execute(told).fetchall() == [(240, 160, -80)]

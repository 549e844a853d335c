"""What monitoring says of landed rows: which can't be read, where each is, and what went away."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import Build, dbt, land

from bench.plain import Plan
from loaders.settings import Settings
from loaders.sources import all_tables

NAMED_LATER = {"legacy.daily_streams"}  # judged where its columns are made rows


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
    silent = [label for label, node in staged.items() if "as reject_reason" not in node["raw_code"]]
    assert set(silent) == NAMED_LATER
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

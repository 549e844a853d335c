"""dbt as an analyst runs it: bare, with every unit test, on an empty landing and on the demo's."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import psutil
import pytest
import yaml
from support.builds import made_once
from support.commands import PROJECT_DIR, cli, dbt

from common.settings import Settings
from loaders.landing.tables import LINEAGE
from loaders.registry import all_tables


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which a bare `dbt build` made everything from nothing."""

    def made(folder: Path) -> None:
        ended = dbt(folder / "data", "build")
        assert ended.returncode == 0, ended.stdout[-3000:]

    return made_once(tmp_path_factory, "empty", made) / "data"


def test_a_bare_build_on_an_empty_checkout_makes_every_mart_typed_and_empty(empty: Path) -> None:
    with duckdb.connect(str(empty / "warehouse" / "dev" / "bedrot.duckdb"), read_only=True) as con:
        facts = (
            "content_streams",
            "revenue_transactions",
            "business_expenses",
            "campaigns",
            "ad_performance_daily",
            "tiktok_metrics",
        )
        assert [con.execute(f"select count(*) from marts.{fact}").fetchone()[0] for fact in facts] == [0] * len(facts)
        assert con.execute("select stream_count, target_value from marts.kpi_stream_goal").fetchone() == (0, 100_000_000)
        assert con.execute("select count(*) from marts.territories").fetchone()[0] == 253
        assert con.execute("select country_name from marts.territories where country_code = 'NA'").fetchone()[0] == "Namibia"


def test_every_unit_test_ran(empty: Path) -> None:
    manifest = json.loads((empty / "target" / "manifest.json").read_text(encoding="utf-8"))
    results = json.loads((empty / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
    ran = {one["unique_id"] for one in results if one["unique_id"].startswith("unit_test.") and one["status"] == "pass"}
    assert ran == set(manifest["unit_tests"]) and len(ran) >= 60


def test_every_mart_and_column_is_described_under_an_enforced_contract(empty: Path) -> None:
    manifest = json.loads((empty / "target" / "manifest.json").read_text(encoding="utf-8"))
    marts = [node for node in manifest["nodes"].values() if node["resource_type"] == "model" and "marts" in node["fqn"]]
    assert len(marts) > 30
    for mart in marts:
        assert mart["contract"]["enforced"], mart["name"]
        assert "**Grain**" in mart["description"], mart["name"]
        assert all(column["description"].strip() for column in mart["columns"].values()), mart["name"]


def test_every_model_has_a_description(empty: Path) -> None:
    manifest = json.loads((empty / "target" / "manifest.json").read_text(encoding="utf-8"))
    bare = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and not node["description"].strip()
    ]
    assert bare == []


def test_how_old_data_may_be_is_said_by_the_cadences_alone() -> None:
    files = list((PROJECT_DIR / "models").rglob("*.yml")) + [PROJECT_DIR / "dbt_project.yml"]
    stated = re.compile(r"\b(freshness|loaded_at_field):")
    assert [path.name for path in files if stated.search(path.read_text(encoding="utf-8"))] == []
    with (PROJECT_DIR / "seeds" / "label" / "seed_cadences.csv").open(encoding="utf-8", newline="") as file:
        judged = {row["source"] for row in csv.DictReader(file)}
    assert judged == {table.source for table in all_tables()}


def test_a_build_that_fails_or_is_killed_publishes_nothing(demo_copy: Path) -> None:
    config = Settings(data_dir=demo_copy, _env_file=None)
    live = (config.warehouse_dir / "current.json").read_text()
    for delay in (2, 8):
        killed = subprocess.Popen(
            [sys.executable, str(PROJECT_DIR / "cli.py"), "build", "--full-refresh"],
            env=os.environ | {"BEDROT_DATA_DIR": str(config.data_dir)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(delay)
        started = psutil.Process(killed.pid).children(recursive=True)
        killed.kill()
        killed.wait()
        assert not psutil.wait_procs(started, timeout=30)[1]
        assert (config.warehouse_dir / "current.json").read_text() == live
    broken = next((config.landing_dir / "distrokid" / "bank_details").glob("2*.parquet"))
    broken.write_bytes(broken.read_bytes()[:-200])
    ended = cli(config.data_dir, "build", "--full-refresh")
    assert ended.returncode in (8, 9)
    assert ended.stderr.splitlines()[-1].startswith("error: build: nothing was published.")
    assert (config.warehouse_dir / "current.json").read_text() == live
    assert cli(config.data_dir, "query", "select 1 as one", "--format", "csv").stdout == "one\n1\n"


def test_sources_list_the_columns_that_land_in_their_order() -> None:
    listed = {
        (source["name"], table["name"]): tuple(column["name"] for column in table["columns"])
        for path in (PROJECT_DIR / "models" / "staging").glob("*/_*__sources.yml")
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
        for table in source["tables"]
    }
    assert listed == {(table.source, table.name): table.header for table in all_tables()}


def test_spark_reads_the_lineage_that_lands() -> None:
    macro = (PROJECT_DIR / "macros" / "portable" / "landed_tables.sql").read_text(encoding="utf-8")
    named = re.findall(r"'(_[a-z0-9_]+)': '([a-z]+)'", macro)
    assert [(name, kind.replace("string", "varchar")) for name, kind in named] == list(LINEAGE.items())

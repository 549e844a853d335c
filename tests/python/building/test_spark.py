"""The same models on Spark: every mart as on DuckDB, and values that can't be read are named on both."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from support.builds import made_once
from support.commands import cli, land
from support.ledgers import WITHDRAWN_MONTH, late_ledger, ledger_a, newest_ledger, restated, sale
from support.planted import ACCOUNT, Planted, plant, planted_in_marts, unreadable

from common.errors import UsageError
from common.settings import Settings
from demo.generator import generate
from warehouse.building import spark
from warehouse.building.published import current
from warehouse.building.spark import JAVA, java_version, require_spark
from warehouse.checks.compare import compared, view_parquet

HAS_PYSPARK = importlib.util.find_spec("pyspark") is not None
needs_pyspark = pytest.mark.skipif(not HAS_PYSPARK, reason="pyspark is not installed: pip install -r requirements-spark.lock")
needs_spark = pytest.mark.skipif(
    not HAS_PYSPARK or (java_version() or 0) < JAVA, reason=f"Spark needs pyspark (requirements-spark.lock) and Java {JAVA}"
)

MONEY = "Earnings (USD) is no plain decimal of up to 12 places: "
PLANTED = [
    (sale("2025-03-29", "2025-01", earnings="0.0123456789012"), MONEY + "0.0123456789012"),
    (sale("2025-03-29", "2025-01", earnings="1e400"), MONEY + "1e400"),
    (sale("2025-03-29", "2025-01", earnings="1e-13"), MONEY + "1e-13"),
    (sale("2025-03-29", "2025-01", earnings="NaN"), MONEY + "NaN"),
    (sale("2025-03-29", "2025-01", earnings="9999999999999.5"), MONEY + "9999999999999.5"),
    (sale("2025-03-29", "2025-01", quantity="abc"), "Quantity is no whole number: abc"),
    (sale("2025-03-29", "2025-01", quantity="1.5"), "Quantity is no whole number: 1.5"),
    (sale("2025-03-29", "2025-01", quantity="9223372036854775808"), "Quantity is no whole number: 9223372036854775808"),
    (sale("2025-03-29", "2025-13"), "Sale Month can't be read: 2025-13"),
    (sale("2025-02-30", "2025-01"), "Reporting Date can't be read: 2025-02-30"),
]
FACTS = ("revenue_transactions", "content_streams", "ad_performance_daily")
JAVA_FOR_LITTLE_DATA = (
    "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=256m -XX:+UseSerialGC -XX:InitialRAMPercentage=8 -XX:NewRatio=1 "
    "-Dderby.system.durability=test"
)
SPARK_FOR_LITTLE_DATA = """
spark.sql.adaptive.enabled              false
spark.sql.codegen.wholeStage            false
spark.sql.codegen.factoryMode           NO_CODEGEN
spark.sql.constraintPropagation.enabled false
spark.sql.parquet.compression.codec     none
"""
NOTHING_SOLD = sale("2025-03-29", "2025-01", isrc="QZZZZ2500001", quantity="0", earnings="0.000001")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo's exports and planted bad lines, built on both engines."""
    return made_once(tmp_path_factory, "spark", build_both) / "data"


def build_both(folder: Path) -> None:
    """Build the facts of some exports on Spark, land the rest and build them again, then all of it on both engines, far from UTC.

    The rest restates the ledger without one of its months and brings an old month late, more of the demo's exports and
    lines that can't be read. A value of each kind that can't be, in every column of every table, lands after the second
    build, since it covers every month. The last build on Spark runs the unit tests, too. Keeps what `compare` told, and
    which Parquet files the facts had before and after the second.
    """
    config = Settings(data_dir=folder / "data", spark_partitions=1, threads=1, _env_file=None)
    files, ledger = folder / "files", folder / "planted" / "dk_bank_details.tsv"
    totals = generate(files)
    facts_alone = ["--select", *(f"+{fact}" for fact in FACTS), "--exclude-resource-type", "test", "unit_test"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        patch.setenv("JDK_JAVA_OPTIONS", JAVA_FOR_LITTLE_DATA)
        patch.setenv("SPARK_CONF_DIR", str(folder))
        (folder / "spark-defaults.conf").write_text(SPARK_FOR_LITTLE_DATA, encoding="utf-8")
        land(config, files / "distrokid", files / "legacy", *sorted((files / "meta_ads").glob("meta_ads_dump_*"))[:2])
        patch.setattr(spark, "build_options", lambda full_refresh, select: facts_alone)
        spark.build_on_spark(config, totals.as_of_date)
        before = files_of_facts(config)

        ledger.parent.mkdir()
        good = [sale("2025-03-29", "2025-01", quantity=str(number)) for number in range(1, 10)]
        ledger.write_bytes(ledger_a([*good, NOTHING_SOLD, *(line for line, _ in PLANTED)]))
        land(config, late_ledger(folder))
        land(config, restated(newest_ledger(files), folder), accept=True)
        land(config, files)
        land(config, ledger, account="misread")
        spark.build_on_spark(config, totals.as_of_date)
        after = files_of_facts(config)

        impossible = plant(config, config.data_dir)
        (folder / "planted.json").write_text(json.dumps([one.__dict__ for one in impossible]), encoding="utf-8")
        patch.setattr(spark, "build_options", lambda full_refresh, select: [])
        spark.build_on_spark(config, totals.as_of_date)
        patch.setenv("BEDROT_AS_OF", totals.as_of_date.isoformat())
        for arguments in (["build"], ["compare", "duckdb", "spark", "--no-build"]):
            ended = cli(config.data_dir, *arguments)
            assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-3000:]
    (folder / "told").write_text(ended.stdout, encoding="utf-8")
    (folder / "files.json").write_text(json.dumps([before, after]), encoding="utf-8")


def files_of_facts(config: Settings) -> dict[str, list[str]]:
    """The names of each fact's Parquet files; Spark gives a file that it writes again another name."""
    marts = Path(config.spark_dir) / "marts.db"
    return {fact: sorted(str(path.relative_to(marts)) for path in (marts / fact).rglob("*.parquet")) for fact in FACTS}


@pytest.fixture
def con(data_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with what DuckDB published and Spark's tables, each under its engine's name."""
    with contextlib.closing(duckdb.connect(":memory:")) as connection:
        connection.execute(f"attach '{current(Settings(data_dir=data_dir, _env_file=None)).path}' as duckdb (read_only)")
        connection.execute("attach ':memory:' as spark")
        for schema in ("marts", "monitoring"):
            view_parquet(
                connection, f"spark.{schema}", data_dir / "warehouse" / "spark" / f"{schema}.db", like=f"duckdb.{schema}"
            )
        yield connection


@needs_spark
def test_every_mart_is_the_same_on_both_engines(data_dir: Path, con: duckdb.DuckDBPyConnection) -> None:
    told = (data_dir.parent / "told").read_text(encoding="utf-8")
    assert "Every mart is equal, row for row and type for type." in told
    marts = con.execute("select count(*) from duckdb_tables() where database_name = 'duckdb' and schema_name = 'marts'")
    assert len(re.findall(" rows?, equal", told)) == marts.fetchone()[0]


@needs_spark
def test_a_second_build_on_spark_makes_only_the_months_that_changed(data_dir: Path) -> None:
    before, after = json.loads((data_dir.parent / "files.json").read_text(encoding="utf-8"))
    months = [{Path(file).parts[1] for file in kept["revenue_transactions"]} for kept in (before, after)]
    assert months[0] - months[1] == {f"reporting_month={WITHDRAWN_MONTH}-01"}
    assert months[1] - months[0] == {"reporting_month=2020-12-01"}
    kept = {fact: len(set(before[fact]) & set(after[fact])) for fact in FACTS}
    assert kept["content_streams"] > 0 and kept["content_streams"] < len(after["content_streams"]), kept


@needs_spark
@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_what_can_not_be_read_is_rejected_with_its_reason(con: duckdb.DuckDBPyConnection, engine: str) -> None:
    found = con.execute(
        f"select reject_reason from {engine}.monitoring.rejects where account = 'misread' order by row_number"
    ).fetchall()
    assert [reason for (reason,) in found] == [reason for _, reason in PLANTED]


@needs_spark
def test_impossible_values_are_listed_and_reach_no_mart(data_dir: Path, con: duckdb.DuckDBPyConnection) -> None:
    planted = [Planted(**one) for one in json.loads((data_dir.parent / "planted.json").read_text(encoding="utf-8"))]
    listed = con.execute("select source_table, row_number from spark.monitoring.rejects where account = ?", [ACCOUNT]).fetchall()
    wanted = unreadable(planted)
    assert len(wanted) > 300 and [one for one in wanted if (one.table, one.row_number) not in set(listed)] == []
    assert planted_in_marts(con, "spark") == []


@needs_spark
def test_monitoring_says_the_same_on_both_engines(con: duckdb.DuckDBPyConnection) -> None:
    models = con.execute(
        "select table_name from duckdb_tables() where database_name = 'duckdb' and schema_name = 'monitoring'"
    ).fetchall()
    assert len(models) > 5
    for (model,) in models:
        names = ", ".join(f'"{name}"' for name, *_ in con.execute(f"describe duckdb.monitoring.{model}").fetchall())
        one, other = (
            con.execute(f"select {names} from {engine}.monitoring.{model} order by all").fetchall()
            for engine in ("duckdb", "spark")
        )
        assert one == other, model
    planted = con.execute(
        "select rows_rejected from duckdb.monitoring.row_accounting where source_table = 'distrokid.bank_details'"
    )
    assert planted.fetchone()[0] >= len(PLANTED)


@needs_spark
@pytest.mark.parametrize("engine", ["duckdb", "spark"])
def test_what_would_divide_by_zero_is_null(con: duckdb.DuckDBPyConnection, engine: str) -> None:
    rate = f"select quantity, royalty_rate from {engine}.marts.revenue_transactions where isrc_as_stated = 'QZZZZ2500001'"
    assert con.execute(rate).fetchall() == [(0, None)]


@needs_spark
def test_every_unit_test_passes_on_spark(data_dir: Path) -> None:
    target = data_dir / "warehouse" / ".dbt-spark" / "target"
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    passed = {one["unique_id"] for one in results if one["status"] == "pass"}
    assert len(manifest["unit_tests"]) > 100 and manifest["unit_tests"].keys() <= passed


@needs_spark
def test_a_row_a_type_or_a_mart_that_differs_is_named(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("attach ':memory:' as changed; create schema changed.marts")
    con.execute("create table changed.marts.goals as select * from spark.marts.goals limit 0")
    con.execute(
        "create table changed.marts.platforms as select * replace (platform_id::bigint as platform_id) from spark.marts.platforms"
    )
    con.execute("create table changed.marts.odd as select 1 as one")
    found = {one.mart: one for one in compared(con, "changed", "spark")}
    assert found["goals"].difference == "1 only in spark" and found["goals"].sample[0].startswith("spark: ")
    assert found["platforms"].difference == "other columns: platform_id (BIGINT, INTEGER)"
    assert found["odd"].difference == "only in changed" and found["artists"].difference == "only in spark"


def test_a_partitioned_mart_without_rows_has_no_file_and_is_there(tmp_path: Path) -> None:
    (tmp_path / "marts.db" / "revenue").mkdir(parents=True)
    with duckdb.connect(":memory:") as con:
        con.execute("attach ':memory:' as duckdb; create schema duckdb.marts; attach ':memory:' as spark")
        con.execute("create table duckdb.marts.revenue (net_usd decimal(24, 12), reporting_month date)")
        view_parquet(con, "spark.marts", tmp_path / "marts.db", like="duckdb.marts")
        assert [(one.mart, one.rows, one.difference) for one in compared(con, "duckdb", "spark")] == [("revenue", 0, None)]
        con.execute("insert into duckdb.marts.revenue values (1, '2025-01-01')")
        assert [one.difference for one in compared(con, "duckdb", "spark")] == ["1 only in duckdb"]


@needs_pyspark
def test_without_java_one_line_says_what_to_do(tmp_path: Path) -> None:
    ended = cli(tmp_path / "data", "build", "--target", "spark", JAVA_HOME=str(tmp_path))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == (
        f"error: spark: Java {JAVA} or newer is needed, there is none. Install openjdk-17-jre-headless or set JAVA_HOME.\n"
    )


def test_without_pyspark_one_line_says_what_to_do(config: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match="pyspark and dbt-spark are not installed. Run `pip install -r requirements-spark.lock`"):
        require_spark(config)

"""A build on a copy of the one before gives what a build from nothing gives, row for row; and does nothing for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from support.commands import PROJECT_DIR, land
from support.ledgers import WITHDRAWN_MONTH, late_ledger, newest_ledger, restated
from support.plain_sql import DATABASE, Plan

from common.errors import BuildError
from common.settings import Settings
from demo.generator import generate
from warehouse.backups.backup import newest_record
from warehouse.building import build as builds
from warehouse.building import selection as increment
from warehouse.building.dbt import Results
from warehouse.building.published import Published, current
from warehouse.building.selection import copy, selection

FIRST_DAY, LATER_DAY = date(2026, 7, 5), date(2026, 8, 20)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """The demo's exports."""
    generate(tmp_path / "demo")
    return tmp_path / "demo"


@pytest.fixture
def expected(config: Settings, plan: Plan) -> Callable[[date], duckdb.DuckDBPyConnection]:
    """Everything built from nothing, by the models' own SQL without dbt, as of a day."""

    def built(day: date) -> duckdb.DuckDBPyConnection:
        con = duckdb.connect()
        con.execute(f"attach ':memory:' as {DATABASE}")
        plan.reading(config.data_dir, day).as_tables().build(con)
        return con

    return built


def without_tests(monkeypatch: pytest.MonkeyPatch, config: Settings) -> None:
    """Let builds be of this folder, without data tests: other tests run those."""
    whole = builds.run_dbt

    def run_dbt(config: Settings, engine: builds.Engine, day: date, options: list[str]) -> builds.Results:
        return whole(config, engine, day, [*options, "--exclude-resource-type", "test"])

    monkeypatch.setattr(builds, "settings", lambda: config)
    monkeypatch.setattr(builds, "run_dbt", run_dbt)


def differences(published: Path, con: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    """Of every mart and monitoring table that differs: how many rows are only in the one, and only in the other."""
    con.execute(f"attach '{published}' as published (read_only)")
    tables = con.execute(
        "select schema_name || '.' || table_name from duckdb_tables() "
        f"where database_name = '{DATABASE}' and schema_name in ('marts', 'monitoring')"
    ).fetchall()
    found = {}
    for (table,) in tables:
        one, other = f"from published.{table}", f"from {DATABASE}.{table}"
        counts = [
            con.execute(f"select count(*) from ({first} except all {second})").fetchone()[0]
            for first, second in ((one, other), (other, one))
        ]
        if any(counts):
            found[table] = tuple(counts)
    con.close()
    assert len(tables) > 40
    return found


def months(published: Path) -> dict[date, int]:
    """The lines of each reporting month."""
    with duckdb.connect(str(published), read_only=True) as con:
        return dict(con.execute("select reporting_month, count(*) from marts.revenue_transactions group by all").fetchall())


def test_builds_after_each_landing_give_what_one_build_of_it_all_gives(
    config: Settings,
    files: Path,
    expected: Callable[[date], duckdb.DuckDBPyConnection],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_tests(monkeypatch, config)
    dumps = sorted((files / "meta_ads").glob("meta_ads_dump_*"))[:2]
    land(config, newest_ledger(files), files / "toolost", files / "linktree", *dumps)
    first = builds.build(as_of=FIRST_DAY)
    assert differences(first, expected(FIRST_DAY)) == {}

    outcomes = land(config, late_ledger(tmp_path)) + land(config, restated(newest_ledger(files), tmp_path), accept=True)
    assert {one.status for one in outcomes + land(config, files / "catalog")} == {"landed"}
    second = builds.build(as_of=FIRST_DAY)
    assert differences(second, expected(FIRST_DAY)) == {}
    assert months(second).keys() - months(first).keys() == {date(2020, 12, 1)}
    assert months(first).keys() - months(second).keys() == {date.fromisoformat(f"{WITHDRAWN_MONTH}-01")}

    land(config, files / "meta_ads", files / "distrokid")
    third = builds.build(as_of=LATER_DAY)
    assert differences(third, expected(LATER_DAY)) == {}
    record = newest_record(config, "build")
    assert record["built_again"][0].startswith("source:distrokid.") and record["built_again"][-1] == "tag:dated+"


def test_a_build_with_nothing_new_starts_no_dbt_and_the_published_one_stands(
    demo_copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = Settings(data_dir=demo_copy, _env_file=None)
    before = current(config)
    monkeypatch.setattr(builds, "settings", lambda: config)
    monkeypatch.setattr(builds, "run_dbt", lambda *_: pytest.fail("dbt was started"))
    assert builds.build(as_of=before.as_of_date) == before.path
    assert capsys.readouterr().out.startswith("Nothing new since ")
    assert current(config) == before


def test_an_increment_that_fails_leaves_the_published_build_as_it_was(demo_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = Settings(data_dir=demo_copy, _env_file=None)
    before, content = current(config), current(config).path.read_bytes()
    monkeypatch.setattr(builds, "settings", lambda: config)
    monkeypatch.setattr(
        builds,
        "run_dbt",
        lambda *_: Results(demo_copy / "warehouse" / ".dbt" / "logs" / "dbt.log", failures=["a test failed"]),
    )
    with pytest.raises(BuildError, match="nothing was published"):
        builds.build(as_of=LATER_DAY)
    assert current(config) == before and before.path.read_bytes() == content


def test_what_is_built_again_follows_from_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "bedrot.duckdb"
    path.write_bytes(b"0" * 1000)
    inputs = {"project": "p", "engine": "e", "folder": "f", "tables": {"bank.card": "1", "toolost.sales": "1"}, "bytes": 500}
    published = Published("one", path, datetime(2026, 7, 5), FIRST_DAY, inputs, full_bytes=600)
    assert selection(published, inputs, FIRST_DAY) == []
    assert selection(published, inputs, LATER_DAY) == ["tag:dated+"]
    landed = inputs | {"tables": {"bank.card": "2", "spotify.songs": "1", "toolost.sales": "1"}, "bytes": 600}
    assert selection(published, landed, FIRST_DAY) == ["source:bank.card+", "source:spotify.songs+"]
    for name in ("project", "engine", "folder"):
        assert selection(published, inputs | {name: "another"}, FIRST_DAY) is None
    assert selection(published, inputs | {"bytes": 701}, FIRST_DAY) is None
    assert selection(replace(published, full_bytes=499), inputs, FIRST_DAY) is None
    assert selection(replace(published, inputs={}), inputs, FIRST_DAY) is None


@pytest.mark.parametrize(
    "name", ["models/new.sql", "macros/new.sql", "seeds/label/new.csv", "tests/finance/new.sql", "models/new.yml"]
)
def test_a_change_of_the_project_is_seen(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(increment, "PROJECT_DIR", tmp_path)
    (tmp_path / "dbt_project.yml").write_text("name: bedrot\n")
    config = Settings(data_dir=tmp_path / "data", seeds_dir=tmp_path / "seeds" / "label", _env_file=None)
    before = increment.project_hash(config)
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("select 1\n")
    assert increment.project_hash(config) != before


def test_a_copy_is_its_own_file(tmp_path: Path) -> None:
    source = tmp_path / "one.duckdb"
    source.write_bytes(b"0123456789" * 1000)
    copy(source, tmp_path / "new" / "two.duckdb")
    (tmp_path / "new" / "two.duckdb").write_bytes(b"changed")
    assert source.read_bytes() == b"0123456789" * 1000


def test_every_model_that_reads_the_day_of_the_build_is_tagged() -> None:
    models = {path: path.read_text(encoding="utf-8") for path in (PROJECT_DIR / "models").rglob("*.sql")}
    reading = {path.name for path, sql in models.items() if re.search(r"\bas_of_date\(|\bis_settled\(", sql)}
    tagged = {path.name for path, sql in models.items() if "'dated'" in sql}
    assert len(reading) >= 3 and tagged == reading

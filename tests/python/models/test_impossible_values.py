"""Values that can't be, in every column of every landed table: one build publishes, no figure has them, each is listed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from support.builds import made_once
from support.commands import PROJECT_DIR, cli
from support.planted import (
    ACCOUNT,
    COUNTS,
    IMPOSSIBLE,
    NEGATIVE,
    NUMBERS,
    SIGNED,
    Planted,
    plant,
    planted_in_marts,
    unreadable,
)

from common.settings import Settings
from loaders.registry import all_tables
from warehouse.building.published import connected, current


@pytest.fixture(scope="session")
def data_dir(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with nothing but planted rows, built as a user does."""

    def made(folder: Path) -> None:
        found = plant(Settings(data_dir=folder / "data", threads=1, _env_file=None), demo)
        (folder / "planted.json").write_text(json.dumps([one.__dict__ for one in found]), encoding="utf-8")
        ended = cli(folder / "data", "build", BEDROT_AS_OF="2026-07-05", BEDROT_SEEDS_DIR=str(PROJECT_DIR / "demo" / "seeds"))
        assert ended.returncode == 0, ended.stderr[-3000:]

    return made_once(tmp_path_factory, "impossible", made) / "data"


@pytest.fixture
def con(data_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """What was published."""
    with connected(current(Settings(data_dir=data_dir, _env_file=None))) as connection:
        yield connection


@pytest.fixture
def planted(data_dir: Path) -> list[Planted]:
    """What was planted where."""
    return [Planted(**one) for one in json.loads((data_dir.parent / "planted.json").read_text(encoding="utf-8"))]


def test_every_column_of_every_table_was_planted(planted: list[Planted]) -> None:
    found = {(one.table, one.column, one.kind) for one in planted}
    for table in all_tables():
        if table.any_columns:
            continue
        for entry in table.required:
            columns = [name for name in entry.split("|") if (table.label, name, "null") in found]
            assert columns, (table.label, entry)
            assert {kind for name, column, kind in found if (name, column) == (table.label, columns[0])} >= IMPOSSIBLE.keys()


def test_no_figure_has_a_planted_value(con: duckdb.DuckDBPyConnection) -> None:
    marts = con.execute("select table_name from duckdb_tables() where schema_name = 'marts' and table_name not like 'kpi_%'")
    for (mart,) in marts.fetchall():
        for name, kind, *_ in con.execute(f'describe marts."{mart}"').fetchall():
            if not kind.startswith(NUMBERS) or name.endswith("_id") or any(one in name for one in COUNTS):
                continue
            found = con.execute(f'select distinct "{name}" from marts."{mart}" where "{name}" <> 0').fetchall()
            allowed = {NEGATIVE, -NEGATIVE} if mart in SIGNED else set()
            assert {float(value) for (value,) in found} <= allowed, (mart, name, found)
    (database,) = con.execute("select current_database()").fetchone()
    assert planted_in_marts(con, database) == []


def test_what_can_not_be_read_is_listed_with_its_row(con: duckdb.DuckDBPyConnection, planted: list[Planted]) -> None:
    listed = set(con.execute("select source_table, row_number from monitoring.rejects where account = ?", [ACCOUNT]).fetchall())
    wanted = unreadable(planted)
    assert len(wanted) > 300
    assert [one for one in wanted if (one.table, one.row_number) not in listed] == []


def test_a_row_that_is_right_is_not_listed(con: duckdb.DuckDBPyConnection, planted: list[Planted]) -> None:
    listed = set(con.execute("select source_table, row_number from monitoring.rejects where account = ?", [ACCOUNT]).fetchall())
    assert [one for one in planted if one.kind == "right" and (one.table, one.row_number) in listed] == []

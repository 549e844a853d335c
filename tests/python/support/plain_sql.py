"""The project's own SQL in plain DuckDB: one process, no dbt, no tests, no contracts.

dbt compiles the models once; its manifest then holds every seed, model and data test as plain SQL, with the
landing folder's path and the day written into it. From that, `Plan.build` fills one database, and because both
are only text, `Plan.reading` builds from any other landing folder, for any other day. The benchmark measures
`dbt build` against it, and the tests build many small landings with it.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, replace
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from common.settings import Settings
from common.sql_text import literal, quoted
from loaders.landing.store import ensure_schema
from loaders.registry import all_tables

PROJECT_DIR = Path(__file__).resolve().parents[3]
DATABASE = "bedrot"


@dataclass(frozen=True)
class Step:
    """One seed or model: `seed`, `view` or `table`, what it reads, and its SQL: what fills a seed, a model's query."""

    key: str
    schema: str
    name: str
    kind: str
    reads: frozenset[str]
    sql: str

    @property
    def statement(self) -> str:
        """What makes it, whatever was there before."""
        if self.kind == "seed":
            return self.sql
        return f"create or replace {self.kind} {DATABASE}.{quoted(self.schema)}.{quoted(self.name)} as {self.sql}"


@dataclass(frozen=True)
class Check:
    """One data test that can fail a build: what it reads, and the query of the rows that break the rule."""

    name: str
    reads: frozenset[str]
    sql: str


@dataclass(frozen=True)
class Plan:
    """Every seed and model in an order that works, reading the landing folder of `data_dir`, and their data tests.

    `as_of` is the day that dbt compiled them for, where it is known.
    """

    data_dir: Path
    steps: tuple[Step, ...]
    checks: tuple[Check, ...]
    as_of: date | None = None

    def relations(self, schema: str) -> list[str]:
        """The names of what is built in one schema."""
        return sorted(step.name for step in self.steps if step.schema == schema)

    def up_to(self, *names: str) -> Plan:
        """The part of the plan that some relations are built from, with the data tests that read nothing else.

        Raises KeyError for a name that the plan does not build.
        """
        keys = {step.name: step.key for step in self.steps}
        wanted = {keys[name] for name in names}
        for step in reversed(self.steps):
            if step.key in wanted:
                wanted |= step.reads
        steps = tuple(step for step in self.steps if step.key in wanted)
        return replace(self, steps=steps, checks=tuple(check for check in self.checks if check.reads <= wanted))

    def as_tables(self) -> Plan:
        """The same with every view made a table: of small data, planning views within views is what takes the time."""
        return replace(self, steps=tuple(replace(step, kind="table") if step.kind == "view" else step for step in self.steps))

    def reading(self, data_dir: Path, as_of: date | None = None) -> Plan:
        """The same plan for another landing folder and, where a day is given, as of that day."""
        texts = [(f"'{self.data_dir}/landing/", f"'{data_dir}/landing/")]
        if as_of:
            texts.append((f"cast('{self.as_of}' as date)", f"cast('{as_of}' as date)"))

        def told(sql: str) -> str:
            for old, new in texts:
                sql = sql.replace(old, new)
            return sql

        steps = tuple(replace(step, sql=told(step.sql)) for step in self.steps)
        checks = tuple(replace(check, sql=told(check.sql)) for check in self.checks)
        return Plan(data_dir, steps, checks, as_of or self.as_of)

    def build(self, con: duckdb.DuckDBPyConnection) -> None:
        """Build everything into the attached database."""
        for table in all_tables():
            ensure_schema(con, Settings(data_dir=self.data_dir, _env_file=None), table)
        for schema in sorted({step.schema for step in self.steps}):
            con.execute(f"create schema if not exists {DATABASE}.{quoted(schema)}")
        self._run(con, ("seed", "view", "table"))

    def refresh(self, con: duckdb.DuckDBPyConnection) -> None:
        """Build the tables again, from a landing folder that has changed; seeds and views stand as they are."""
        self._run(con, ("table",))

    def failed(self, con: duckdb.DuckDBPyConnection) -> list[str]:
        """The names of the data tests that find a row in what was built."""
        return [check.name for check in self.checks if con.execute(f"from (\n{check.sql}\n) limit 1").fetchall()]

    def _run(self, con: duckdb.DuckDBPyConnection, kinds: tuple[str, ...]) -> None:
        for step in self.steps:
            if step.kind in kinds:
                con.execute(step.statement)


def read_manifest(manifest: Path, data_dir: Path, as_of: date | None = None) -> Plan:
    """Return the plan of a manifest that `dbt compile` or `dbt build` wrote for this data folder and day."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    steps = {key: step_of(key, node) for key, node in nodes.items() if node["resource_type"] in ("seed", "model")}
    order = TopologicalSorter({key: step.reads for key, step in steps.items()})
    checks = tuple(
        Check(node["name"], reads_of(node), node["compiled_code"])
        for node in nodes.values()
        if node["resource_type"] == "test" and node["config"]["severity"].lower() == "error"
    )
    return Plan(data_dir, tuple(steps[key] for key in order.static_order()), checks, as_of)


def reads_of(node: dict) -> frozenset[str]:
    """The seeds and models that a model or a test reads; landed tables are always there."""
    return frozenset(key for key in node["depends_on"]["nodes"] if not key.startswith("source."))


def step_of(key: str, node: dict) -> Step:
    """One seed or model of the manifest; what is no view is a table."""
    if node["resource_type"] == "seed":
        return Step(key, node["schema"], node["alias"], "seed", frozenset(), seed_sql(node))
    kind = "view" if node["config"]["materialized"] == "view" else "table"
    return Step(key, node["schema"], node["alias"], kind, reads_of(node), node["compiled_code"])


def seed_sql(node: dict) -> str:
    """What `dbt seed` runs: a table of the configured types and a COPY, in which `NA` is text and a blank is null."""
    path = PROJECT_DIR / node["original_file_path"]
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    types = node["config"]["column_types"]
    columns = ", ".join(f"{quoted(name)} {types[name]}" for name in header)
    return (
        f"create or replace table {node['relation_name']} ({columns});"
        f"copy {node['relation_name']} from {literal(str(path))} (format csv, header true, delimiter ',')"
    )

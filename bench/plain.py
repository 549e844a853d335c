"""The project's own SQL in plain DuckDB: one process, no dbt, no tests, no contracts.

dbt compiles the models once; its manifest then holds every seed and every model as plain SQL, with the
landing folder's path written into it. From that, `Plan.build` fills one database, and because the path is
only text, it can read any other landing folder too. The benchmark measures `dbt build` against it, and the
tests build many small landings with it.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

PROJECT_DIR = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT_DIR))

from loaders.landing import ensure_schema, literal, quoted  # noqa: E402
from loaders.settings import Settings  # noqa: E402
from loaders.sources import all_tables  # noqa: E402

DATABASE = "bedrot"


@dataclass(frozen=True)
class Step:
    """One seed or model: `seed`, `view` or `table`, what it reads, and the statements that make it."""

    key: str
    schema: str
    name: str
    kind: str
    reads: frozenset[str]
    statements: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """Every seed and model in an order that works, reading the landing folder of `data_dir`."""

    data_dir: Path
    steps: tuple[Step, ...]

    def relations(self, schema: str) -> list[str]:
        """The names of what is built in one schema."""
        return sorted(step.name for step in self.steps if step.schema == schema)

    def up_to(self, schema: str) -> Plan:
        """The part of the plan that one schema is built from."""
        wanted: set[str] = set()
        for step in reversed(self.steps):
            if step.schema == schema or step.key in wanted:
                wanted |= {step.key, *step.reads}
        return Plan(self.data_dir, tuple(step for step in self.steps if step.key in wanted))

    def build(self, con: duckdb.DuckDBPyConnection, data_dir: Path | None = None) -> None:
        """Build everything into the attached database, from the landing folder of `data_dir`."""
        for table in all_tables():
            ensure_schema(con, Settings(data_dir=data_dir or self.data_dir, _env_file=None), table)
        for schema in sorted({step.schema for step in self.steps}):
            con.execute(f"create schema if not exists {DATABASE}.{quoted(schema)}")
        self._run(con, data_dir, ("seed", "view", "table"))

    def refresh(self, con: duckdb.DuckDBPyConnection, data_dir: Path | None = None) -> None:
        """Build the tables again, from a landing folder that has changed; seeds and views stand as they are."""
        self._run(con, data_dir, ("table",))

    def _run(self, con: duckdb.DuckDBPyConnection, data_dir: Path | None, kinds: tuple[str, ...]) -> None:
        for step in self.steps:
            for sql in step.statements if step.kind in kinds else ():
                con.execute(sql.replace(f"'{self.data_dir}/landing/", f"'{data_dir or self.data_dir}/landing/"))


def compile_project(data_dir: Path, as_of: date, target: Path) -> Plan:
    """Let dbt compile every model in a process of its own, below `target`, and return the plan."""
    settings = {
        "BEDROT_DATA_DIR": str(data_dir),
        "BEDROT_AS_OF": as_of.isoformat(),
        "BEDROT_BUILD_PATH": str(target / f"{DATABASE}.duckdb"),
    }
    command = [
        sys.executable, "-m", "dbt.cli.main", "--quiet", "--log-path", str(target / "logs"), "compile",
        "--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR), "--target-path", str(target),
    ]  # fmt: skip
    subprocess.run(command, cwd=PROJECT_DIR, env=os.environ | settings, check=True, stdout=subprocess.DEVNULL)
    return read_manifest(target / "manifest.json", data_dir)


def read_manifest(manifest: Path, data_dir: Path) -> Plan:
    """Return the plan of a manifest that `dbt compile` or `dbt build` wrote for this data folder."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"]
    steps = {key: step_of(key, node) for key, node in nodes.items() if node["resource_type"] in ("seed", "model")}
    order = TopologicalSorter({key: step.reads & set(steps) for key, step in steps.items()})
    return Plan(data_dir, tuple(steps[key] for key in order.static_order()))


def step_of(key: str, node: dict) -> Step:
    """The statements of one node; a model is a view or a table of its compiled SQL."""
    if node["resource_type"] == "seed":
        return Step(key, node["schema"], node["alias"], "seed", frozenset(), seed_statements(node))
    kind = "view" if node["config"]["materialized"] == "view" else "table"
    sql = f"create or replace {kind} {node['relation_name']} as {node['compiled_code']}"
    return Step(key, node["schema"], node["alias"], kind, frozenset(node["depends_on"]["nodes"]), (sql,))


def seed_statements(node: dict) -> tuple[str, ...]:
    """What `dbt seed` runs: a table of the configured types and a COPY, in which `NA` is text and a blank is null."""
    path = PROJECT_DIR / node["original_file_path"]
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file))
    types = node["config"]["column_types"]
    columns = ", ".join(f"{quoted(name)} {types[name]}" for name in header)
    return (
        f"create or replace table {node['relation_name']} ({columns})",
        f"copy {node['relation_name']} from {literal(str(path))} (format csv, header true, delimiter ',')",
    )

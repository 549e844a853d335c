"""What broke a build, in words: the rule of each data test that failed, and the landed file and row behind it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

LINEAGE = {"_extract_id", "_row_number"}
WORDS = {
    "not_null": "{column} of {model} is empty",
    "never_null": "one of {columns} of {model} is empty",
    "never_negative": "one of {columns} of {model} is negative",
    "unique": "{column} of {model} is there twice",
    "unique_grain": "{columns} of {model} are there twice together",
    "relationships": "{column} of {model} names nothing that there is",
    "accepted_values": "{column} of {model} is none of {values}",
}


def broken_rules(target: Path, database: Path) -> list[str]:
    """Return a sentence for each data test that failed, as dbt's `target` folder and the half-built database tell it."""
    import duckdb

    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    failed = [nodes[one["unique_id"]] for one in results if one["status"] == "fail" and one["unique_id"] in nodes]
    if not failed:
        return []
    with duckdb.connect(str(database), read_only=True) as con:
        return [f"{rule_of(node)}{behind(con, nodes, node)}" for node in failed]


def rule_of(node: dict[str, Any]) -> str:
    """Return the rule of a data test: what it says in its first comment, else what its kind means."""
    meta = node.get("test_metadata")
    if not meta:
        comment = re.match(r"(?:\s*\{\{.*?\}\})?\s*((?:--[^\n]*\n)+)", node["raw_code"] + "\n")
        text = " ".join(line.removeprefix("--").strip() for line in comment[1].splitlines()) if comment else node["name"]
        return f"this does not hold: {text.rstrip('.')}"
    arguments = meta["kwargs"] | (meta["kwargs"].get("arguments") or {})
    told = {
        "model": (node.get("attached_node") or "").rpartition(".")[2],
        "column": arguments.get("column_name"),
        "columns": ", ".join(arguments.get("columns") or []),
        "values": ", ".join(map(str, arguments.get("values") or [])),
    }
    return WORDS[meta["name"]].format(**told) if meta["name"] in WORDS else f"{meta['name']} of {told['model']} does not hold"


def behind(con: duckdb.DuckDBPyConnection, nodes: dict[str, Any], node: dict[str, Any]) -> str:
    """Return the first row that breaks a rule, and the landed file and row it is from where that can be told."""
    import duckdb

    try:
        cursor = con.execute(f"select * from (\n{node['compiled_code']}\n) limit 1")
        values = dict(zip((column[0] for column in cursor.description), cursor.fetchone() or (), strict=False))
    except duckdb.Error:
        return ""
    meta = node.get("test_metadata") or {"kwargs": {}}
    column = meta["kwargs"].get("column_name")
    values = {column if name in ("unique_field", "from_field", "value_field") else name: one for name, one in values.items()}
    shown = ", ".join(f"{name} {one}" for name, one in values.items() if one is not None)[:200]
    origin = landed_row(con, nodes, node["depends_on"]["nodes"], {name: one for name, one in values.items() if one is not None})
    return f" ({shown})" * bool(shown) + origin


def landed_row(con: duckdb.DuckDBPyConnection, nodes: dict[str, Any], models: list[str], values: dict[str, Any]) -> str:
    """Return the file and row of the nearest model below that has lineage and a row with these values; else nothing."""
    seen: set[str] = set()
    while models:
        for key in models:
            found = row_in(con, nodes[key], values) if key in nodes else None
            if found:
                return f": {found[0]}, row {found[1]}"
        seen |= set(models)
        models = [one for key in models if key in nodes for one in nodes[key]["depends_on"].get("nodes", []) if one not in seen]
    return ""


def row_in(con: duckdb.DuckDBPyConnection, node: dict[str, Any], values: dict[str, Any]) -> tuple[str, int] | None:
    """Return the file and row of a model's row with these values, in the columns that it has; None where it has none."""
    import duckdb

    if node["resource_type"] != "model":
        return None
    try:
        columns = {name for name, *_ in con.execute(f"describe {node['relation_name']}").fetchall()}
        shared = [name for name in values if name in columns]
        if not shared or not columns >= LINEAGE:
            return None
        same = " and ".join(f'"{name}" = ?' for name in shared)
        return con.execute(
            f"""
            select max(extracts.file_name), max(rows._row_number) from {node["relation_name"]} as rows
            inner join staging.stg_landing__extracts as extracts on rows._extract_id = extracts._extract_id
            where {same} group by rows._extract_id, rows._row_number order by 2 desc limit 1
            """,
            [values[name] for name in shared],
        ).fetchone()
    except duckdb.Error:
        return None

"""What monitoring says of landed rows: which can't be read, where each is, and what went away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import dbt

from loaders.sources import all_tables

NAMED_LATER = {"legacy.daily_streams"}  # judged where its columns are made rows


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every model of the manifest by its name, as dbt parses the project."""
    data_dir: Path = tmp_path_factory.mktemp("parsed")
    assert dbt(data_dir, "parse").returncode == 0
    manifest = json.loads((data_dir / "target" / "manifest.json").read_text(encoding="utf-8"))
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}


@pytest.fixture(scope="module")
def staged(nodes: dict[str, Any]) -> dict[str, Any]:
    """Every staging model by the landed table that it reads."""
    alone = [node for name, node in nodes.items() if name.startswith("stg_") and name != "stg_landing__extracts"]
    return {".".join(node["depends_on"]["nodes"][0].split(".")[-2:]): node for node in alone}


def test_every_landed_table_counts_its_extracts(nodes: dict[str, Any]) -> None:
    read = {".".join(one.split(".")[-2:]) for one in nodes["stg_landing__extracts"]["depends_on"]["nodes"]}
    assert read == {table.label for table in all_tables()}


def test_every_staging_model_says_what_it_cannot_read_and_rejects_lists_it(nodes: dict[str, Any], staged: dict[str, Any]) -> None:
    assert len(staged) > 40
    silent = [label for label, node in staged.items() if "as reject_reason" not in node["raw_code"]]
    assert set(silent) == NAMED_LATER
    assert [label for label in staged if f"'{label}'" not in nodes["rejects"]["raw_code"]] == []

"""What the exposures say is read is what is read; shared texts and contracts stand where a reader looks for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from support.commands import PROJECT_DIR

MODELS = PROJECT_DIR / "models"
READ_BY_NAME = re.compile(r"\b(?:marts|monitoring|intermediate|seeds)\.([a-z_]+)\b")


def stated(kind: str) -> Iterator[dict[str, Any]]:
    """Yield every entry of a kind in the models' YAML."""
    for path in sorted(MODELS.rglob("*.yml")):
        yield from yaml.safe_load(path.read_text(encoding="utf-8")).get(kind) or []


def exposed() -> dict[str, set[str]]:
    """Return the models and seeds that each exposure depends on."""
    return {one["name"]: set(re.findall(r"ref\('(\w+)'\)", " ".join(one["depends_on"]))) for one in stated("exposures")}


def relations() -> set[str]:
    """Return the name of every model and seed."""
    seeds = (PROJECT_DIR / "seeds").rglob("*.csv")
    return {path.stem for path in (*MODELS.rglob("*.sql"), *seeds)}


def read_in(*paths: Path) -> set[str]:
    """Return the models and seeds that Python names with their schema."""
    return {name for path in paths for name in READ_BY_NAME.findall(path.read_text(encoding="utf-8"))} & relations()


def test_exposures_depend_on_what_their_commands_read() -> None:
    depend, warehouse = exposed(), PROJECT_DIR / "warehouse"
    assert depend["suggest"] == read_in(warehouse / "asking" / "suggest.py")
    assert depend["status_and_metrics"] == read_in(*(warehouse / "health").glob("*.py"), warehouse / "checks" / "recount.py")
    assert depend["workbook_export"] == {
        path.stem for path in (MODELS / "marts").rglob("*.sql") if path.parent.name != "deprecated"
    }
    overview = (PROJECT_DIR / "docs" / "overview.md").read_text(encoding="utf-8")
    assert depend["docs_site"] == set(re.findall(r"`(\w+)`", overview)) & relations()
    assert depend["goal_query"] == {"content_streams", "kpi_stream_goal"}
    assert all(one["owner"]["email"] and one["description"] for one in stated("exposures"))


def test_every_table_that_commands_read_has_a_contract_with_every_type() -> None:
    by_name = {one["name"]: one for one in stated("models")}
    commands = list((PROJECT_DIR / "warehouse").rglob("*.py"))
    monitoring = {path.stem for path in (MODELS / "monitoring").glob("*.sql")}
    assert {"unmatched", "row_accounting"} <= read_in(*commands) & monitoring
    for name in monitoring:
        columns = by_name[name]["columns"]
        assert columns and all(column.get("data_type") and column["description"] for column in columns), name
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))["models"]["bedrot"]
    assert project["monitoring"]["+contract"] == {"enforced": True}


def test_a_text_of_three_columns_or_more_is_a_doc_block() -> None:
    texts = Counter(
        " ".join(column.get("description", "").split()) for model in stated("models") for column in model.get("columns") or []
    )
    assert {text: count for text, count in texts.items() if count >= 3 and not text.startswith("{{ doc(")} == {}
    blocks = set(re.findall(r"{% docs (\w+) %}", (MODELS / "docs.md").read_text(encoding="utf-8")))
    used = Counter(name for text, count in texts.items() for name in re.findall(r"doc\('(\w+)'\)", text) for _ in range(count))
    assert set(used) == blocks

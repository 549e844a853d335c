"""What fails a build is said in words, with the landed file and row behind it."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from common.settings import Settings
from warehouse.building.broken_rules import broken_rules
from warehouse.building.published import current

BROKEN = {
    "two rows of one key": (
        "insert into intermediate.int_youtube_channel_daily_kept select * from intermediate.int_youtube_channel_daily_kept limit 1;"
        "insert into marts.youtube_channel_daily select * from marts.youtube_channel_daily"
        " where (channel_id, view_date) in (select (channel_id, view_date) from intermediate.int_youtube_channel_daily_kept limit 1)",
        ("unique_grain", "youtube_channel_daily"),
        "channel_id, view_date of youtube_channel_daily are there twice together (channel_id ",
    ),
    "a rule of several models": (
        "update marts.content_streams set stream_count = stream_count + 1 where stream_count ="
        " (select max(stream_count) from marts.content_streams)",
        ("", "assert_streams_by_every_dimension_add_up"),
        "this does not hold: Streams by day, month, platform, distributor and the goal count are the same streams",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_rule_is_said_in_words_with_its_row(demo_copy: Path, tmp_path: Path, case: str) -> None:
    breaking, (kind, name), told = BROKEN[case]
    database = current(Settings(data_dir=demo_copy, _env_file=None)).path
    target = demo_copy / "warehouse" / ".dbt" / "target"
    with duckdb.connect(str(database)) as con:
        con.execute(breaking)
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    failed = [
        key
        for key, node in nodes.items()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name", "") == kind
        and (node["name"] if not kind else (node.get("attached_node") or "").rpartition(".")[2]) == name
    ]
    results = [{"unique_id": failed[0], "status": "fail"}, {"unique_id": next(iter(nodes)), "status": "success"}]
    (target / "run_results.json").write_text(json.dumps({"results": results}), encoding="utf-8")
    [rule] = broken_rules(target, database)
    assert rule.startswith(told), rule
    if kind:
        assert "youtube_channel_daily_" in rule and rule.rpartition(", row ")[2].isdigit(), rule

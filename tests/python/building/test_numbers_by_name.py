"""Models name platforms and the sources of a recording; one place each has their numbers."""

from __future__ import annotations

import csv
import re

from support.commands import PROJECT_DIR

SQL = {path: path.read_text(encoding="utf-8") for path in (PROJECT_DIR / "models").rglob("*.sql")}


def test_every_platform_that_a_model_names_is_in_the_seed() -> None:
    with (PROJECT_DIR / "seeds" / "reference" / "seed_platforms.csv").open(encoding="utf-8", newline="") as file:
        keys = {row["platform_key"] for row in csv.DictReader(file)}
    named = {key for text in SQL.values() for key in re.findall(r"platform_id\('(\w+)'\)|'(\w+)' as platform_key", text)}
    flat = {first or second for first, second in named}
    assert {"spotify", "apple_music", "meta_ads", "mailchimp"} <= flat <= keys


def test_no_model_writes_a_platform_or_a_rank_as_a_number() -> None:
    """0 is the unknown platform everywhere."""
    number = re.compile(r"\b[1-9][0-9]* as platform_id\b|\bplatform_id *(?:=|<>|in \() *[1-9]|\bstated_rank *(?:=|[<>]=?|in \()")
    assert {path.name: number.findall(text) for path, text in SQL.items() if number.search(text)} == {}

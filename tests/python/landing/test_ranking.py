"""Where an export without a time stamp counts: after the stamped one that it holds and exceeds, in any order of landing."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from support.commands import land, rows, timeline
from support.ledgers import ledger_a, ledger_b, sale

from common.settings import Settings

LINES = [sale("2025-03-29", "2025-01", quantity=str(number), earnings="10.00") for number in range(1, 19)]
MORE = sale("2025-03-29", "2025-01", quantity="77", earnings="5.00")


def newest(config: Settings) -> tuple[str, list[str]]:
    """The file whose rows count for the ledger's last date, and what they earned."""
    last = [one for one in timeline(config, "distrokid", "bank_details") if one.path][-1]
    landed = rows(config, "distrokid", "bank_details", '_extract_id, "Earnings (USD)"::decimal(24, 2)')
    return last.file_name.split("/")[-1], sum(earned for extract_id, earned in landed if extract_id == last.extract_id)


def save(box: Path, name: str, lines: list[dict[str, str]], is_new: bool = False) -> Path:
    (box / name).write_bytes(ledger_b(lines) if is_new else ledger_a(lines))
    return box / name


@pytest.mark.parametrize("order", list(permutations((0, 1, 2))))
def test_a_ledger_without_a_stamp_that_holds_more_counts_in_every_order(
    config: Settings, box: Path, order: tuple[int, ...]
) -> None:
    files = [
        save(box, "dk_bank_details_20250401_101500.tsv", LINES[:-1]),
        save(box, "dk_bank_details_20250529_101500.tsv", LINES),
        save(box, "ledger.csv", [*LINES, MORE], is_new=True),
    ]
    for number in order:
        assert [one.status for one in land(config, files[number])] == ["landed"]
    assert newest(config) == ("ledger.csv", 185)
    last = [one for one in timeline(config, "distrokid", "bank_details") if one.path][-1]
    assert last.extracted_at.isoformat() == "2025-05-29T10:15:01"


def test_one_that_lacks_a_line_stays_before_and_says_so(config: Settings, box: Path) -> None:
    stamped = save(
        box, "dk_bank_details_20250529_101500.tsv", [*LINES, sale("2025-03-29", "2025-01", quantity="3", earnings="0.01")]
    )
    land(config, stamped)
    [outcome] = land(config, save(box, "ledger.tsv", [*LINES, sale("2025-03-29", "2025-01", quantity="4", earnings="0.01")]))
    [warning] = outcome.warnings
    assert outcome.status == "landed" and warning == (
        "distrokid.bank_details ranks as of 2025-03-29, before box/dk_bank_details_20250529_101500.tsv; "
        "if it is newer, land it again with --extracted-at"
    )
    assert newest(config)[0] == stamped.name
    assert land(config, save(box, "copy.tsv", LINES))[0].warnings == ()  # the stamped one has all of it: it is older


def test_one_that_is_equal_is_older_or_the_same_and_says_nothing(config: Settings, box: Path) -> None:
    land(config, save(box, "dk_bank_details_20250529_101500.tsv", LINES))
    [outcome] = land(config, save(box, "ledger.tsv", LINES[::-1]))
    assert outcome.warnings == () and newest(config)[1] == 180


def test_one_whose_newest_day_is_older_is_older_and_says_nothing(config: Settings, box: Path) -> None:
    land(config, save(box, "dk_bank_details_20250529_101500.tsv", [*LINES, sale("2025-04-29", "2025-02", earnings="90.00")]))
    [outcome] = land(config, save(box, "ledger.tsv", [*LINES[:-1], sale("2025-03-29", "2025-01", earnings="0.01")]))
    assert outcome.status == "landed" and outcome.warnings == ()


def test_a_day_given_by_hand_decides(config: Settings, box: Path) -> None:
    from datetime import datetime

    land(config, save(box, "dk_bank_details_20250529_101500.tsv", LINES))
    land(config, save(box, "ledger.tsv", [*LINES, MORE]), extracted_at=datetime(2025, 4, 2), accept=True)
    assert newest(config) == ("dk_bank_details_20250529_101500.tsv", 180)


def streams(box: Path, name: str, values: list[int]) -> Path:
    days = [{"category": str(date(2025, 5, 1 + number)), "column-1": value} for number, value in enumerate(values)]
    script = f'AmCharts.makeChart("trend365day", {{"dataProvider": {days}}});'.replace("'", '"')
    (box / name).write_text(f"<html><script>{script}</script></html>")
    return box / name


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_days_that_the_platform_still_revises_need_not_agree(config: Settings, box: Path, order: tuple[int, int]) -> None:
    files = [
        streams(box, "streams_stats_20250520_101500.html", [100, 110, 120, 130, 60, 5]),
        streams(box, "page.html", [100, 110, 120, 130, 140, 150, 9]),
    ]
    for number in order:
        assert land(config, files[number])[0].status == "landed"
    last = [one for one in timeline(config, "distrokid", "streams_daily") if one.path][-1]
    assert last.file_name == "box/page.html" and last.covers_to == date(2025, 5, 7)

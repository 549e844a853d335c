"""Ads Manager's CSV: days and ranges, its totals row, its currency and account, and what is refused."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from support.commands import land, rows, timeline

from common.settings import Settings

RANGE = "Reporting starts,Reporting ends,Campaign name,Amount spent (USD),Impressions\n"
MAY = "2025-05-01,2025-05-31"
BY_DAY = "Campaign name,Campaign ID,Day,Reporting starts,Reporting ends,Amount spent (EUR),Account ID\n"


def save(box: Path, text: str, name: str = "Label-Campaigns-May-1-2025-May-31-2025.csv") -> Path:
    (box / name).write_text(text, encoding="utf-8-sig")
    return box / name


def covered(config: Settings, table: str) -> list[tuple[date, date, datetime, str]]:
    return [(one.covers_from, one.covers_to, one.extracted_at, one.account) for one in timeline(config, "meta_ads", table)]


def test_a_range_is_a_window_and_its_currency_stands_beside_every_row(config: Settings, box: Path) -> None:
    outcome = land(config, save(box, f"{RANGE}{MAY},Push,12.50,900\n{MAY},,12.50,900\n"))[0]
    assert (outcome.status, outcome.rows, outcome.tables) == ("landed", 2, ("meta_ads.manager_window",))
    landed = rows(config, "meta_ads", "manager_window", '"Campaign name", "Amount spent", _header_currency, "Campaign ID"')
    assert landed == [("Push", "12.50", "USD", None), ("", "12.50", "USD", None)]
    assert covered(config, "manager_window") == [(date(2025, 5, 31), date(2025, 5, 31), datetime(2025, 5, 31), "main")]


def test_days_are_those_of_the_day_column_and_the_totals_row_goes_with_them(config: Settings, box: Path) -> None:
    lines = [f",,,{MAY},5,", f"Push,120000000000000001,2025-05-20,{MAY},2,77", f"Push,120000000000000001,2025-05-21,{MAY},3,77"]
    outcome = land(config, save(box, BY_DAY + "\n".join(lines) + "\n"))[0]
    assert (outcome.status, outcome.rows, outcome.tables) == ("landed", 3, ("meta_ads.manager_daily",))
    assert covered(config, "manager_daily") == [(date(2025, 5, 1), date(2025, 5, 21), datetime(2025, 5, 21), "act_77")]
    assert rows(config, "meta_ads", "manager_daily", 'distinct _header_currency, "Impressions"') == [("EUR", None)]


def test_a_range_of_one_day_is_that_day_and_rows_of_both_kinds_part(config: Settings, box: Path) -> None:
    outcome = land(config, save(box, f"{RANGE}2025-05-20,2025-05-20,Push,2,1\n{MAY},Push,12.50,900\n{MAY},,14.50,901\n"))[0]
    assert outcome.rows == 3 and outcome.tables == ("meta_ads.manager_daily", "meta_ads.manager_window")
    assert rows(config, "meta_ads", "manager_daily", '"Amount spent"') == [("2",), ("14.50",)]
    assert rows(config, "meta_ads", "manager_window", '"Amount spent"') == [("12.50",)]


def test_a_plain_amount_has_no_currency_of_its_own_and_headers_match_in_any_case(config: Settings, box: Path) -> None:
    text = f"REPORTING STARTS,Reporting Ends,campaign name,amount spent,Ad Set ID\n{MAY},Push,1,9\n"
    land(config, save(box, text))
    assert rows(config, "meta_ads", "manager_window", '"Reporting starts", _header_currency, "Ad set ID"') == [
        ("2025-05-01", None, "9")
    ]


def test_a_filtered_export_of_days_is_no_replacement(config: Settings, box: Path) -> None:
    days = [f"{name},,2025-05-{day:02d},{MAY},2,77\n" for day in range(1, 21) for name in ("Push", "Pull")]
    assert land(config, save(box, BY_DAY + "".join(days), "one_20250601.csv"))[0].status == "landed"
    filtered = land(config, save(box, BY_DAY + "".join(days[::2]), "two_20250602.csv"))[0]
    assert filtered.status == "quarantined" and "have no equal in the later file" in filtered.reason


BAD = {
    "several accounts": (BY_DAY + f"A,1,2025-05-20,{MAY},2,77\nB,2,2025-05-20,{MAY},2,78\n", "rows of several ad accounts (77, 78)"),
    "without campaign names": (RANGE.replace("Campaign", "Ad set") + f"{MAY},Set,1,1\n", "columns missing for meta_ads.manager_daily: Campaign name"),
    "without amounts": (RANGE.replace("Amount spent (USD)", "Results") + f"{MAY},Push,1,1\n", "columns missing for meta_ads.manager_"),
    "no day that can be read": (RANGE + "May 1,May 31,Push,1,1\n", "no date that can be read in column 'Reporting ends'"),
    "line cut short": (f"{RANGE}{MAY},Push,1,1\n2025-0", "line 3 has 1 field, the header 5"),
    "login page": ("<html><title>Log in to Facebook</title></html>", "an HTML page ('Log in to Facebook') without data"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_quarantined_with_its_reason_and_nothing_lands(config: Settings, box: Path, case: str) -> None:
    content, reason = BAD[case]
    outcomes = land(config, save(box, content))
    assert [one.status for one in outcomes] == ["quarantined"] and reason in outcomes[0].reason
    assert "\n" not in outcomes[0].reason and not list(config.landing_dir.rglob("2*.parquet"))

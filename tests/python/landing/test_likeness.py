"""The same rows under another account are asked about, and nothing that can be chance is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from support.commands import land, rows
from support.ledgers import ledger_a, ledger_b, sale

from common.settings import Settings

CARD = "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n"
LEDGER = [sale("2025-03-29", "2025-01", quantity=str(number), earnings=f"0.{number}") for number in range(11, 31)]


def purchases(box: Path, name: str, digits: str, first: int, count: int) -> Path:
    lines = [
        f"2025-05-{day:02d},2025-05-{day + 1:02d},{digits},SHOP {day},Merchandise,{day}.25,\n"
        for day in range(first, first + count)
    ]
    (box / name).write_text(CARD + "".join(lines))
    return box / name


def overview(config: Settings, box: Path, name: str, account: str, values: list[int]) -> str:
    days = [{"date": f"2025-05-{day:02d}", "streams": str(value)} for day, value in enumerate(values, start=1)]
    (box / name).write_text(json.dumps({"streams": days, "discovery": []}))
    return land(config, box / name, account=account)[0].status


def test_a_ledger_as_another_account_is_asked_about_and_lands_when_accepted(config: Settings, box: Path) -> None:
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a(LEDGER))
    (box / "dk_bank_details_20250629_101500.tsv").write_bytes(ledger_a([*LEDGER, sale("2025-04-29", "2025-02")]))
    land(config, box / "dk_bank_details_20250529_101500.tsv")
    for name in ("dk_bank_details_20250529_101500.tsv", "dk_bank_details_20250629_101500.tsv"):
        [outcome] = land(config, box / name, account="second")
        assert outcome.status == "quarantined"
        assert (
            "distrokid.bank_details of second: the same rows as account main: 20 that box/dk_bank_details_20250529"
            in outcome.reason
        )
    assert len(rows(config, "distrokid", "bank_details")) == 20
    [outcome] = land(config, box / "dk_bank_details_20250529_101500.tsv", account="second", accept=True)
    assert outcome.status == "landed" and len(rows(config, "distrokid", "bank_details")) == 40
    [outcome] = land(config, box / "dk_bank_details_20250629_101500.tsv", account="second")
    assert outcome.status == "landed"  # what was accepted once is not asked about again


def test_another_accounts_own_ledger_lands(config: Settings, box: Path) -> None:
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a(LEDGER))
    other = [line | {"ISRC": "QZABC2500002"} for line in LEDGER]
    (box / "dk_bank_details_20250530_101500.tsv").write_bytes(ledger_a([*other, *LEDGER[:2]]))
    land(config, box / "dk_bank_details_20250529_101500.tsv")
    assert land(config, box / "dk_bank_details_20250530_101500.tsv", account="second")[0].status == "landed"


def test_a_replaced_cards_old_purchases_under_new_digits_are_asked_about(config: Settings, box: Path) -> None:
    land(config, purchases(box, "2025-05-15_transaction_download.csv", "0427", 1, 8))
    [outcome] = land(config, purchases(box, "2025-05-28_transaction_download.csv", "1234", 1, 20))
    assert outcome.status == "quarantined" and "bank.card of 1234: the same rows as account 0427: 8 that" in outcome.reason
    [outcome] = land(config, purchases(box, "2025-05-29_transaction_download.csv", "1234", 9, 12))
    assert outcome.status == "landed"


@pytest.mark.parametrize("amount", ["-{day}.25", "({day}.25)", "-${day}.250"])
def test_a_replaced_card_whose_amounts_have_another_sign_is_asked_about_too(config: Settings, box: Path, amount: str) -> None:
    land(config, purchases(box, "2025-05-15_transaction_download.csv", "0427", 1, 8))
    path = purchases(box, "2025-05-28_transaction_download.csv", "1234", 1, 9)
    path.write_text(re.sub(r"([0-9]+)[.]25", lambda found: amount.format(day=found[1]), path.read_text()))
    [outcome] = land(config, path)
    assert outcome.status == "quarantined" and "bank.card of 1234: the same rows as account 0427: 8 that" in outcome.reason


def test_few_lines_on_two_cards_are_chance(config: Settings, box: Path) -> None:
    land(config, purchases(box, "2025-05-15_transaction_download.csv", "0427", 1, 1))
    assert land(config, purchases(box, "2025-05-16_transaction_download.csv", "1234", 1, 1))[0].status == "landed"


@pytest.mark.parametrize(
    ("values", "status"),
    [([0] * 28, "landed"), ([3, 1, 2, 0, 4, 7, 5, 6], "landed"), ([120, 98, 0, 143], "quarantined")],
    ids=["no streams", "a few a day", "many"],
)
def test_days_of_two_small_accounts_may_agree(config: Settings, box: Path, values: list[int], status: str) -> None:
    assert overview(config, box, "toolost_spotify_20250601_101500.json", "main", values) == "landed"
    assert overview(config, box, "toolost_spotify_20250602_101500.json", "second", values) == status


@pytest.mark.parametrize(("first", "second"), [("PIG1987", "ZONE A0"), ("ZONE A0", "PIG1987")])
def test_an_account_read_from_another_name_is_asked_about(config: Settings, box: Path, first: str, second: str) -> None:
    for artist, status in ((first, "landed"), (second, "quarantined")):
        file = box / f"{artist}-audience-timeline.csv"
        file.write_text("date,listeners,streams,followers\n2025-05-18,210,380,1510\n2025-05-19,198,350,1512\n")
        assert land(config, file)[0].status == status


def test_an_ads_manager_export_with_another_column_is_the_same_as_without(config: Settings, box: Path) -> None:
    header = "Reporting starts,Reporting ends,Campaign name,Amount spent (USD)"
    lines = [f"2025-05-01,2025-05-31,{name},{spend}" for name, spend in (("A", "100.37"), ("B", "30.12"), ("C", "31.12"))]
    for name, header_end, line_end in (("Label-Campaigns-1.csv", "", ""), ("Label-Campaigns-2.csv", ",Account ID", ",77")):
        text = "\n".join([header + header_end, *(line + line_end for line in lines)]) + "\n"
        (box / name).write_text(text)
    assert land(config, box / "Label-Campaigns-1.csv")[0].status == "landed"
    [outcome] = land(config, box / "Label-Campaigns-2.csv")
    assert outcome.status == "quarantined"
    assert "meta_ads.manager_window of act_77: the same rows as account main: 3 that" in outcome.reason
    assert land(config, box / "Label-Campaigns-2.csv", account="main")[0].status == "landed"


def test_a_ledger_of_the_other_generation_as_another_account_is_asked_about(config: Settings, box: Path) -> None:
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a(LEDGER))
    (box / "dk_bank_details_20250629_101500.csv").write_bytes(ledger_b([*LEDGER, sale("2025-04-29", "2025-02")]))
    land(config, box / "dk_bank_details_20250529_101500.tsv")
    [outcome] = land(config, box / "dk_bank_details_20250629_101500.csv", account="second")
    assert outcome.status == "quarantined" and "the same rows as account main: 20 that" in outcome.reason


def test_an_artists_days_under_an_unknown_id_and_another_header_are_asked_about(config: Settings, box: Path) -> None:
    days = [f"2025-05-{day},{200 + day},{300 + day},{1500 + day}" for day in range(10, 20)]
    old, new = box / "spotify_audience_4abcDEF0123456789abcde_20250521_090000.csv", box / "PIG1987-audience-timeline.csv"
    old.write_text("\n".join(["date,listeners,streams,followers", *days]) + "\n")
    new.write_text("\n".join(["date,listeners,streams,followers,saves", *(f"{day},7" for day in days)]) + "\n")
    assert land(config, old)[0].status == "landed"
    assert land(config, new)[0].status == "quarantined"

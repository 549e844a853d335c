"""A file whose dates were read in the wrong order: it is said, refused twice, taken back, and landed as it is right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from support.builds import Build
from support.commands import cli, land, timeline

from common.settings import Settings
from loaders.landing import quarantine

TODAY = date(2026, 7, 5)
CARD = "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n"
LINES = (("03/06/2026", "20.00"), ("04/06/2026", "27.49"), ("05/06/2026", "45.98"))
AS_READ = {"month-first": [date(2026, month, 6) for month in (3, 4, 5)], "day-first": [date(2026, 6, day) for day in (3, 4, 5)]}


def card(box: Path, *lines: tuple[str, str], name: str = "bank2.csv") -> Path:
    text = CARD + "".join(f"{day},,1122,SPLICE,Merchandise,{amount},\n" for day, amount in lines or LINES)
    (box / name).write_text(text, encoding="utf-8")
    return box / name


def manager(box: Path, *days: str, name: str = "amb.csv") -> Path:
    """Days that read either way, with a gap in both."""
    days = days or ("03/05/2026", "07/05/2026")
    text = "Reporting starts,Reporting ends,Campaign name,Amount spent (USD)\n"
    text += "".join(f"{day},{day},A,1.00\n" for day in days)
    (box / name).write_text(text, encoding="utf-8")
    return box / name


def lines_of(built: Build) -> list[tuple[date, Decimal]]:
    con = built(TODAY, "int_bank_lines_unioned")
    return con.execute("select transaction_date, amount from intermediate.int_bank_lines_unioned order by 1").fetchall()


@pytest.mark.parametrize(("made", "table"), [(manager, "meta_ads.manager_daily"), (card, "bank.card")])
def test_what_was_landed_with_an_order_is_withdrawn_in_it(config: Settings, box: Path, made: object, table: str) -> None:
    path = made(box)
    assert cli(config.data_dir, "land", "--dates", "day-first", str(path)).returncode == 0
    [one] = timeline(config, *table.split("."))
    ended = cli(config.data_dir, "withdraw", one.extract_id)
    assert ended.returncode == 0, ended.stderr
    assert timeline(config, *table.split(".")) == []
    [refused] = quarantine.entries(config)
    assert (refused.dates, refused.account) == ("day-first", None)
    assert cli(config.data_dir, "quarantine", "accept", refused.id).returncode == 0
    assert [one.date_order for one in timeline(config, *table.split("."))] == ["day-first"]


@pytest.mark.parametrize(
    ("wrong", "right", "is_copy"),
    [(None, "day-first", False), ("month-first", "day-first", True), ("day-first", "month-first", False)],
)
def test_the_same_lines_read_the_other_way_wait_until_the_first_are_taken_back(
    config: Settings, box: Path, built: Build, wrong: str | None, right: str, is_copy: bool
) -> None:
    assert land(config, card(box), dates=wrong)[0].status == "landed"
    [first] = timeline(config, "bank", "card")
    again = card(box, *reversed(LINES), name="copy.csv") if is_copy else box / "bank2.csv"
    refused = land(config, again, dates=right)[0]
    assert refused.status == "quarantined"
    other = "day-first" if right == "month-first" else "month-first"
    assert refused.reason == (
        f"box/{again.name}: bank.card of 1122: the same rows landed with their dates read {other} ({first.extract_id}). "
        f"If {right} is right, first `python cli.py withdraw {first.extract_id}`, then land it again with `--dates {right}`."
    )
    assert sum(amount for _, amount in lines_of(built)) == Decimal("93.47")
    assert cli(config.data_dir, "quarantine", "retry", refused.quarantine_id).returncode == 6
    assert cli(config.data_dir, "withdraw", first.extract_id).returncode == 0
    assert cli(config.data_dir, "quarantine", "retry", refused.quarantine_id).returncode == 0
    assert lines_of(built) == [(day, Decimal(amount)) for day, (_, amount) in zip(AS_READ[right], LINES, strict=True)]
    [withdrawn] = quarantine.entries(config)
    assert cli(config.data_dir, "quarantine", "accept", withdrawn.id).returncode == 6
    for command in ("verify", "replay"):
        ended = cli(config.data_dir, command)
        assert ended.returncode == 0, ended.stdout


SWAPPED = (("06/03/2026", "20.00"), ("06/04/2026", "27.49"), ("06/05/2026", "45.98"))
NEWER = (("06/07/2026", "9.00"), ("06/08/2026", "8.00"), ("06/09/2026", "7.00"), ("06/10/2026", "6.00"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((LINES, None), ((*LINES, ("07/06/2026", "9.00")), "day-first")),
        ((LINES, None), ((*LINES, ("20/06/2026", "9.00")), "day-first")),
        ((LINES, "day-first"), (LINES[1:], "month-first")),
        ((LINES, None), ((*SWAPPED, *NEWER), None)),
        ((LINES[:1], None), ((*LINES, ("07/06/2026", "9.00")), "day-first")),
    ],
    ids=["newer lines", "a day that shows it", "fewer lines", "written the other way", "one line before"],
)
def test_lines_that_landed_on_swapped_days_are_asked_about(
    config: Settings, box: Path, built: Build, first: tuple, second: tuple
) -> None:
    assert land(config, card(box, *first[0]), dates=first[1])[0].status == "landed"
    [landed] = timeline(config, "bank", "card")
    refused = land(config, card(box, *second[0], name="later.csv"), dates=second[1])[0]
    assert refused.status == "quarantined"
    assert f"landed with day and month the other way round ({landed.extract_id}): " in refused.reason
    retry = f"python cli.py quarantine retry {refused.quarantine_id}"
    assert f"first `python cli.py withdraw {landed.extract_id}`, then `{retry}`" in refused.reason
    assert sum(amount for _, amount in lines_of(built)) == sum(Decimal(amount) for _, amount in first[0])
    assert cli(config.data_dir, "withdraw", landed.extract_id).returncode == 0
    assert cli(config.data_dir, "quarantine", "retry", refused.quarantine_id).returncode == 0
    assert sum(amount for _, amount in lines_of(built)) == sum(Decimal(amount) for _, amount in second[0])


def test_swapped_days_that_are_both_right_are_accepted_once(config: Settings, box: Path) -> None:
    land(config, card(box))
    newer = card(box, *SWAPPED, *NEWER, name="newer.csv")
    refused = land(config, newer)[0]
    ended = cli(config.data_dir, "quarantine", "accept", refused.quarantine_id, "--yes")
    assert ended.returncode == 0 and "both will count" in ended.stderr, ended.stderr
    assert land(config, card(box, *SWAPPED, *NEWER, ("06/11/2026", "5.00"), name="newest.csv"))[0].status == "landed"


def test_days_over_12_in_both_exports_show_that_both_were_read_right(config: Settings, box: Path) -> None:
    land(config, card(box, *LINES, ("05/20/2026", "1.00")))
    assert land(config, card(box, *SWAPPED, ("06/20/2026", "1.00"), name="newer.csv"))[0].status == "landed"


def test_ads_read_the_other_way_are_refused_too(config: Settings, box: Path) -> None:
    assert land(config, manager(box), dates="month-first")[0].status == "landed"
    assert land(config, box / "amb.csv", dates="day-first")[0].status == "quarantined"
    assert land(config, box / "amb.csv", dates="month-first")[0].status == "unchanged"
    assert [one.covers_from for one in timeline(config, "meta_ads", "manager_daily") if one.path] == [date(2026, 3, 5)]


def test_two_exports_read_in_two_orders_build_where_they_share_a_row(config: Settings, box: Path, built: Build) -> None:
    fewer = manager(box, "03/05/2026", "04/05/2026", name="fewer.csv")
    more = manager(box, "03/05/2026", "04/05/2026", "05/06/2026", name="more.csv")
    assert land(config, fewer, dates="month-first")[0].status == "landed"
    assert land(config, more, dates="day-first")[0].status == "landed"
    con = built(TODAY, "ad_performance_daily")
    found = con.execute("select performance_date from marts.ad_performance_daily order by 1").fetchall()
    days = [date(2026, 3, 5), date(2026, 4, 5), date(2026, 5, 3), date(2026, 5, 4), date(2026, 6, 5)]
    assert [day for (day,) in found] == days


def test_an_order_says_nothing_of_dates_that_are_the_same_in_both(config: Settings, box: Path) -> None:
    path = card(box, ("2026-06-03", "20.00"), ("05/05/2026", "1.00"))
    assert land(config, path)[0].status == "landed"
    assert land(config, path, dates="day-first")[0].status == "unchanged"
    assert {one.date_order for one in timeline(config, "bank", "card")} == {None}


def test_an_order_that_is_only_the_sources_habit_is_said(config: Settings, box: Path) -> None:
    said = "dates read month first: 2026-03-06 to 2026-05-06; --dates day-first if that is wrong"
    assert land(config, card(box))[0].warnings == (said,)
    assert land(config, box / "bank2.csv")[0].warnings == ()  # it is unchanged
    shown = card(box, *LINES, ("05/20/2026", "1.00"), name="shown.csv")
    same = card(box, ("06/06/2026", "1.00"), ("2026-06-07", "2.00"), name="same.csv")
    stated = card(box, ("01/02/2026", "1.00"), name="stated.csv")
    assert [land(config, one)[0].warnings for one in (shown, same)] == [(), ()]
    assert land(config, stated, dates="month-first")[0].warnings == ()
    submissions = box / "submithub.csv"
    header = "Song,Campaign url,Outlet,Outlet type,Action,Feedback,Sent,Received,Listen time\n"
    submissions.write_text(header + "NEON DRIFT,u,Blog,Blog,Declined,,03/06/2026 10:00,04/06/2026,\n", encoding="utf-8")
    said = "dates read month first: 2026-03-06 to 2026-04-06; --dates day-first if that is wrong"
    assert land(config, submissions)[0].warnings == (said,)


def test_what_was_refused_for_its_dates_leaves_quarantine_when_it_lands(config: Settings, box: Path) -> None:
    assert land(config, manager(box))[0].status == "quarantined"
    other = manager(box, "03/05/2026", "07/05/2026", "09/05/2026", name="other.csv")
    kept = land(config, other)[0].quarantine_id
    ended = cli(config.data_dir, "land", "--dates", "day-first", str(box / "amb.csv"))
    assert ended.returncode == 0, ended.stderr
    assert "has left quarantine: it was the same file" in ended.stdout
    assert [one.id for one in quarantine.entries(config)] == [kept]


def test_what_was_to_land_for_another_account_stays_in_quarantine(config: Settings, box: Path) -> None:
    assert land(config, manager(box), account="act_1")[0].status == "quarantined"
    assert land(config, box / "amb.csv", account="act_2", dates="day-first")[0].status == "landed"
    assert [one.account for one in quarantine.entries(config)] == ["act_1"]

"""Day or month first: one order for a whole file, from its dates, its name or a person; never a guess."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from support.builds import Build
from support.commands import cli, land, rows, timeline
from support.trials import TRIALS

from common.settings import Settings
from loaders.landing import quarantine

TODAY = date(2025, 7, 5)
MANAGER = "Reporting starts,Reporting ends,Campaign name,Amount spent (USD)\n"
CARD = "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit\n"


def manager(box: Path, *ranges: tuple[str, str], name: str = "ads.csv") -> Path:
    (box / name).write_text(MANAGER + "".join(f"{first},{last},A,1\n" for first, last in ranges), encoding="utf-8")
    return box / name


def card(box: Path, *days: str, name: str = "card.csv") -> Path:
    (box / name).write_text(
        CARD + "".join(f"{day},,1122,SPLICE {n},Merchandise,1.00,\n" for n, day in enumerate(days)), encoding="utf-8"
    )
    return box / name


def test_days_that_follow_each_other_show_their_order(config: Settings, box: Path, built: Build) -> None:
    assert [one.status for one in land(config, TRIALS / "am04b_day_first_dates.csv")] == ["landed"]
    assert rows(config, "meta_ads", "manager_daily", "distinct _header_date_order") == [("day-first",)]
    one = timeline(config, "meta_ads", "manager_daily")[0]
    assert (one.covers_from, one.covers_to, one.date_order) == (date(2025, 5, 1), date(2025, 5, 12), "day-first")
    con = built(TODAY, "ad_performance_daily")
    found = con.execute("select performance_date, spend_usd from marts.ad_performance_daily order by 1").fetchall()
    assert found == [(date(2025, 5, day), Decimal(1)) for day in range(1, 13)]


MONTH = ("01/05/2025", "07/05/2025")


@pytest.mark.parametrize(
    ("ranges", "name", "first", "order"),
    [
        ([("05/20/2025", "05/20/2025")], "ads.csv", date(2025, 5, 20), None),
        ([("20/05/2025", "20/05/2025")], "ads.csv", date(2025, 5, 20), "day-first"),
        ([("01/02/2025", "01/02/2025"), ("01/03/2025", "01/03/2025")], "ads.csv", date(2025, 1, 2), None),
        ([MONTH], "Label-Campaigns-May-1-2025-May-7-2025.csv", date(2025, 5, 7), "day-first"),
        ([MONTH], "Label-Campaigns-Jan-5-2025-Jul-5-2025.csv", date(2025, 7, 5), None),
        ([("05/05/2025", "05/05/2025")], "ads.csv", date(2025, 5, 5), None),
    ],
)  # fmt: skip
def test_a_value_over_12_the_name_or_the_days_decide(
    config: Settings, box: Path, ranges: list[tuple[str, str]], name: str, first: date, order: str | None
) -> None:
    land(config, manager(box, *ranges, name=name))
    table = "manager_daily" if ranges[0][0] == ranges[0][1] else "manager_window"
    one = timeline(config, "meta_ads", table)[0]
    assert (one.covers_from, one.date_order) == (first, order)


def test_where_nothing_decides_a_person_does(config: Settings, box: Path) -> None:
    outcome = land(config, manager(box, MONTH))[0]
    assert outcome.status == "quarantined"
    assert (
        "1 May 2025 to 7 May 2025 (day-first) or 5 January 2025 to 5 July 2025 (month-first), and nothing in it decides. "
        "Say which with `--dates day-first` or `--dates month-first`."
    ) in outcome.reason
    assert land(config, box / "ads.csv", dates="month-first")[0].status == "landed"
    assert timeline(config, "meta_ads", "manager_window")[0].covers_to == date(2025, 7, 5)


def test_both_orders_in_one_file_are_refused(config: Settings, box: Path) -> None:
    outcome = land(config, manager(box, ("05/20/2025", "05/20/2025"), ("21/05/2025", "21/05/2025")))[0]
    assert "05/20/2025 is month first, but 21/05/2025 can only be day first" in outcome.reason


def test_a_bank_keeps_its_order_unless_a_value_contradicts_it(config: Settings, box: Path, built: Build) -> None:
    assert land(config, card(box, "03/05/2025", "04/05/2025"))[0].status == "landed"
    assert timeline(config, "bank", "card")[0].covers_from == date(2025, 3, 5)
    outcome = land(config, TRIALS / "bk12_day_first_dates.csv")[0]
    assert outcome.status == "quarantined"
    assert (
        "bank.card writes the month first, but 13/05/2025 can only be day first. Say which with `--dates day-first`"
        in outcome.reason
    )
    con = built(TODAY, "int_bank_lines_unioned")
    assert con.execute("select count(*) from intermediate.int_bank_lines_unioned").fetchone() == (2,)


def test_the_order_that_a_person_gives_holds_at_every_later_try(config: Settings, built: Build) -> None:
    bad = TRIALS / "bk12_day_first_dates.csv"
    assert cli(config.data_dir, "land", str(bad)).returncode == 6
    refused = quarantine.entries(config)[0]
    assert cli(config.data_dir, "land", "--dates", "sideways", str(bad)).returncode == 2
    ended = cli(config.data_dir, "quarantine", "retry", refused.id, "--dates", "day-first")
    assert ended.returncode == 0, ended.stderr
    assert quarantine.entries(config) == []
    con = built(TODAY, "int_bank_lines_unioned")
    found = con.execute("select transaction_date, amount from intermediate.int_bank_lines_unioned order by 1").fetchall()
    assert found == [(date(2025, 5, day), Decimal(1)) for day in (3, 4, 13, 14)]
    replayed = cli(config.data_dir, "replay", "bank")
    assert replayed.returncode == 0, replayed.stdout


def test_the_order_stays_with_a_file_that_is_refused_for_something_else(config: Settings, box: Path) -> None:
    days = [f"{day:02d}/05/2025" for day in range(1, 12)]
    assert land(config, manager(box, *((day, day) for day in days), name="one_20250601.csv"))[0].status == "landed"
    fewer = manager(box, *((day, day) for day in (days[0], days[5], days[10])), name="two_20250602.csv")
    assert land(config, fewer, dates="day-first")[0].status == "quarantined"
    refused = quarantine.entries(config)[0]
    assert (refused.dates, refused.acceptable) == ("day-first", True)
    assert cli(config.data_dir, "quarantine", "accept", refused.id).returncode == 0
    assert [one.date_order for one in timeline(config, "meta_ads", "manager_daily")] == ["day-first", "day-first"]


def test_submissions_and_release_dates_have_an_order_too(config: Settings, box: Path, built: Build) -> None:
    submissions = box / "submithub.csv"
    header = "Song,Campaign url,Outlet,Outlet type,Action,Feedback,Sent,Received,Listen time\n"
    submissions.write_text(header + "NEON DRIFT,u,Blog,Blog,Declined,,03/05/2025 10:00,13/05/2025,\n", encoding="utf-8")
    assert "can only be day first" in land(config, submissions)[0].reason
    assert land(config, submissions, dates="day-first")[0].status == "landed"
    one = timeline(config, "submithub", "submissions")[0]
    assert (one.covers_from, one.covers_to) == (date(2025, 5, 3), date(2025, 5, 13))
    con = built(TODAY, "submissions")
    assert con.execute("select sent_date, received_date from marts.submissions").fetchall() == [
        (date(2025, 5, 3), date(2025, 5, 13))
    ]
    catalogue = box / "track_catalog_royalty_splits.csv"
    catalogue.write_text("artist,title,release_date,royalty_percentage\nPIG1987,NEON DRIFT,1/2/2025,100\n", encoding="utf-8")
    assert "1 February 2025 to 1 February 2025 (day-first) or 2 January 2025" in land(config, catalogue)[0].reason

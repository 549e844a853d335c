"""What ads cost in all: ranges of days, things stated twice, breakdowns, accounts, currencies, and what goes away."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.builds import Build
from support.commands import land
from support.trials import TRIALS

from common.settings import Settings
from loaders.meta_ads.exports import MANAGER_WINDOW

TODAY = date(2025, 7, 1)
MARTS = ("kpi_campaign_performance", "kpi_campaign_performance_by_artist", "ad_performance_daily", "conversion_events")
NAME = "PIG1987 - NEON DRIFT - BROAD"
CSV = "Reporting starts,Reporting ends,Campaign name,Amount spent (USD)"
Row = dict[str, Any]


def insight(first: str, last: str, spend: object, **other: object) -> Row:
    """A row of insights."""
    row = {"account_id": "1", "campaign_id": "120000000000000001", "campaign_name": NAME, "spend": str(spend)}
    return row | {"impressions": "100", "clicks": "5", "date_start": first, "date_stop": last} | other


def dump(box: Path, stamp: str, rows: list[Row], name: str = "insights.json") -> Path:
    """Write a dump of the API, taken at a time."""
    path = box / f"meta_ads_dump_{stamp}" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def export(box: Path, lines: list[str], header: str = CSV, name: str = "Label-Campaigns-1.csv") -> Path:
    """Write an export of Ads Manager."""
    path = box / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8-sig")
    return path


def totals(config: Settings, built: Build, columns: str = "spend_usd", *further: str) -> list[tuple]:
    """Return columns of the campaigns' totals, by name and spend."""
    with built(TODAY, *MARTS, *further) as con:
        return con.execute(f"select {columns} from marts.kpi_campaign_performance order by campaign_name, spend_usd").fetchall()


def test_trials_of_totals(config: Settings, built: Build) -> None:
    trials = {
        "me10_weekly_increments.json": ("10.00", 14),
        "am03b_age_blank_subtotal_daily.csv": ("30.00", 1),
        "am03_age_with_All_row.csv": ("30.00", 31),
        "me31_monthly_increments.json": ("30.00", 84),
    }
    assert [one.status for one in land(config, *(TRIALS / trial for trial in trials))] == ["landed"] * 4
    found = totals(config, built, "spend_usd, days_covered, ranges_left_out")
    assert sorted(found) == [(Decimal(spend), days, 0) for spend, days in trials.values()]


@pytest.mark.parametrize(
    ("trial", "events"),
    [
        ("me20_lead_form.json", [("other", "lead", 5, None)]),
        ("me21_purchase_without_pixel.json", [("purchase", "omni_purchase, purchase", 2, Decimal(40))]),
    ],
)
def test_trials_of_actions_under_several_names(config: Settings, built: Build, trial: str, events: list[tuple]) -> None:
    land(config, TRIALS / trial)
    with built(TODAY, *MARTS) as con:
        found = con.execute("select conversion_type, action_types, conversions, conversion_value from marts.conversion_events")
        assert found.fetchall() == events
        assert con.execute("select conversions from marts.kpi_campaign_performance").fetchall() == [(events[0][2],)]


def test_seven_days_do_not_replace_a_lifetime_and_rolling_exports_add_up(config: Settings, built: Build, box: Path) -> None:
    lifetime = [insight("2025-05-01", "2025-05-31", "329.70"), insight("2025-04-01", "2025-05-31", "1573.40", campaign_id="2")]
    rolling = [("01-01", "01-30", 100), ("01-08", "02-06", 105), ("02-05", "03-06", 120)]
    land(
        config,
        dump(box, "20250601_080000", lifetime),
        dump(box, "20250605_080000", [insight("2025-05-29", "2025-06-04", "99.90")]),
        *(
            dump(box, f"2025{last.replace('-', '')}_230000", [insight(f"2025-{first}", f"2025-{last}", spend, campaign_id="3")])
            for first, last, spend in rolling
        ),
    )
    found = totals(config, built, "spend_usd, ranges_left_out, days_covered, first_date, last_date")
    assert found == [
        (Decimal(220), 1, 60, date(2025, 1, 1), date(2025, 3, 6)),
        (Decimal("329.70"), 1, 31, date(2025, 5, 1), date(2025, 5, 31)),
        (Decimal("1573.40"), 0, 61, date(2025, 4, 1), date(2025, 5, 31)),
    ]
    assert sum(row[0] for row in found[1:]) == Decimal("1903.10")


def test_days_that_no_range_covers_are_added_and_gaps_show(config: Settings, built: Build, box: Path) -> None:
    days = [insight(f"2025-05-{day:02d}", f"2025-05-{day:02d}", 2) for day in (9, 10, 11, 20)]
    ranges = [insight("2025-05-01", "2025-05-10", 30)]
    land(config, dump(box, "20250521_080000", ranges), dump(box, "20250521_080000", days, "insights_daily.json"))
    assert totals(config, built, "spend_usd, spend_undated_usd, days_covered, last_date - first_date + 1") == [
        (Decimal(34), Decimal(26), 12, 20)
    ]


def test_pages_merged_twice_count_once_and_of_different_rows_the_later(config: Settings, built: Build, box: Path) -> None:
    day, month = ("2025-05-01", "2025-05-01"), ("2025-04-01", "2025-04-30")
    land(config, dump(box, "20250601_080000", [insight(*day, 4), insight(*day, 4), insight(*day, 5)], "insights_daily.json"))
    land(config, dump(box, "20250601_080000", [insight(*month, 10), insight(*month, 10), insight(*month, 12)]))
    lines = ["2025-05-01,2025-05-31,B,1", "2025-05-01,2025-05-31,B,1", "2025-06-02,2025-06-02,C,2", "2025-06-02,2025-06-02,C,3"]
    land(config, export(box, lines))
    with built(TODAY, *MARTS, "unmatched") as con:
        spent = con.execute("select campaign_name, spend_usd from marts.kpi_campaign_performance order by 1").fetchall()
        assert spent == [("B", 1), ("C", 3), (NAME, 17)]
        repeated = con.execute("select value, amount_usd from monitoring.unmatched where kind = 'repeated_campaign'").fetchall()
        assert repeated == [("C", 2)]


def test_rows_of_a_breakdown_are_summed_and_their_subtotals_left_out(config: Settings, built: Build, box: Path) -> None:
    columns = [*MANAGER_WINDOW.breakdowns, "AGE "]
    for number, column in enumerate(columns):
        ranges = [f"2025-05-01,2025-05-31,{number},{spend},{value}" for value, spend in (("x", 1), ("y", 2), ("All", 3), ("", 3))]
        days = [f"2025-06-01,2025-06-01,{number},{spend},{value}" for value, spend in (("", 30), ("x", 10), ("y", 20))]
        whole = ["2025-05-01,2025-05-31,,33,", "2025-05-01,2025-05-31,Results from 1 campaign,33,"]
        path = export(box, [*whole, *ranges, *days], f"{CSV},{column}", f"Label-Campaigns-{number}.csv")
        assert [one.status for one in land(config, path, account=f"act_{number}")] == ["landed"]
    assert totals(config, built) == [(33,)] * len(columns)


def test_a_breakdown_of_the_api_is_summed_to_its_campaign(config: Settings, built: Build, box: Path) -> None:
    hours = [
        insight("2025-06-01", "2025-06-01", spend, hourly_stats_aggregated_by_advertiser_time_zone=hour)
        for hour, spend in (("00:00:00 - 00:59:59", 1), ("01:00:00 - 01:59:59", 2))
    ]
    ages = [
        insight("2025-05-01", "2025-05-31", 5, age=age, gender=sex) for age in ("18-24", "25-34") for sex in ("male", "female")
    ]
    land(config, dump(box, "20250701_080000", hours, "insights_daily.json"), dump(box, "20250701_080000", ages))
    assert totals(config, built) == [(23,)]


def test_a_report_by_age_beside_the_campaigns_own_export_adds_nothing(config: Settings, built: Build, box: Path) -> None:
    land(config, export(box, ["2025-05-01,2025-05-31,A,30"]))
    ages = ["2025-05-01,2025-05-31,A,10,18-24", "2025-05-01,2025-05-31,A,20,25-34"]
    land(config, export(box, ages, f"{CSV},Age", "Label-Campaigns-2.csv"))
    assert totals(config, built, "spend_usd, days_covered, ranges_left_out") == [(30, 31, 0)]


def test_accounts_and_currencies_of_one_file_stay_apart(config: Settings, built: Build, box: Path) -> None:
    header = "Reporting starts,Reporting ends,Campaign name,Account name,Currency,Amount spent"
    lines = [f"2025-05-01,2025-05-31,{NAME},{account}" for account in ("One,USD,10", "Two,USD,20", "Two,EUR,40")]
    unknown = f"2025-05-01,2025-05-31,{NAME} - Copy,One,USD,"
    land(config, export(box, [*lines, unknown], header))
    assert totals(config, built, "spend_amount, currency_code, spend_usd") == [
        (10, "USD", 10),
        (20, "USD", 20),
        (40, "EUR", None),
        (None, "USD", None),
    ]
    with built(TODAY, *MARTS) as con:
        stated = "spend_usd, campaigns_without_rate, amount_without_rate, currency_without_rate"
        by_artist = con.execute(f"select {stated} from marts.kpi_campaign_performance_by_artist").fetchall()
    assert by_artist == [(30, 1, 40, "EUR")]


def test_a_sum_that_leaves_out_several_currencies_is_unknown(config: Settings, built: Build, box: Path) -> None:
    header = "Reporting starts,Reporting ends,Campaign name,Currency,Amount spent"
    lines = [f"2025-05-01,2025-05-31,{NAME} {number},{one}" for number, one in enumerate(("USD,10", "GBP,20", "EUR,40"))]
    land(config, export(box, lines, header))
    levels = [f"kpi_campaign_performance_by_{level}" for level in ("artist", "track", "targeting")]
    with built(TODAY, *MARTS, *levels) as con:
        sums = [
            con.execute(
                f"select sum(spend_usd), sum(campaigns_without_rate), sum(amount_without_rate) from marts.{level}"
            ).fetchall()
            for level in levels
        ]
    assert sums == [[(None, 2, None)], [(None, 2, None)], [(10, 2, 60)]]


def test_a_deleted_campaign_keeps_its_days_and_is_listed(config: Settings, built: Build, box: Path) -> None:
    def days(*campaigns: str) -> list[Row]:
        return [insight(f"2025-06-0{day}", f"2025-06-0{day}", 5, campaign_id=one) for day in (1, 2) for one in campaigns]

    land(config, dump(box, "20250603_080000", days(*"123456"), "insights_daily.json"))
    land(config, dump(box, "20250604_080000", days(*"12345"), "insights_daily.json"))
    with built(TODAY, *MARTS, "unmatched", "campaigns") as con:
        kept = con.execute(
            "select campaign_id, sum(spend_usd), bool_or(is_no_longer_listed) from marts.ad_performance_daily group by all order by 1"
        ).fetchall()
        assert kept == [(one, 10, one == "6") for one in "123456"]
        listed = con.execute(
            "select value, row_count, amount_usd from monitoring.unmatched where kind = 'unlisted_campaign_days'"
        )
        assert listed.fetchall() == [(NAME, 1, 10)]
        assert con.execute("select campaign_id from marts.campaigns where days_no_longer_listed = 2").fetchall() == [("6",)]


def test_a_fetched_answer_takes_back_days_of_a_campaign_that_it_names(config: Settings, built: Build, box: Path) -> None:
    def days(*last_days: int) -> list[Row]:
        return [insight(f"2025-06-{day:02d}", f"2025-06-{day:02d}", 5) for day in last_days]

    name = "insights_daily_20250601_20250610.json"
    land(config, dump(box, "20250611_080000", days(*range(1, 11)), name), dump(box, "20250612_080000", days(*range(1, 10)), name))
    assert totals(config, built, "spend_usd, days_no_longer_listed") == [(45, 0)]


def test_a_day_whose_newest_row_can_not_be_read_keeps_what_was_stated(config: Settings, built: Build, box: Path) -> None:
    def days(spend: str) -> list[Row]:
        return [insight(f"2025-06-{day:02d}", f"2025-06-{day:02d}", spend if day == 9 else 5) for day in range(1, 11)]

    for name in ("insights_daily.json", "insights_daily_20250601_20250610.json"):
        land(config, dump(box, "20250611_080000", days("5"), name), dump(box, "20250612_080000", days("odd"), name))
        assert totals(config, built, "spend_usd, days_no_longer_listed") == [(50, 0)]


def test_a_newer_breakdown_replaces_no_row_of_the_campaigns_own(config: Settings, built: Build, box: Path) -> None:
    day, month = ("2025-06-01", "2025-06-01"), ("2025-05-01", "2025-05-31")
    ages = (("18-24", "4.50"), ("25-34", "5.00"))

    def by_age(first: str, last: str) -> list[Row]:
        return [insight(first, last, spend, age=age) for age, spend in ages]

    land(config, dump(box, "20250602_080000", [insight(*day, "10.00")], "insights_daily.json"))
    land(config, dump(box, "20250602_080000", [insight(*month, "20.00")]), dump(box, "20250609_080000", by_age(*month)))
    again = dump(box, "20250608_080000", by_age(*day), "insights_daily_20250601_20250601.json")
    assert [one.status for one in land(config, again, extracted_at=datetime(2025, 6, 8))] == ["landed"]
    land(config, export(box, ["2025-06-01,2025-06-01,B,10.00"]), extracted_at=datetime(2025, 6, 2))
    lines = [f"2025-06-01,2025-06-01,B,{spend},{age}" for age, spend in ages]
    land(config, export(box, lines, f"{CSV},Age", "Label-Campaigns-2.csv"), extracted_at=datetime(2025, 6, 8))
    with built(TODAY, *MARTS, "unmatched", "row_accounting") as con:
        spent = con.execute(
            "select campaign_name, spend_usd, days_no_longer_listed from marts.kpi_campaign_performance order by 1"
        )
        assert spent.fetchall() == [("B", 10, 0), (NAME, 30, 0)]
        listed = con.execute(
            "select value, row_count, amount_usd from monitoring.unmatched where kind = 'newer_breakdown' order by 1"
        )
        assert listed.fetchall() == [("B", 1, Decimal("0.50")), (NAME, 1, Decimal("0.50"))]


def test_a_whole_day_by_hand_comes_before_a_breakdown_of_the_api(config: Settings, built: Build, box: Path) -> None:
    days = [
        insight(f"2025-06-0{day}", f"2025-06-0{day}", spend, age=age)
        for day in (1, 2)
        for age, spend in (("18-24", 4), ("65+", 5))
    ]
    land(config, dump(box, "20250608_080000", days, "insights_daily.json"))
    lines = [f"2025-06-01,2025-06-01,{NAME},10,120000000000000001"]
    land(config, export(box, lines, f"{CSV},Campaign ID"), extracted_at=datetime(2025, 6, 2))
    with built(TODAY, *MARTS, "row_accounting") as con:
        spent = con.execute("select performance_date, spend_usd from marts.ad_performance_daily order by 1").fetchall()
        assert spent == [(date(2025, 6, 1), 10), (date(2025, 6, 2), 9)]
        aside = con.execute("select rows_set_aside from monitoring.row_accounting where source_table = 'meta_ads.insights_daily'")
        assert aside.fetchone() == (2,)


def test_a_campaign_without_an_effective_status_has_its_status(config: Settings, built: Build, box: Path) -> None:
    objects = [{"id": "7", "name": NAME, "status": "PAUSED", "objective": "OUTCOME_TRAFFIC"}]
    outcome = land(config, dump(box, "20250601_080000", objects, "campaigns.json"))[0]
    assert (outcome.status, outcome.tables) == ("landed", ("meta_ads.campaigns",))
    assert totals(config, built, "status, total_basis") == [("paused", None)]


def test_actions_that_no_seed_knows_are_listed(config: Settings, built: Build, box: Path) -> None:
    actions = [{"action_type": one, "value": "3"} for one in ("omni_lead", "lead", "omni_new_thing", "newer_thing")]
    land(config, dump(box, "20250601_080000", [insight("2025-05-01", "2025-05-31", 5, actions=actions)]))
    with built(TODAY, *MARTS, "unmatched") as con:
        assert con.execute("select conversions from marts.kpi_campaign_performance").fetchall() == [(3,)]
        unknown = con.execute("select value from monitoring.unmatched where kind = 'action_type' order by 1").fetchall()
    assert unknown == [("newer_thing",), ("omni_new_thing",)]


def test_a_campaign_of_files_with_and_without_an_account_is_listed(config: Settings, built: Build, box: Path) -> None:
    land(config, export(box, ["2025-05-01,2025-05-31,A,100.37", "2025-05-01,2025-05-31,B,30.12"]))
    lines = ["2025-05-01,2025-06-30,A,150.49,77", "2025-06-01,2025-06-30,C,7.15,77"]
    land(config, export(box, lines, f"{CSV},Account ID", "Label-Campaigns-2.csv"))
    with built(TODAY, *MARTS, "unmatched") as con:
        listed = con.execute("select value from monitoring.unmatched where kind = 'ambiguous_campaign'").fetchall()
    assert listed == [("A",)]


def test_subtotals_of_levels_are_no_ads_and_an_ad_set_called_all_is_one(config: Settings, built: Build, box: Path) -> None:
    header = f"{CSV},Ad set name,Ad name"
    names = [("A", 2, "x", "p"), ("A", 3, "x", "q"), ("A", 5, "x", "All"), ("A", 5, "All", "All"), ("All", 5, "All", "All")]
    names += [("B", 2, "x", ""), ("B", 3, "All", "")]
    for first, last in (("2025-05-01", "2025-05-01"), ("2025-05-02", "2025-05-31")):
        lines = [f"{first},{last},{campaign},{spend},{ad_set},{ad}" for campaign, spend, ad_set, ad in names[:5]]
        land(config, export(box, lines, header, f"Label-Ads-{last}.csv"))
        lines = [f"{first},{last},{campaign},{spend},{ad_set},{ad}" for campaign, spend, ad_set, ad in names[5:]]
        land(config, export(box, lines, header, f"Label-Adsets-{last}.csv"))
    assert totals(config, built, "campaign_name, spend_usd") == [("A", 10), ("B", 10)]


HOLDS_ALL = [  # columns, lines, and what the campaigns spent
    ("Ad set name,Ad name", [
        "One,5,All,p", "One,5,All,q", "One,10,All,All", "One,3,x,r", "One,3,x,All", "One,13,All,All", "All,13,All,All",
    ], [("One", 13)]),
    ("Ad set name", ["All,5,x", "All,3,y", "All,8,All", "Two,2,z", "Two,2,All", "All,10,All"], [("All", 8), ("Two", 2)]),
    ("Ad set name", ["Three,4,All", "Four,3,x"], [("Three", 4), ("Four", 3)]),
    ("Ad set name,Ad name", ["Five,4,x,All", "Five,4,All,All"], [("Five", 4)]),
]  # fmt: skip


def test_what_is_called_all_keeps_its_name_and_subtotals_of_it_do_not_count(config: Settings, built: Build, box: Path) -> None:
    for number, (columns, lines, _) in enumerate(HOLDS_ALL):
        lines = [f"2025-05-01,2025-05-31,{line}" for line in lines]
        land(config, export(box, lines, f"{CSV},{columns}", f"Label-Ads-{number}.csv"), account=f"act_{number}")
    assert totals(config, built, "campaign_name, spend_usd") == sorted(one for _, _, found in HOLDS_ALL for one in found)


def test_a_campaign_called_all_keeps_the_days_on_which_another_spent_as_much(config: Settings, built: Build, box: Path) -> None:
    days = [("01", "A", 4), ("01", "All", 4), ("02", "All", 6), ("03", "A", 1), ("03", "All", 3)]
    land(config, export(box, [f"2025-05-{day},2025-05-{day},{name},{spend}" for day, name, spend in days]), account="act_1")
    sums = [("01", "C", 4), ("01", "All", 4), ("02", "C", 6), ("02", "All", 6), ("03", "C", 1), ("03", "B", 2), ("03", "All", 3)]
    lines = [f"2025-06-{day},2025-06-{day},{name},{spend}" for day, name, spend in sums]
    land(config, export(box, lines, name="Label-Campaigns-2.csv"), account="act_2")
    assert totals(config, built, "campaign_name, spend_usd") == [("A", 5), ("All", 13), ("B", 2), ("C", 11)]


EUR = CSV.replace("USD", "EUR")
BOTH = CSV.replace("Amount spent (USD)", "Currency,Amount spent")
MAY, APRIL, LATER, SUMMER = (
    f"2025-{one}" for one in ("05-01,2025-05-31", "04-01,2025-04-30", "05-01,2025-06-30", "05-01,2025-07-31")
)
SAME = {  # of each campaign what accounts state, under which header; then its spend in all, and whether it is listed
    "main overlaps": ([("main", CSV, MAY, "100"), ("77", CSV, LATER, "150")], 150, True),
    "main is longer": ([("main", CSV, SUMMER, "200"), ("77", CSV, LATER, "150")], 200, True),
    "main has other days": ([("main", CSV, APRIL, "100"), ("77", CSV, LATER, "150")], 250, True),
    "days": (
        [(account, CSV, f"2025-05-0{day},2025-05-0{day}", str(day)) for account, day in
         (("main", 1), ("main", 2), ("77", 2), ("77", 3))], 6, True,
    ),
    "a name overlaps": ([("label", CSV, MAY, "100"), ("77", CSV, LATER, "150")], 150, True),
    "a name has other days": ([("label", CSV, APRIL, "100"), ("77", CSV, LATER, "150")], 250, False),
    "a name and main": ([("label", CSV, LATER, "150"), ("main", CSV, MAY, "100")], 150, True),
    "all three": (
        [("label", CSV, LATER, "150"), ("main", CSV, MAY, "100"), ("77", CSV, SUMMER, "170")], 170, True,
    ),
    "a campaign's id": (
        [("label", CSV, MAY, "100"), ("77", f"{CSV},Campaign ID", LATER, "150,120000000000000001")], 150, True,
    ),
    "other currencies": ([("main", CSV, MAY, "100"), ("77", EUR, LATER, "150")], 100, False),
    "one of two currencies": (
        [("main", BOTH, MAY, "USD,100"), ("main", BOTH, MAY, "EUR,70"), ("77", CSV, LATER, "150")], 150, True,
    ),
    "two ids": ([("76", CSV, MAY, "100"), ("77", CSV, MAY, "150")], 250, False),
}  # fmt: skip


@pytest.mark.parametrize("turned", [False, True], ids=["with the id last", "with the id first"])
def test_a_campaign_exported_with_and_without_its_accounts_id_counts_once(
    config: Settings, built: Build, box: Path, turned: bool
) -> None:
    files: dict[tuple[str, str], list[str]] = {}
    for name, (rows, _, _) in SAME.items():
        for account, header, days, spend in rows:
            files.setdefault((account, header), []).append(f"{days},{name},{spend}")
    for number, ((account, header), lines) in enumerate(sorted(files.items(), reverse=turned)):
        if account.isdigit():
            header, lines = f"{header},Account ID", [f"{line},{account}" for line in lines]
        path = export(box, lines, header, f"Label-Campaigns-{number}.csv")
        outcome = land(config, path, account=None if account.isdigit() else account)[0]
        assert outcome.status == "landed", outcome.reason
    with built(TODAY, *MARTS, "unmatched") as con:
        spent = dict(
            con.execute("select campaign_name, sum(spend_usd) from marts.kpi_campaign_performance group by 1").fetchall()
        )
        listed = {
            one for (one,) in con.execute("select value from monitoring.unmatched where kind = 'ambiguous_campaign'").fetchall()
        }
    assert spent == {name: spend for name, (_, spend, _) in SAME.items()}
    assert listed == {name for name, (_, _, is_listed) in SAME.items() if is_listed}

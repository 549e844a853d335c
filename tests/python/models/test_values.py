"""How values are read: numbers, months and money as people's files write them, and one bad value that stops nothing else."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from support.builds import Build
from support.commands import land
from support.ledgers import sale
from support.trials import TRIALS

from common.settings import Settings

TODAY = date(2025, 7, 5)
LEDGER = (
    "Reporting Date\tSale Month\tStore\tArtist\tTitle\tISRC\tUPC\tQuantity\tTeam Percentage\tSong/Album\tCountry of Sale\t"
    "Songwriter Royalties Withheld\tEarnings (USD)\tRecoup (USD)"
).split("\t")


def landed(config: Settings, box: Path, name: str, **request: object) -> None:
    """Land a trial under the name that it came with: what stands after two underscores."""
    target = box / name.rpartition("__")[2]
    target.write_bytes((TRIALS / name).read_bytes())
    assert [one.status for one in land(config, target, **request)] == ["landed"]


def test_whole_numbers_written_with_a_point_or_an_exponent_are_read(config: Settings, box: Path, built: Build) -> None:
    landed(config, box, "yt01_float_views__youtube_channel_daily_UCaaaaaaaaaaaaaaaaaaaaaa_1.json")
    con = built(TODAY, "youtube_channel_daily", "rejects")
    assert con.execute("select views from marts.youtube_channel_daily order by view_date").fetchall() == [
        (120,),
        (98,),
        (12_000_000,),
    ]
    assert con.execute("select count(*) from monitoring.rejects").fetchone() == (0,)


def test_floats_of_ads_are_read_and_small_money_exactly(config: Settings, box: Path, built: Build) -> None:
    landed(config, box, "me03_float_numbers.json")
    con = built(TODAY, "ad_performance_daily", "rejects")
    found = con.execute(
        "select spend_amount, impressions, clicks, reach from marts.ad_performance_daily order by performance_date"
    )
    assert found.fetchall() == [(Decimal("10.5"), 100, 5, 90), (Decimal("0.00001"), 100, 5, None)]
    assert con.execute("select count(*) from monitoring.rejects").fetchone() == (0,)


@pytest.mark.parametrize(
    ("trial", "net", "reasons"),
    [
        ("dk11_exponent_earnings.tsv", ["0.000005", "0.000012", "0.0001"], []),
        (
            "dk12_more_than_12_decimals.tsv",
            ["0.011"],
            ["Earnings (USD) is no plain decimal of up to 12 places: 0.00012345678901234"],
        ),
        ("dk08_sale_months.tsv", ["0.05"] * 6, []),
    ],
)
def test_earnings_and_months_of_a_ledger(
    config: Settings, box: Path, built: Build, trial: str, net: list[str], reasons: list[str]
) -> None:
    landed(config, box, trial)
    con = built(TODAY, "revenue_transactions", "rejects")
    found = con.execute("select net_revenue_usd, sale_month from marts.revenue_transactions order by 1").fetchall()
    assert found == [(Decimal(one), date(2025, 4, 1)) for one in net]
    assert [reason for (reason,) in con.execute("select reject_reason from monitoring.rejects").fetchall()] == reasons


def test_withheld_royalties_and_recouped_money_reach_the_mart(config: Settings, box: Path, built: Build) -> None:
    lines = [
        sale("2025-06-25", "2025-04", **{"Songwriter Royalties Withheld": "1.2E-1", "Recoup (USD)": "0.5"}),
        sale("2025-06-25", "2025-04", **{"Songwriter Royalties Withheld": "0", "Recoup (USD)": ""}),
        sale("2025-06-25", "2025-04", **{"Songwriter Royalties Withheld": "n/a", "Recoup (USD)": ""}),
        sale("2025-06-25", "2025-04", **{"Songwriter Royalties Withheld": "0", "Recoup (USD)": "some"}),
    ]
    ledger = "".join("\t".join(row) + "\n" for row in [LEDGER, *([line[name] for name in LEDGER] for line in lines)])
    (box / "dk_bank_details_20250626_090000.tsv").write_text(ledger, encoding="utf-8")
    land(config, box)
    con = built(TODAY, "revenue_transactions", "rejects")
    found = con.execute("select songwriter_royalties_withheld_usd, recoup_usd from marts.revenue_transactions order by 1 desc")
    assert found.fetchall() == [(Decimal("0.12"), Decimal("0.5")), (Decimal(0), None)]
    assert {reason for (reason,) in con.execute("select reject_reason from monitoring.rejects").fetchall()} == {
        "Songwriter Royalties Withheld can't be read: n/a",
        "Recoup (USD) can't be read: some",
    }


def test_money_of_a_card_is_read_as_the_file_writes_it(config: Settings, box: Path, built: Build) -> None:
    landed(config, box, "bk03_grouped_money.csv")
    con = built(TODAY, "int_bank_lines_unioned", "rejects")
    found = con.execute("select amount from intermediate.int_bank_lines_unioned order by description").fetchall()
    assert [amount for (amount,) in found] == [Decimal(5), Decimal(-5), Decimal(5), Decimal(5), Decimal(-5), Decimal("1234.56")]
    assert con.execute("select count(*) from monitoring.rejects").fetchone() == (0,)


def test_what_a_spreadsheet_damaged_is_listed_with_its_row(config: Settings, box: Path, built: Build) -> None:
    (box / "track_catalog_royalty_splits.csv").write_bytes((TRIALS / "ct01_spreadsheet_damage.csv").read_bytes())
    land(config, box)
    con = built(TODAY, "int_catalog_splits_kept", "unmatched_catalog", "rejects")
    splits = con.execute(
        "select title, release_date, royalty_percentage from intermediate.int_catalog_splits_kept"
        " where reject_reason is null order by _row_number"
    ).fetchall()
    assert splits == [("NEON DRIFT", date(2025, 1, 17), Decimal(100)), ("GLASS CITY", date(2025, 1, 17), Decimal(50))]
    assert con.execute("select kind, value from intermediate.unmatched_catalog").fetchall() == [
        ("upc", "1.99E+11 (row 1, NEON DRIFT)")
    ]
    rejected = con.execute("select row_number, reject_reason from monitoring.rejects order by 1").fetchall()
    assert rejected == [
        (3, "royalty_percentage may be a share or a percentage: 0.5 (write 50 for a half, 0.5% for half a percent)"),
        (4, "royalty_percentage is no number from 0 to 100: 33,33"),
    ]


def test_shares_that_are_all_at_most_1_are_asked_about(config: Settings, box: Path) -> None:
    header = "artist,title,isrc,upc,release_date,release_type,royalty_percentage\n"
    catalogue = box / "track_catalog_royalty_splits.csv"
    catalogue.write_text(header + "PIG1987,NEON DRIFT,,,,,1\nZONE A0,GLASS CITY,,,,,0.5\n", encoding="utf-8")
    outcome = land(config, catalogue)[0]
    assert outcome.status == "quarantined" and "every share is at most 1. Write percentages: 50 for a half" in outcome.reason
    catalogue.write_text(header + "PIG1987,NEON DRIFT,,,,,1%\nZONE A0,GLASS CITY,,,,,0.5%\n", encoding="utf-8")
    assert land(config, catalogue)[0].status == "landed"


def test_a_null_in_one_day_of_linktree_stops_nothing(config: Settings, box: Path, built: Build) -> None:
    landed(config, box, "lt10_null_views_breaks_build.json")
    con = built(TODAY, "linktree_metrics", "rejects", "row_accounting")
    found = con.execute("select analytics_date, total_views, total_clicks from marts.linktree_metrics order by 1").fetchall()
    assert found == [(date(2025, 5, 26), 31, 16), (date(2025, 5, 27), None, 16)]


def test_a_null_in_one_day_of_youtube_stops_nothing(config: Settings, box: Path, built: Build) -> None:
    landed(config, box, "yt10_null_views_breaks_build__youtube_channel_daily_UCaaaaaaaaaaaaaaaaaaaaaa_1.json")
    con = built(TODAY, "youtube_channel_daily", "rejects", "row_accounting")
    found = con.execute("select view_date, views from marts.youtube_channel_daily order by 1").fetchall()
    assert found == [(date(2025, 5, 1), 5), (date(2025, 5, 2), None)]


def test_a_day_that_is_not_finished_is_unknown_not_zero(config: Settings, box: Path, built: Build) -> None:
    with zipfile.ZipFile(box / "Viewers_pig1987.zip", "w") as bundle:
        member = zipfile.ZipInfo("Viewers.csv", (2025, 6, 1, 10, 0, 0))
        bundle.writestr(member, (TRIALS / "tiktok" / "tk13_viewers_undefined__Viewers.csv").read_bytes())
    land(config, box)
    con = built(TODAY, "tiktok_metrics", "rejects")
    found = con.execute("select metrics_date, viewers, new_viewers, returning_viewers from marts.tiktok_metrics order by 1")
    assert found.fetchall() == [(date(2025, 5, 30), 8, 5, 3), (date(2025, 5, 31), None, None, None)]


TWICE = {
    "distrokid": (
        "streams_stats_20250529_101500.html",
        '<html><script>AmCharts.makeChart("trend365day", {{"dataProvider": [{}]}})</script></html>',
        '{{"category": "{}", "column-1": {}}}',
        "select stream_count from marts.content_streams order by stream_date",
    ),
    "toolost": (
        "toolost_spotify_20250529_101500.json",
        '{{"streams": [{}], "discovery": []}}',
        '{{"date": "{}", "streams": {}}}',
        "select stream_count from marts.content_streams order by stream_date",
    ),
    "youtube": (
        "youtube_channel_daily_UCaaaaaaaaaaaaaaaaaaaaaa_1.json",
        '{{"kind":"youtubeAnalytics#resultTable","columnHeaders":[{{"name":"day","columnType":"DIMENSION","dataType":"STRING"}},{{"name":"views","columnType":"METRIC","dataType":"INTEGER"}}],"rows":[{}]}}',
        '["{}", {}]',
        "select views from marts.youtube_channel_daily order by view_date",
    ),
    "linktree": (
        "graphql_20250529_101500_1.json",
        '{{"data": {{"getAccountAnalytics": {{"overview": {{"timeseries": [{}]}}}}}}}}',
        '{{"date": "{}", "totalViews": {}, "totalClicks": 1, "uniqueViews": 1, "uniqueClicks": 1}}',
        "select total_views from marts.linktree_metrics order by analytics_date",
    ),
    "spotify": (
        "PIG1987-audience-timeline.csv",
        "date,listeners,streams,followers\n{}\n",
        "{},1,{},1",
        "select streams from marts.spotify_audience_daily order by stream_date",
    ),
    "legacy": (
        "daily_streams.csv",
        "date,spotify_streams,apple_streams,combined_streams,source\n{}\n",
        "{0},{1},,{1},toolost",
        "select stream_count from marts.content_streams order by stream_date",
    ),
}  # fmt: skip


@pytest.mark.parametrize("source", TWICE)
def test_a_day_twice_in_one_export_counts_once_and_the_later_row_stands(
    config: Settings, box: Path, built: Build, source: str
) -> None:
    name, whole, one, sql = TWICE[source]
    days = [("2025-05-01", 5), ("2025-05-02", 7), ("2025-05-02", 7), ("2025-05-03", 9), ("2025-05-03", 11)]
    separator = "\n" if name.endswith(".csv") else ","
    (box / name).write_text(whole.format(separator.join(one.format(*day) for day in days)), encoding="utf-8")
    assert [outcome.status for outcome in land(config, box)] == ["landed"]
    con = built(TODAY, sql.split("marts.")[1].split()[0], "row_accounting", "rejects")
    assert con.execute(sql).fetchall() == [(5,), (7,), (11,)]
    counted = con.execute("select rows_landed, rows_superseded from monitoring.row_accounting where rows_landed > 0").fetchall()
    assert counted == [(5, 2)]
    assert con.execute("select count(*) from monitoring.rejects").fetchone() == (0,)

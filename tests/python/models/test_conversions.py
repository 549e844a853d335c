"""The label's own conversion files: which of the three a file is, what lands of it, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from support.commands import land, rows, timeline

from common.settings import Settings

PROMO = "order_id,ordered_at,promo_code,net_amount,currency,status\n"
UTM = "date,utm_source,utm_medium,utm_campaign,utm_content,sessions,conversions,revenue,currency\n"
PIXEL = "event_id,event_time,event_name,value,currency,episode_guid,campaign\n"
ORDER = "o1,2026-05-01T23:30:00-07:00,neon10,25.004183000001,USD,paid\n"
VISIT = "2026-05-02,Facebook,cpc,Neon%20Drift,,12,3,41.50,USD\n"
EVENT = "e1,2026-05-03T10:15:00.123Z,purchase,25,USD,,neon\n"


@pytest.mark.parametrize(
    ("content", "table", "day"),
    [(PROMO + ORDER, "promo", date(2026, 5, 1)), (UTM + VISIT, "utm", date(2026, 5, 2)), (PIXEL + EVENT, "pixel", date(2026, 5, 3))],
)  # fmt: skip
def test_each_kind_is_known_by_its_header_and_lands_as_sent(
    config: Settings, box: Path, content: str, table: str, day: date
) -> None:
    (box / "export.csv").write_text(content)
    outcome = land(config, box / "export.csv")[0]
    assert (outcome.status, outcome.rows, outcome.tables) == ("landed", 1, (f"conversions.{table}",))
    header, line = content.strip().split("\n")
    landed = rows(config, "conversions", table, ", ".join(f'"{name}"' for name in header.split(",")))
    assert landed == [tuple(line.split(","))]
    (entry,) = timeline(config, "conversions", table)
    assert (entry.covers_from, entry.covers_to, entry.extracted_at) == (day, day, datetime(day.year, day.month, day.day))


def test_retries_in_a_file_all_land(config: Settings, box: Path) -> None:
    (box / "pixel.csv").write_text(PIXEL + EVENT + EVENT)
    land(config, box)
    assert rows(config, "conversions", "pixel", "event_id, _occurrence") == [("e1", 1), ("e1", 2)]


BAD = {
    "renamed column": (PROMO.replace("net_amount", "amount") + ORDER, "net_amount (instead there: amount)"),
    "no day that can be read": (UTM + VISIT.replace("2026-05-02", "05/02/2026"), "no date that can be read in column 'date'"),
    "line cut short": (PROMO + ORDER + "o2,2026-05", "line 3 has 2 fields, the header 6"),
    "columns of a spreadsheet in another language": ((UTM + VISIT).replace(",", ";"), "separated by a semicolon"),
    "doubled column": (PIXEL.replace("campaign", "value") + EVENT, "columns twice in the header: value"),
    "login page": ("<html><title>Sign in</title></html>", "an HTML page ('Sign in') without data"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_quarantined_with_its_reason_and_nothing_lands(config: Settings, box: Path, case: str) -> None:
    content, reason = BAD[case]
    (box / "promo_orders.csv").write_text(content)
    outcomes = land(config, box / "promo_orders.csv")
    assert [one.status for one in outcomes] == ["quarantined"] and reason in outcomes[0].reason
    assert "\n" not in outcomes[0].reason and not list(config.landing_dir.rglob("2*.parquet"))


def test_an_order_that_is_only_there_as_refunded_is_a_sale_and_a_refund(
    config: Settings, box: Path, built: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    orders = ["O-1,2026-05-01,NEON10,25,USD,paid", "O-2,2026-05-02,NEON10,30.00,USD,refunded"]
    (box / "orders.csv").write_text(PROMO + "\n".join(orders) + "\n")
    land(config, box)
    with built(date(2026, 6, 1), "conversion_events", "row_accounting") as con:
        found = con.execute(
            """
            select platform_event_id, sum(conversions), sum(conversion_value_usd), bool_or(is_implied)
            from marts.conversion_events group by 1 order by 1
            """
        ).fetchall()
        counted = con.execute(
            "select rows_landed, rows_in_mart, amount_in_mart from monitoring.row_accounting where source_table = 'conversions.promo'"
        ).fetchone()
    assert found == [("O-1", 1, 25, False), ("O-2", 1, 0, True)]
    assert counted == (2, 2, -5)


def test_refunds_of_one_order_in_files_of_different_months_all_count(
    config: Settings, box: Path, built: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    january = ["O-1,2026-01-05,NEON10,30,USD,paid", "O-1,2026-01-20,NEON10,-10,USD,refunded"]
    february = ["O-1,2026-02-03,NEON10,-5,USD,refunded"]
    for month, lines in (("january", january), ("february", february), ("again", [*january[1:], *february])):
        (box / f"promo_{month}.csv").write_text(PROMO + "\n".join(lines) + "\n")
        land(config, box / f"promo_{month}.csv")
    with built(date(2026, 6, 1), "conversion_events") as con:
        found = con.execute("select conversion_value_usd from marts.conversion_events order by event_timestamp").fetchall()
    assert found == [(30,), (-10,), (-5,)]


def test_pixel_events_that_bear_the_id_of_their_order_all_count(
    config: Settings, box: Path, built: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    first = ["O-1,2026-01-05T10:00:00Z,Purchase,9,USD,,", "O-1,2026-01-05T10:00:02Z,purchase,9,USD,,"]
    later = ["O-1,2026-01-07T10:00:00Z,Refund,9,USD,,", "O-1,2026-01-07T10:00:00Z,Lead,,USD,,"]
    for name, lines in (("first", first), ("later", later)):
        header = "event_id,event_time,event_name,value,currency,episode_guid,campaign\n"
        (box / f"pixel_{name}.csv").write_text(header + "\n".join(lines) + "\n")
        land(config, box / f"pixel_{name}.csv")
    with built(date(2026, 6, 1), "conversion_events") as con:
        found = con.execute(
            "select action_types, conversions, conversion_value_usd from marts.conversion_events order by event_timestamp, 1"
        ).fetchall()
    assert found == [("purchase", 1, 9), ("lead", 1, None), ("refund", 0, -9)]


def test_utm_lines_that_a_later_export_states_as_one_count_as_one(
    config: Settings, box: Path, built: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    header = "date,utm_source,utm_medium,utm_campaign,utm_content,sessions,conversions,revenue,currency\n"
    first = [
        "2026-01-05,ig,story,NEON,,10,2,12,USD",
        "2026-01-05,IG,story,neon,,5,3,8,USD",
        "2026-01-06,ig,story,NEON,,1,1,4,USD",
    ]
    for name, lines in (("first", first), ("later", ["2026-01-05,ig,story,neon,,15,5,20,USD"])):
        (box / f"utm_{name}.csv").write_text(header + "\n".join(lines) + "\n")
        land(config, box / f"utm_{name}.csv", extracted_at=datetime(2026, 2, 1 + (name == "later")))
    with built(date(2026, 6, 1), "conversion_events", "row_accounting") as con:
        found = con.execute(
            "select conversions, conversion_value from marts.conversion_events order by event_timestamp"
        ).fetchall()
    assert found == [(5, 20), (1, 4)]


PARTLY = {  # lines of an order, and its net; None where no line tells it
    "a status alone": (["{id},2026-05-01,NEON10,30.00,USD,partially_refunded"], None),
    "a status in other words, without an amount": (["{id},2026-05-01,NEON10,,USD,Partially Refunded"], None),
    "the sale in a line of its own": (
        ["{id},2026-05-01,NEON10,30,USD,paid", "{id},2026-05-02,NEON10,10,USD,partial refund"], None,
    ),
    "a refund without an amount": (["{id},2026-05-01,NEON10,30,USD,paid", "{id},2026-05-02,NEON10,,USD,refunded"], None),
    "a refund of nothing": (["{id},2026-05-01,NEON10,30,USD,paid", "{id},2026-05-02,NEON10,0.00,USD,refunded"], None),
    "only there as refunded, without an amount": (["{id},2026-05-01,NEON10,,USD,refunded"], None),
    "the part in a line of its own": (
        ["{id},2026-05-01,NEON10,30,USD,partially_refunded", "{id},2026-05-02,NEON10,-10,USD,"], 20,
    ),
    "all three": (
        [
            "{id},2026-05-01,NEON10,30,USD,paid", "{id},2026-05-02,NEON10,20,USD,partially_refunded",
            "{id},2026-05-02,NEON10,10,USD,refunded",
        ], 20,
    ),
    "a part with its amount": (
        ["{id},2026-05-01,NEON10,30,USD,paid", "{id},2026-05-02,NEON10,-10,USD,partially_refunded"], 20,
    ),
    "other capitals and blanks": (
        ["{id},2026-05-01,NEON10,30,USD,paid", " {lower}\u00a0,2026-05-02,NEON10,-10,USD,refunded"], 20,
    ),
    "nothing refunded": (["{id},2026-05-01,NEON10,30,USD,paid"], 30),
}  # fmt: skip


@pytest.mark.parametrize("together", [True, False], ids=["one file", "a file a line"])
def test_a_refund_whose_amount_no_file_states_leaves_the_order_unknown_and_listed(
    config: Settings, box: Path, built: Callable[..., duckdb.DuckDBPyConnection], together: bool
) -> None:
    orders = {f"O-{number:02}": PARTLY[case] for number, case in enumerate(PARTLY)}
    lines = [[line.format(id=order, lower=order.lower()) for line in stated] for order, (stated, _) in orders.items()]
    files = [sum(lines, [])] if together else [[one[place] for one in lines if place < len(one)] for place in range(3)]
    for number, some in enumerate(files):
        (box / f"orders_{number}.csv").write_text(PROMO + "\n".join(some) + "\n")
        land(config, box / f"orders_{number}.csv")
    with built(date(2026, 6, 1), "conversion_events", "row_accounting", "unmatched") as con:
        found = con.execute(
            """
            select platform_event_id, sum(conversions), sum(conversion_value), sum(conversion_value_usd), bool_or(is_refund_unknown)
            from marts.conversion_events group by 1 order by 1
            """
        ).fetchall()
        listed = con.execute("select value from monitoring.unmatched where kind = 'refund_amount' order by 1").fetchall()
        whole, live, elsewhere = con.execute(
            """
            select rows_landed = rows_superseded + rows_in_mart + rows_set_aside + rows_rejected, amount_live,
                amount_in_mart + amount_set_aside + amount_rejected
            from monitoring.row_accounting where source_table = 'conversions.promo'
            """
        ).fetchone()
    assert found == [(order, 1, net, net, net is None) for order, (_, net) in orders.items()]
    assert listed == [(order,) for order, (_, net) in orders.items() if net is None]
    assert whole and live == elsewhere


def test_an_order_that_is_later_refunded_whole_is_known_again(
    config: Settings, box: Path, built: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    for name, line in (("may", "2026-05-01,NEON10,20,USD,partially_refunded"), ("june", "2026-06-01,NEON10,30,USD,refunded")):
        (box / f"orders_{name}.csv").write_text(f"{PROMO}O-1,{line}\n")
        land(config, box / f"orders_{name}.csv")
    with built(date(2026, 7, 1), "conversion_events") as con:
        found = con.execute("select sum(conversions), sum(conversion_value) from marts.conversion_events").fetchall()
    assert found == [(1, 0)]


def test_a_pixel_refund_without_a_value_leaves_its_purchase_unknown(
    config: Settings, box: Path, built: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    events = [
        "E-1,2026-05-01,purchase,30,USD,,", "e-1 ,2026-05-02,refund,,USD,,", "E-2,2026-05-01,purchase,30,USD,,",
        "E-2,2026-05-02,partial_refund,10,USD,,", "E-3,2026-05-02,purchase,5,USD,,", "e-3,2026-05-02,purchase,5,USD,,",
    ]  # fmt: skip
    (box / "pixel.csv").write_text(PIXEL + "\n".join(events) + "\n")
    land(config, box)
    with built(date(2026, 6, 1), "conversion_events", "unmatched") as con:
        found = con.execute(
            """
            select platform_event_id, sum(conversions), sum(conversion_value), bool_or(is_refund_unknown)
            from marts.conversion_events group by 1 order by 1
            """
        ).fetchall()
        listed = con.execute("select value from monitoring.unmatched where kind = 'refund_amount'").fetchall()
    assert found == [("E-1", 1, None, True), ("E-2", 1, 20, False), ("e-3", 1, 5, False)]
    assert listed == [("E-1",)]


def test_a_pixel_purchase_stays_with_its_order_whatever_the_capitals(
    config: Settings, box: Path, built: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    (box / "promo.csv").write_text(PROMO + "O-4,2026-05-01,NEON10,30,USD,paid\n")
    (box / "pixel.csv").write_text(PIXEL + "o-4,2026-05-01,purchase,30,USD,,\n")
    land(config, box)
    with built(date(2026, 6, 1), "conversion_events") as con:
        found = con.execute("select data_source, platform_event_id, conversions from marts.conversion_events").fetchall()
    assert found == [("promo", "O-4", 1)]

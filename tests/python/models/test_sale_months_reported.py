"""Back-test: a ledger booked as stores book, cut at every reporting date; a month called reported has 95 % of its money in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from typing import NamedTuple

import duckdb
import pytest
from support.builds import Build
from support.commands import land
from support.ledgers import ledger_b, sale
from support.plain_sql import Plan

from common.settings import Settings

FIRST_MONTH, MONTHS = date(2022, 1, 1), 30
FIRST_JUDGED = date(2022, 12, 1)  # from then on, a month is called at the latest in the round after it is in
SHARE = 0.95
BY_SALE_MONTH = [f"kpi_revenue_by_{name}" for name in ("artist", "distributor", "platform", "territory", "track")]
BY_MONTH = ("kpi_revenue_by_sale_month", "kpi_revenue_by_reporting_month")
REBUILT = (
    "revenue_summed_by_store", "platform_months_booked", "platform_months_estimated", "sale_months_reported",
)  # fmt: skip


class Store(NamedTuple):
    """How a store books: its share of the money, months of delay, days of the month, and the sale months that it has."""

    name: str
    share: float
    lag: int
    days: tuple[int, ...]
    months: range = range(MONTHS)
    fees_first: bool = False


STORES = (
    Store("Spotify", 0.55, 2, (22, 26), fees_first=True),
    Store("Apple Music", 0.14, 1, (24,)),
    Store("YouTube (Ads)", 0.05, 1, (5,)),
    Store("YouTube (Red)", 0.04, 2, (5,)),  # the same platform, a month later
    Store("iTunes", 0.02, 1, (24,), range(20)),  # renamed: the same platform goes on
    Store("iTunes Songs", 0.02, 1, (24,), range(20, MONTHS)),
    Store("Amazon Prime (Streaming)", 0.05, 2, (12, 13, 16, 25)),
    Store("Deezer", 0.02, 3, (9,)),
    Store("NetEase", 0.02, 6, (18,)),
    Store("Facebook", 0.06, 2, (8,), range(24)),  # ends
    Store("TikTok", 0.09, 2, (15,), range(16, MONTHS)),  # is new
)


class Line(NamedTuple):
    store: str
    sale_month: date
    reporting_date: date
    cents: int


def later(month: date, count: int) -> date:
    """Return the first day of the month so many months later."""
    months = 12 * month.year + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def lines(late_share: float) -> Iterator[Line]:
    """Yield every line of a label that grows by 3 % a month, with a peak in December; 2 % of each month is booked late.

    late_share: what a store makes that books three months late.
    """
    random = Random(1)
    for number in range(MONTHS):
        month = later(FIRST_MONTH, number)
        season = {12: 1.35, 1: 0.85, 2: 0.8}.get(month.month, 1)
        total = 100_000 * 1.03**number * season * random.uniform(0.9, 1.1)
        for store in STORES:
            share = late_share if store.name == "Deezer" else store.share
            if number in store.months:
                yield from booked(store, month, round(total * share * random.uniform(0.88, 1.12)), random)


def booked(store: Store, month: date, cents: int, random: Random) -> Iterator[Line]:
    """Yield the lines of one store and sale month."""
    round_of = later(month, store.lag)
    late = round(cents * random.uniform(0, 0.04))
    fees = cents // 10 if store.fees_first else 0
    parts = len(store.days)
    if store.fees_first:
        yield Line(store.name, month, round_of.replace(day=store.days[0]), -fees)
    for place, day in enumerate(store.days):
        yield Line(store.name, month, round_of.replace(day=day), (cents - late + fees) // parts + (place == 0))
    yield Line(store.name, month, later(round_of, random.choice((1, 1, 2))).replace(day=store.days[0]), late)


@pytest.fixture(params=[0.02, 0.08], ids=["small late stores", "a large late store"])
def ledger(request: pytest.FixtureRequest) -> list[Line]:
    """Two labels' lines."""
    return list(lines(request.param))


def built_from(config: Settings, box: Path, built: Build, ledger: list[Line]) -> duckdb.DuckDBPyConnection:
    """Land the whole ledger and build the models from it."""
    path = box / "dk_bank_details_20250701_090000.csv"
    path.write_bytes(
        ledger_b(
            [
                sale(
                    str(line.reporting_date), f"{line.sale_month:%Y-%m}", Store=line.store,
                    quantity=str(100 * abs(line.cents)), earnings=f"{line.cents / 100:.2f}",
                )
                for line in ledger
            ]
        )
    )  # fmt: skip
    (outcome,) = land(config, path)
    assert outcome.status == "landed" and outcome.rows == len(ledger)
    return built(date(2025, 7, 1), "sale_months_reported", *BY_MONTH, "kpi_revenue_per_stream", *BY_SALE_MONTH)


def judged_at_every_date(con: duckdb.DuckDBPyConnection, plan: Plan, dates: list[date]) -> dict[date, dict[date, tuple]]:
    """Return what the models say of each sale month when the ledger ends at each date: the share that is in, and the verdict."""
    statements = [step.statement for name in REBUILT for step in plan.steps if step.name == name]
    con.execute("create table whole_ledger as from marts.revenue_transactions")
    found: dict[date, dict[date, tuple]] = {}
    for day in dates:
        con.execute(f"create or replace table marts.revenue_transactions as from whole_ledger where reporting_date <= '{day}'")
        for statement in statements:
            con.execute(statement)
        told = con.execute("select sale_month, reported_ratio, is_reported from intermediate.sale_months_reported").fetchall()
        found[day] = {month: (ratio, reported) for month, ratio, reported in told}
    return found


def test_a_month_called_reported_has_95_percent_of_its_money_and_is_called_by_the_next_round(
    config: Settings, box: Path, built: Build, plan: Plan, ledger: list[Line]
) -> None:
    dates = sorted({line.reporting_date for line in ledger if line.reporting_date < date(2024, 7, 1)})
    verdicts = judged_at_every_date(
        built_from(config, box, built, ledger), plan.reading(config.data_dir, date(2025, 7, 1)), dates
    )
    final: dict[date, int] = defaultdict(int)
    for line in ledger:
        final[line.sale_month] += line.cents
    is_in: dict[date, date] = {}
    called: dict[date, date] = {}
    too_early, far_off = [], []
    for day in dates:
        so_far: dict[date, int] = defaultdict(int)
        for line in ledger:
            if line.reporting_date <= day:
                so_far[line.sale_month] += line.cents
        for month, (ratio, reported) in verdicts[day].items():
            true_ratio = so_far[month] / final[month]
            if true_ratio >= SHARE:
                is_in.setdefault(month, day)
            if reported:
                called.setdefault(month, day)
                if true_ratio < SHARE:
                    too_early.append((day, month, round(true_ratio, 4), ratio))
            if ratio is not None and (abs(ratio - true_ratio) > 0.02 if reported else ratio >= SHARE > true_ratio + 0.05):
                far_off.append((day, month, round(true_ratio, 4), ratio))
    assert len(dates) > 150 and len(is_in) > 25
    assert too_early == []
    assert far_off == []
    too_late = [
        (month, day, called.get(month))
        for month, day in is_in.items()
        if later(day, 1) >= FIRST_JUDGED and later(day, 2) <= dates[-1]
        if called.get(month, date.max) >= later(day, 2)
    ]
    assert too_late == []


def test_half_a_year_of_rounds_is_the_least_and_a_booking_in_parts_does_not_count(
    config: Settings, box: Path, built: Build, plan: Plan
) -> None:
    con = built_from(config, box, built, list(lines(0.08)))
    mart = "select count(*), count(*) filter (where is_reported) from marts.kpi_revenue_by_reporting_month"
    rounds, complete = con.execute(mart).fetchone()
    assert complete == rounds - 1
    flags = "select sale_month, is_reported from marts.kpi_revenue_by_sale_month order by 1"
    told = "select distinct sale_month, is_reported from marts.{} where clock = 'sale_month' and last_reporting_month > sale_month order by 1"
    for mart in BY_SALE_MONTH:
        assert con.execute(told.format(mart)).fetchall() == con.execute(flags).fetchall()
    assert con.execute("select distinct clock from marts.kpi_revenue_per_stream").fetchall() == [("sale_month",)]
    days = [date(2022, 6, 26), date(2024, 3, 22), date(2024, 3, 26), date(2024, 4, 9), date(2024, 5, 5)]
    verdicts = judged_at_every_date(con, plan.reading(config.data_dir, date(2025, 7, 1)), days)
    assert set(verdicts[days[0]].values()) == {(None, None)}
    january = [verdicts[day][date(2024, 1, 1)] for day in days[1:]]
    assert [reported for _, reported in january] == [False, False, True, True]
    assert january[0][0] < january[1][0] < SHARE


def test_a_label_without_a_reported_month_is_told_why_there_is_no_rate(config: Settings, box: Path, built: Build) -> None:
    def stated() -> list[tuple]:
        with built(date(2025, 7, 1), "kpi_revenue_per_stream") as con:
            columns = "platform_name, net_revenue_per_stream_usd, why_unknown, line_count"
            return con.execute(f"select {columns} from marts.kpi_revenue_per_stream").fetchall()

    assert stated() == [("Unknown", None, "no statement line of streaming", 0)]
    (box / "dk_bank_details_20250701_090000.csv").write_bytes(ledger_b([sale("2025-06-25", "2025-04")]))
    land(config, box)
    assert stated() == [("Spotify", None, "no sale month is reported yet", 0)]

"""Conversions that the label counts itself: two months of orders, a UTM report and pixel events that overlap with both."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from demo.totals import ConversionTotals
from demo.truth import Truth, days
from demo.writing import csv_text, write_text

PROMO_HEADER = ("order_id", "ordered_at", "promo_code", "net_amount", "currency", "status")
UTM_HEADER = (
    "date", "utm_source", "utm_medium", "utm_campaign", "utm_content", "sessions", "conversions", "revenue", "currency",
)  # fmt: skip
PIXEL_HEADER = ("event_id", "event_time", "event_name", "value", "currency", "episode_guid", "campaign")
FIRST_EXPORT, SECOND_EXPORT = date(2026, 6, 1), date(2026, 7, 4)
ORDERS_FROM, OVERLAP_FROM = date(2026, 5, 1), date(2026, 5, 20)
CAMPAIGN = "NEON DRIFT - Streaming Campaign"
CODES = ("NEON10", " neon10", "NIGHTBUS", "GHOST20")
TAGGED = (
    ("facebook", "cpc", "NEON+DRIFT+-+Streaming+Campaign", "video_a"),
    ("Instagram", "CPC", "neon%20drift%20-%20streaming%20campaign", ""),
    ("newsletter", "email", "summer+letter", ""),
)
EVENTS = ("purchase", "save", "subscribe", "quiz_finished")


class Order(NamedTuple):
    """One order with a promo code, and whether its money went back."""

    order_id: str
    at: datetime
    code: str
    amount: Decimal
    currency: str
    refunded_on: date | None

    def lines(self, until: date) -> list[tuple[str, ...]]:
        """The order, and its refund once there is one, as an export of that day has them."""
        if self.at.date() > until:
            return []
        stated = (self.order_id, f"{self.at:%Y-%m-%dT%H:%M:%S}Z", self.code)
        found: list[tuple[str, ...]] = [(*stated, str(self.amount), self.currency, "paid")]
        if self.refunded_on and self.refunded_on <= until:
            found.append((*stated, str(self.amount), self.currency, "refunded"))
        return found


def write_conversions(folder: Path, truth: Truth) -> dict[str, ConversionTotals]:
    """Write the three kinds of file; return what counts, by source."""
    orders = list(happened(truth))
    exports = ((ORDERS_FROM, FIRST_EXPORT), (OVERLAP_FROM, SECOND_EXPORT))
    for first, until in exports:
        lines = [line for order in orders if order.at.date() >= first for line in order.lines(until)]
        write_text(folder / f"promo_{until:%Y%m%d}_090000.csv", csv_text(PROMO_HEADER, lines))
    utm = list(utm_lines(truth))
    write_text(folder / f"utm_{SECOND_EXPORT:%Y%m%d}_090000.csv", csv_text(UTM_HEADER, utm))
    events, others = pixel_events(truth, orders)
    write_text(folder / f"pixel_{SECOND_EXPORT:%Y%m%d}_090000.csv", csv_text(PIXEL_HEADER, events, lineterminator="\r\n"))
    known = {
        line: order for first, until in exports for order in orders if order.at.date() >= first for line in order.lines(until)
    }
    promo = [(order.currency, -order.amount if line[-1] == "refunded" else order.amount) for line, order in known.items()]
    converted = [row for row in utm if row[6] != "0"]
    return {
        "promo": totals_of(promo, sum(line[-1] == "paid" for line in known)),
        "utm": totals_of([("USD", Decimal(row[7])) for row in converted], sum(int(row[6]) for row in converted)),
        "pixel": totals_of([("USD", Decimal(row[3] or 0)) for row in others], len(others)),
    }


def totals_of(values: Iterable[tuple[str, Decimal]], conversions: int) -> ConversionTotals:
    """Add up; amounts in other currencies have no rate and no USD."""
    stated = list(values)
    usd = sum((value for currency, value in stated if currency == "USD"), Decimal(0))
    return ConversionTotals(rows=len(stated), conversions=conversions, value_usd=usd)


def happened(truth: Truth) -> Iterable[Order]:
    """The orders, one or two on most days; a few go back, one is in euros."""
    rng = truth.random("conversions/orders")
    number = 1000
    for day in days(ORDERS_FROM, SECOND_EXPORT):
        for _ in range(rng.randrange(3)):
            number += 1
            yield Order(
                f"BP-{number}",
                datetime.combine(day, time(rng.randrange(24), rng.randrange(60), rng.randrange(60))),
                rng.choice(CODES),
                Decimal(rng.randrange(900, 6000)) / 100,
                "EUR" if number == 1010 else "USD",
                day + timedelta(days=rng.randrange(2, 20)) if number % 9 == 0 else None,
            )


def utm_lines(truth: Truth) -> Iterable[tuple[str, ...]]:
    """One line for each day and tags; most days convert."""
    rng = truth.random("conversions/utm")
    for day in days(ORDERS_FROM, SECOND_EXPORT - timedelta(days=1)):
        for tags in TAGGED:
            conversions = rng.randrange(4)
            revenue = Decimal(conversions * rng.randrange(900, 4000)) / 100
            yield str(day), *tags, str(rng.randrange(conversions, 90)), str(conversions), str(revenue), "USD"


def pixel_events(truth: Truth, orders: list[Order]) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Every event as sent, and those that count: an order's own event is the order, a retry is the same event."""
    rng = truth.random("conversions/pixel")
    claimed = [
        (order.order_id, f"{order.at:%Y-%m-%dT%H:%M:%S}.250Z", "Purchase", str(order.amount), "USD", "", CAMPAIGN)
        for order in orders
        if rng.random() < 0.4
    ]
    others: list[tuple[str, ...]] = []
    for number in range(1, 121):
        day = ORDERS_FROM + timedelta(days=rng.randrange((SECOND_EXPORT - ORDERS_FROM).days))
        name = rng.choice(EVENTS)
        value = str(Decimal(rng.randrange(500, 3000)) / 100) if name == "purchase" else ""
        moment = f"{day}T{rng.randrange(24):02d}:{rng.randrange(60):02d}:00+02:00"
        others.append((f"evt-{number:05d}", moment, name, value, "USD", "ep-0001" if number % 7 == 0 else "", CAMPAIGN))
    sent = [*claimed, *others, *(one for one in others if rng.random() < 0.1)]
    return sorted(sent), others

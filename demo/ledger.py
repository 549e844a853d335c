"""The royalty ledger's lines as DistroKid books them, streamed one by one, and their exact totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import NamedTuple

from demo.label import (
    ALIASES_ON_STATEMENTS,
    APPLE,
    COUNTRIES,
    DISTROKID,
    PLATFORM_OF_STORE,
    SALE_MONTHS,
    SPOTIFY,
    STORES,
    TRACKS,
    UNKNOWN,
    UNKNOWN_STORE,
    Store,
    Track,
    tracks_of,
)
from demo.totals import LedgerTotals
from demo.truth import Truth, later_month

PICO = 10**12
EIGHT_DECIMALS = 10**4
LAST_EIGHT_DECIMALS_REPORT = "2025-06-10"
PENALTY_LIMIT, FEE_LIMIT = PICO, PICO // 200


class Line(NamedTuple):
    """One statement line. Money is counted in 10^-12 USD, withheld royalties in 10^-5."""

    reporting_date: str
    sale_month: str
    store: str
    artist: str
    title: str
    isrc: str
    upc: str
    quantity: int
    team_percentage: int
    source_type: str
    country: str
    withheld: int
    earnings: int


def lines(truth: Truth) -> Iterator[Line]:
    """Every line of the label's life, in the order of sale months; reporting dates are in no order."""
    rng = truth.random("ledger")
    yield from special_lines()
    for month in SALE_MONTHS:
        for store in STORES:
            for track in tracks_of(DISTROKID):
                streams = truth.month(track, APPLE if store.platform == APPLE else SPOTIFY, month) * store.streams
                if streams:
                    yield from recording_lines(rng, truth.scale, month, store, track, streams)


def recording_lines(rng: Random, scale: int, month: str, store: Store, track: Track, streams: float) -> Iterator[Line]:
    """One recording's lines of a store and sale month, one per country, more countries with a larger scale."""
    chance, countries = rng.random, store.countries
    reported = reporting_date(store, month, 0)
    second = reporting_date(store, month, 0, second=True) if store.platform == SPOTIFY else reported
    artist = "ZONE A0 & SXNCTUARY" if store.name == "Facebook" and " X " in track.artist else track.artist
    weights = [1 / (rank + 1.5) for rank in range(store.lines)]
    unit = streams / scale / sum(weights)

    def line(day: str, country: str, quantity: int, earnings: int) -> Line:
        if day <= LAST_EIGHT_DECIMALS_REPORT:
            earnings -= earnings % EIGHT_DECIMALS
        return Line(
            day, month, store.name, artist, track.stated_title, track.isrc, track.upc,
            quantity, track.team_percentage, "Song", country, 0, earnings,
        )  # fmt: skip

    for number in range(store.lines * scale):
        country = countries[number % len(countries)]
        quantity = max(1, round(unit * weights[number % store.lines] * (0.75 + chance() / 2)))
        rate = int(store.rate * (0.8 + 0.4 * chance()) * track.team_percentage / 100)
        day = second if chance() < 0.3 else reported
        if chance() < 0.02:
            day = reporting_date(store, month, 1 + int(chance() * 2))
        earnings = quantity * rate
        if store.name == "YouTube (Ads)" and chance() < 0.1:
            quantity = 0
        yield line(day, country, quantity, earnings)
        if store.platform == SPOTIFY and chance() < 0.25:
            odd = chance()
            units = quantity + 1 + int(chance() * 5) if odd < 0.02 else 1 + int(chance() * quantity)
            elsewhere = COUNTRIES[int(chance() * len(COUNTRIES))] if odd > 0.98 else country
            yield line(reported, elsewhere, units, -(units * rate * 3 // 10))
        if quantity and chance() < 0.004:
            returned = 1 + int(chance() * quantity)
            yield line(reporting_date(store, month, 1), country, -returned, -returned * rate)


def reporting_date(store: Store, month: str, late: int, second: bool = False) -> str:
    """When a store's sale month is booked, so many months late, on the first or the second of its days."""
    day = store.day + int(month[5:]) % 3 + (3 if second else 0)
    return f"{later_month(month, store.lag + late)}-{day:02d}"


def special_lines() -> Iterator[Line]:
    """The rare lines, once whatever the scale: a penalty, an adjustment, an unknown store, an album without ISRC."""
    state, source, neon = TRACKS[0], TRACKS[1], TRACKS[5]

    def line(day: str, month: str, store: str, track: Track, quantity: int, earnings: str, country: str = "US") -> Line:
        exact = int(Decimal(earnings) * PICO)
        return Line(
            day, month, store, track.artist, track.stated_title, track.isrc, track.upc,
            quantity, track.team_percentage, "Song", country, 0, exact,
        )  # fmt: skip

    yield line("2025-12-23", "2025-10", SPOTIFY, state, 1, "-10")
    yield line("2025-08-25", "2025-07", APPLE, source, 5, "-0.02")
    yield line("2025-05-25", "2025-04", APPLE, neon, 3, "0")
    yield line("2025-05-20", "2025-01", "Facebook", source, -40, "-0.00164", "OU")
    yield from [line("2025-04-20", "2025-02", "Pandora", neon, 11, "0.0176")] * 2
    yield line("2025-05-25", "2025-04", "iTunes Albums", neon, 1, "4.893")._replace(isrc="", source_type="Album")
    yield line("2026-03-23", "2026-01", SPOTIFY, state, 9, "0.031234567891")._replace(withheld=1250)
    for month, quantity, earnings, country in (
        ("2025-09", 310, "1.240000000001", "US"),
        ("2025-10", 275, "1.1", "DE"),
        ("2026-02", 402, "1.608123456789", "NA"),
    ):
        yield line(f"{later_month(month, 2)}-17", month, UNKNOWN_STORE, source, quantity, earnings, country)


def transaction_type(line: Line) -> str:
    """What a line is, by the line alone (docs/how-it-works.md, rule 3)."""
    if line.quantity < 0:
        return "refund"
    if line.earnings >= 0:
        return "sale"
    if line.store == SPOTIFY and -line.earnings <= FEE_LIMIT * line.quantity:
        return "promotion_fee"
    if line.store == SPOTIFY and -line.earnings >= PENALTY_LIMIT and line.quantity <= 1:
        return "penalty"
    return "adjustment"


class LedgerCounter:
    """Adds up lines in whole numbers."""

    def __init__(self) -> None:
        self.lines = self.gross = self.withheld = 0
        self.money: dict[str, dict[str, int]] = {
            name: defaultdict(int) for name in ("platform", "artist", "sale", "report", "type")
        }
        self.counts: dict[str, dict[str, int]] = {name: defaultdict(int) for name in ("type", "quantity", "unknown")}

    def add(self, line: Line) -> None:
        """Count one line."""
        kind, earnings = transaction_type(line), line.earnings
        platform = PLATFORM_OF_STORE.get(line.store, UNKNOWN)
        money, counts = self.money, self.counts
        self.lines += 1
        self.withheld += line.withheld
        money["platform"][platform] += earnings
        money["artist"][ALIASES_ON_STATEMENTS.get(line.artist, line.artist)] += earnings
        money["sale"][line.sale_month] += earnings
        money["report"][line.reporting_date[:7]] += earnings
        money["type"][kind] += earnings
        counts["type"][kind] += 1
        if kind == "sale":
            self.gross += earnings
        if kind in ("sale", "refund"):
            counts["quantity"][platform] += line.quantity
        if platform == UNKNOWN:
            counts["unknown"]["lines"] += 1

    def totals(self) -> LedgerTotals:
        """The sums, as exact decimals."""
        usd = {name: {key: dollars(one) for key, one in sorted(sums.items())} for name, sums in self.money.items()}
        return LedgerTotals(
            lines=self.lines,
            net_usd=dollars(sum(self.money["type"].values())),
            gross_usd=dollars(self.gross),
            songwriter_withheld_usd=Decimal(self.withheld).scaleb(-5),
            net_by_platform=usd["platform"],
            net_by_artist=usd["artist"],
            net_by_sale_month=usd["sale"],
            net_by_reporting_month=usd["report"],
            lines_by_type=dict(sorted(self.counts["type"].items())),
            net_by_type=usd["type"],
            quantity_by_platform=dict(sorted(self.counts["quantity"].items())),
            unknown_store_lines=self.counts["unknown"]["lines"],
            unknown_store_net_usd=dollars(self.money["platform"].get(UNKNOWN, 0)),
        )


def dollars(pico: int) -> Decimal:
    """Money counted in 10^-12 USD as an exact decimal with 12 places."""
    return Decimal(pico).scaleb(-12)

"""Any order of landing gives the same marts: ids, figures and `extracted_at` (docs/how-it-works.md, "Order and ids")."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.commands import land
from support.ledgers import ledger_a, ledger_b, sale
from support.plain_sql import DATABASE, Plan

from common.settings import Settings
from common.settings import settings as folder_settings
from loaders.commands.land import retry_quarantined
from loaders.landing.extracts import Landing
from loaders.landing.timeline import read_timeline
from loaders.registry import table_named
from warehouse.checks.compact import compacted
from warehouse.checks.withdraw import withdraw

AS_OF = date(2025, 7, 1)
FIRST = date(2025, 3, 1)
REPORTED = ("2025-01-24", "2025-02-24", "2025-03-24", "2025-04-24")
CARD_HEADER = ["Transaction Date", "Posted Date", "Card No.", "Description", "Category", "Debit", "Credit"]
MOVING = ("content_streams", "revenue_transactions", "business_expenses", "tiktok_metrics")


# ------------------------------------------------------------------ small exports, as the platforms write them


@dataclass(frozen=True, repr=False)
class File:
    """One export: the folder and the name it came under, and its bytes."""

    folder: str
    name: str
    content: bytes

    def __repr__(self) -> str:
        return f"{self.folder}/{self.name}#{zlib.crc32(self.content):08x}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


def ledger(
    stamp: datetime,
    dates: int,
    is_new: bool = True,
    withdrawn: bool = False,
    order: Random | None = None,
) -> File:
    """The ledger up to one of its dates, in either generation; a tiny line of the second can be missing again."""
    lines = []
    for number, day in enumerate(REPORTED[:dates]):
        month = f"{2025 - (number < 2)}-{(number + 10) % 12 + 1:02d}"
        for isrc in ("QZABC2500001", "QZABC2500002"):
            lines += [
                sale(day, month, isrc, "41", f"0.1234567{number}"),
                sale(day, month, isrc, "12", "-0.01084000"),
                sale(day, month, isrc, "7", "0.05000000", Store="Apple Music", **{"Country of Sale": "XK"}),
            ]
        lines += [sale(day, month, quantity="3", earnings="0.00900000", Store="Example Beats FM")] * 2
    if dates > 1 and not withdrawn:
        lines.append(sale(REPORTED[1], "2024-12", quantity="1", earnings="0.00010000"))
    shuffle(lines, order)
    content = ledger_b(lines) if is_new else ledger_a(lines)
    return File("dk", f"dk_bank_details_{stamp:%Y%m%d_%H%M%S}.{'csv' if is_new else 'tsv'}", content)


def shuffle(rows: list[Any], order: Random | None) -> None:
    """Put rows into another order, where one is given."""
    if order:
        order.shuffle(rows)


def days(first: int, count: int) -> list[date]:
    return [FIRST + timedelta(days=first + number) for number in range(count)]


def settling(first: int, count: int, revised: int = 0, base: int = 100) -> dict[date, int]:
    """A daily series whose last two days are still moving."""
    series = {day: base + day.day for day in days(first, count)}
    for day in list(series)[-2:]:
        series[day] = series[day] // 2 + revised
    return series


def streams_page(stamp: datetime, series: dict[date, int]) -> File:
    """DistroKid's page of Spotify streams."""
    items = [{"category": str(day), "column-1": value} for day, value in series.items()]
    script = f'AmCharts.makeChart("trend365day", {{"dataProvider": {json.dumps(items)}}});'
    return File("dk", f"streams_stats_{stamp:%Y%m%d_%H%M%S}.html", f"<html><script>{script}</script></html>".encode())


def apple_page(stamp: datetime, series: dict[date, int]) -> File:
    """DistroKid's page of Apple Music plays."""
    items = [{"field": str(day), "value": value} for day, value in series.items()]
    data = {"last365days": {"isEmpty": 0, "dataProvider": items, "total": sum(series.values())}}
    page = f"<html><script>var chartData = {json.dumps(data)};</script></html>"
    return File("dk", f"applemusic_stats_{stamp:%Y%m%d_%H%M%S}.html", page.encode())


def toolost(stamp: datetime, count: int, revised: int = 0, order: Random | None = None) -> list[File]:
    """Both of the portal's answers: the year so far in no order, one day of it revised a little."""
    values = {day: 100 + day.day + revised * (day.day == 4) for day in days(0, count)}
    series = [{"date": str(day), "streams": str(value)} for day, value in values.items()]
    shazam = series[0:6:2]
    shuffle(series, order)
    spotify = {"streams": series, "discovery": [{"date": "2025-03-01", "streams": "830", "fees": "0.41230000"}]}
    plays = [{"date": one["date"], "streams": int(one["streams"]) // 4} for one in series]
    apple = {
        "totalStreams": plays, "totalShazam": shazam, "countryTotal": [{"country": "US", "streams": 150 + revised}],
        "tracksTotal": [], "streamTotal": sum(one["streams"] for one in plays),
    }  # fmt: skip
    return [
        File("toolost", f"toolost_{name}_{stamp:%Y%m%d_%H%M%S}.json", json.dumps(answer, indent=1).encode())
        for name, answer in (("spotify", spotify), ("apple", apple))
    ]


def card(day: date, first: int, count: int, posted: int = 0, order: Random | None = None) -> File:
    """Two cards' lines of some days, equal purchases among them; the day of posting can move."""
    rows = []
    for one in days(first, count):
        later = [one + timedelta(days=number) for number in range(3)]
        rows.append([one, later[1 + posted], "0427", "FACEBK *ABC123", "Professional Services", f"{one.day}.50", ""])
        rows.append([one, one, "1234", "SUBMITHUB REFUND", "Merchandise", "", "4.00"])
        if one.day % 3 == 0:
            rows += [[one, day, "0427", "SPLICE", "Merchandise", "9.99", ""] for day in later]
    shuffle(rows, order)
    return File("bank", f"{day}_transaction_download.csv", csv_bytes(CARD_HEADER, rows))


def overview(given_at: datetime, first: int, count: int, revised: int = 0) -> File:
    """A TikTok overview, its last two days still moving."""
    rows = [
        [f"{day:%B} {day.day}", views, 31, views // 10, 2, day.day % 3]
        for day, views in settling(first, count, revised, 400).items()
    ]
    header = ["Date", "Video Views", "Profile Views", "Likes", "Comments", "Shares"]
    content = csv_bytes(header, rows, quoting=csv.QUOTE_ALL)
    name = f"Overview_{days(first, 1)[0]}_{int(given_at.replace(tzinfo=UTC).timestamp())}_zone.a0.zip"
    return File("tiktok", name, zip_bytes("Overview.csv", content, given_at))


def followers(given_at: datetime, last: date, count: int) -> File:
    """A TikTok follower history, which says no year and no first day: its zip's time does."""
    listed = [last - timedelta(days=number) for number in range(count - 1, -1, -1)]
    rows = [[f"{day:%B} {day.day}", 900 + day.toordinal() % 50, day.toordinal() % 5 - 1] for day in listed]
    content = csv_bytes(["Date", "Followers", "Difference in followers from previous day"], rows)
    return File(f"{given_at:%d%H%M}", "Followers_zone.a0.zip", zip_bytes("FollowerHistory.csv", content, given_at))


def legacy(count: int) -> File:
    """The wide file of earlier years, for the days that nothing else covers."""
    listed = [day - timedelta(days=6) for day in days(0, count)]
    rows = [[day, 50 + day.day, 9, 59 + day.day, source] for day in listed for source in ("distrokid", "toolost")]
    return File(
        f"{count}",
        "tidy_daily_streams.csv",
        csv_bytes(["date", "spotify_streams", "apple_streams", "combined_streams", "source"], rows),
    )


def csv_bytes(header: list[str], rows: list[list[Any]], **dialect: Any) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n", **dialect).writerows([header, *rows])
    return out.getvalue().encode()


def zip_bytes(member: str, content: bytes, stored_at: datetime) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr(zipfile.ZipInfo(member, stored_at.timetuple()[:6]), content)
    return out.getvalue()


@dataclass(frozen=True)
class Choices:
    """What can differ between one round of exports and the next, beside the days they cover."""

    is_new: bool = True
    withdrawn: bool = False
    streams: int = 0
    apple: int = 0
    answers: int = 0
    posted: int = 0
    views: int = 0
    last: int = 0


def exports(number: int, chosen: Choices, growth: int, order: Random) -> list[File]:
    """One round of every export, made some hours after the round before; with growth, of later days too."""
    stamp, window = datetime(2025, 5, 1 + number, 9 + 5 * number), 2 * growth * number
    return [
        ledger(stamp, 2 + growth * number, chosen.is_new, chosen.withdrawn, order),
        streams_page(stamp, settling(window, 9, chosen.streams, 100)),
        apple_page(stamp, settling(window, 9, chosen.apple, 20)),
        *toolost(stamp, 8 + window, chosen.answers, order),
        card(stamp.date(), window, 6, chosen.posted, order),
        overview(stamp, window, 7, chosen.views),
        followers(stamp, stamp.date() - timedelta(days=chosen.last), 4),
    ]


@st.composite
def boxes(draw: Callable[..., Any]) -> list[File]:
    """Two or three rounds of exports, oldest first; often the last says again what the first did."""
    order, growth = Random(draw(st.integers(0, 99))), draw(st.integers(0, 1))
    flag, few = st.booleans(), st.integers(0, 1)
    rounds = draw(st.lists(st.builds(Choices, flag, flag, few, few, few, few, few, few), min_size=2, max_size=3))
    if not growth and draw(flag):
        rounds = [*rounds[:2], rounds[0]]
    files = [file for number, chosen in enumerate(rounds) for file in exports(number, chosen, growth, order)]
    return files + [legacy(count) for count in draw(st.sampled_from([(), (9,), (9, 12)]))]


# ------------------------------------------------------------------ landing and building them, many times


class Warehouse:
    """One landing folder and the marts that are built from it, again and again."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.config, self.box = Settings(data_dir=folder / "data", _env_file=None), folder / "box"
        self.plan = plan.up_to(*plan.relations("marts")).reading(self.config.data_dir, AS_OF).as_tables()
        self.con = duckdb.connect(config={"enable_external_file_cache": False})
        self.con.execute(f"attach ':memory:' as {DATABASE}; create schema kept")
        self.plan.build(self.con)

    def empty(self) -> None:
        """Forget everything that was landed."""
        for path in self.config.landing_dir.rglob("*"):
            if path.is_file() and path.name != "_schema.parquet":
                path.unlink()
        shutil.rmtree(self.config.originals_dir, ignore_errors=True)
        shutil.rmtree(self.config.quarantine_dir, ignore_errors=True)
        shutil.rmtree(self.box, ignore_errors=True)

    def start(self, files: list[File]) -> None:
        """Land files into an empty folder, build, and remember the marts."""
        self.restart(files)
        self.keep()

    def restart(self, files: list[File]) -> None:
        """Land files into an empty folder and build."""
        self.empty()
        self.land(files)
        self.build()

    def landed(self) -> list[str]:
        """The names of every extract and sighting there is."""
        return sorted(path.name for path in self.config.landing_dir.rglob("2*.*"))

    def land(self, files: list[File]) -> None:
        """Land files one after the other; none may be refused."""
        paths = [self.box / file.folder / file.name for file in files]
        for path, file in zip(paths, files, strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        outcomes = land(self.config, *paths)
        assert [one.reason for one in outcomes if one.status not in ("landed", "unchanged")] == []

    def build(self) -> None:
        self.plan.refresh(self.con)

    def keep(self) -> None:
        """Remember the marts as they are, to compare with."""
        for mart in self.plan.relations("marts"):
            self.con.execute(f'create or replace table kept."{mart}" as from {DATABASE}.marts."{mart}"')

    def appeared(self, mart: str) -> list[tuple]:
        """Rows that the mart has now and that were not in it when it was kept."""
        return self.con.execute(f'from {DATABASE}.marts."{mart}" except all from kept."{mart}"').fetchall()

    def gone(self, mart: str) -> list[tuple]:
        """Rows that were in the mart when it was kept and are not now."""
        return self.con.execute(f'from kept."{mart}" except all from {DATABASE}.marts."{mart}"').fetchall()

    def changes(self) -> dict[str, tuple[list[tuple], list[tuple]]]:
        """Of every mart that is no longer as it was kept: what is gone and what appeared."""
        found = {mart: (self.gone(mart), self.appeared(mart)) for mart in self.plan.relations("marts")}
        return {mart: (gone[:3], appeared[:3]) for mart, (gone, appeared) in found.items() if gone or appeared}

    def count(self, mart: str) -> int:
        return self.con.execute(f'select count(*) from {DATABASE}.marts."{mart}"').fetchone()[0]


@pytest.fixture(scope="module")
def shared(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """A warehouse that is built from one small landing after the other."""
    warehouse = Warehouse(plan, tmp_path_factory.mktemp("orders"))
    yield warehouse
    warehouse.con.close()


# ------------------------------------------------------------------ the tests


@settings(
    max_examples=10, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)  # fmt: skip
@given(files=boxes(), data=st.data())
def test_any_order_of_landing_gives_the_same_marts(shared: Warehouse, files: list[File], data: st.DataObject) -> None:
    shared.start(files)
    assert all(shared.count(mart) for mart in MOVING)
    again = data.draw(st.lists(st.sampled_from(files), max_size=4), label="landed twice")
    shared.restart(data.draw(st.permutations(files + again), label="order"))
    assert shared.changes() == {}


def test_exports_that_say_a_then_b_then_a_again_give_the_same_marts_in_all_six_orders(shared: Warehouse) -> None:
    order = Random(3)
    other = Choices(is_new=False, withdrawn=True, streams=1, apple=1, answers=1, posted=1, views=1, last=1)
    rounds = [exports(number, chosen, 0, order) for number, chosen in enumerate((Choices(), other, Choices()))]
    shared.start([file for one in rounds for file in one])
    for orders in list(permutations(rounds))[1:]:
        shared.restart([file for one in orders for file in one])
        assert shared.changes() == {}


def test_equal_purchases_posted_on_different_days_keep_their_ids(shared: Warehouse) -> None:
    posted = (("2025-03-04", "2025-03-05"), ("2025-03-04", "2025-03-09"), ("2025-03-05", "2025-03-04"))
    first, other, first_again = (
        File("bank", f"2025-05-0{number}_transaction_download.csv", csv_bytes(CARD_HEADER, rows))
        for number, rows in enumerate(
            ([["2025-03-03", day, "0427", "SPLICE", "Merchandise", "9.99", ""] for day in listed] for listed in posted),
            start=1,
        )
    )
    shared.start([first, other, first_again])
    shared.restart([first, first_again, other])
    assert shared.changes() == {}


def test_landing_everything_twice_changes_nothing(shared: Warehouse) -> None:
    order = Random(7)
    files = [file for number in range(2) for file in [*exports(number, Choices(), 1, order), legacy(9 + number)]]
    shared.start(files)
    landed = shared.landed()
    shared.land(files)
    shared.land(files[::-1])
    shared.build()
    assert shared.changes() == {}
    assert shared.landed() == landed


def test_compacting_changes_no_mart_and_not_what_lands_after(shared: Warehouse) -> None:
    order = Random(5)
    files = [file for number in range(3) for file in exports(number, Choices(), 1, order)]
    shared.start(files)
    before = len(shared.landed())
    assert list(compacted(shared.config, least=2))
    shared.build()
    assert len(shared.landed()) < before and shared.changes() == {}
    shared.land(files)
    shared.build()
    assert shared.changes() == {}


def test_an_older_ledger_changes_nothing_that_the_newer_one_covers(shared: Warehouse) -> None:
    shared.start([ledger(datetime(2025, 5, 2), 3)])
    shared.land([ledger(datetime(2025, 5, 1), 2, is_new=False)])
    shared.build()
    assert shared.changes() == {}


def test_an_older_export_adds_only_the_days_that_it_alone_covers(shared: Warehouse) -> None:
    newer, older = datetime(2025, 5, 2), datetime(2025, 5, 1)
    shared.start([streams_page(newer, settling(4, 9)), overview(newer, 4, 7), card(newer.date(), 4, 6, posted=1)])
    shared.land([streams_page(older, settling(0, 9, 1)), overview(older, 0, 7, 1), card(older.date(), 0, 6)])
    shared.build()
    days_in = {
        "content_streams": "stream_date",
        "tiktok_metrics": "metrics_date",
        "business_expenses": "transaction_date",
    }
    for mart, day in days_in.items():
        assert shared.gone(mart) == [], mart
        added = f"from {DATABASE}.marts.{mart} except all from kept.{mart}"
        dates = shared.con.execute(f"select distinct {day} from ({added}) order by 1").fetchall()
        assert [one for (one,) in dates] == days(0, 4), mart


def test_each_day_bears_the_moment_of_the_export_it_is_from(shared: Warehouse) -> None:
    newer, older = datetime(2025, 5, 2), datetime(2025, 5, 1)
    shared.start([streams_page(newer, settling(4, 9)), streams_page(older, settling(0, 9))])
    streams = f"from {DATABASE}.marts.content_streams group by extracted_at order by extracted_at"
    stated = shared.con.execute(f"select extracted_at, min(stream_date), max(stream_date) {streams}").fetchall()
    assert stated == [(older, days(0, 1)[0], days(3, 1)[0]), (newer, days(4, 1)[0], days(12, 1)[0])]


def test_a_ledger_without_a_stamp_gives_the_same_marts_in_every_order(shared: Warehouse) -> None:
    stamped = [ledger(datetime(2025, 5, 1), 2), ledger(datetime(2025, 5, 2), 3)]
    larger = File("dk", "ledger.csv", stamped[1].content + sale_line(REPORTED[2]))
    shared.start([*stamped, larger])
    for order in list(permutations([*stamped, larger]))[1:]:
        shared.restart(list(order))
        assert shared.changes().keys() <= {"restatements"}  # a ledger that landed before it was known to be newer is one there
    earned = f"select sum(net_revenue_usd) from {DATABASE}.marts.revenue_transactions"
    [(with_more,)] = shared.con.execute(earned).fetchall()
    shared.restart(stamped)
    assert with_more - shared.con.execute(earned).fetchall()[0][0] == 5


def sale_line(day: str) -> bytes:
    """One more line of a ledger, of 5.00."""
    return ledger_b([sale(day, "2025-01", "QZABC2500009", "3", "5.00000000", Store="Deezer")]).split(b"\n", 1)[1]


def test_files_of_one_month_each_add_up_in_any_order(shared: Warehouse) -> None:
    header = ["date", "link", "service", "clicks"]
    sent = ["Song", "Campaign url", "Outlet", "Action", "Sent"]
    campaign = "https://example.com/song/"
    files = [
        File("sh", "links 2025-01.csv", csv_bytes(header, [["2025-01-05", "l1", "Spotify", 50]])),
        File("sh", "links 2025-02.csv", csv_bytes(header, [["2025-02-05", "l1", "Spotify", 7]])),
        File(
            "sh",
            "submissions 1.csv",
            csv_bytes(sent, [["NEON DRIFT", f"{campaign}{one}", "Blog", "", f"2025-01-0{one}"] for one in (1, 2, 3)]),
        ),
        File("sh", "submissions 2.csv", csv_bytes(sent, [["NEON DRIFT", f"{campaign}4", "Blog", "Shared", "2025-02-04"]])),
    ]
    for order in (files, files[::-1]):
        shared.restart(order)
        counted = f"select (select sum(clicks) from {DATABASE}.marts.smart_link_clicks), (select count(*) from {DATABASE}.marts.submissions)"
        assert shared.con.execute(counted).fetchall() == [(57, 4)]


def test_what_is_withdrawn_is_in_no_mart_and_back_when_accepted(shared: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    order = Random(9)
    files = [file for number in range(2) for file in exports(number, Choices(), 1, order)]
    wrong = [ledger(datetime(2025, 5, 9), 4), streams_page(datetime(2025, 5, 9), settling(2, 12, 1, 100))]
    monkeypatch.setenv("BEDROT_DATA_DIR", str(shared.config.data_dir))
    folder_settings.cache_clear()
    shared.start([*files, *wrong])
    with Landing(shared.config) as landing:
        ids = [
            read_timeline(landing.con, shared.config, table_named("distrokid", name), None)[-1].extract_id
            for name in ("bank_details", "streams_daily")
        ]
    for extract_id in ids:
        withdraw(extract_id)
    shared.build()
    assert shared.changes()
    refused = [path.parent.name for path in shared.config.quarantine_dir.glob("*/reason.json")]
    for refused_id in refused:
        assert retry_quarantined(refused_id, accept=True) == 0
    shared.build()
    assert shared.changes() == {}
    for extract_id in ids:
        withdraw(extract_id)
    shared.build()
    shared.keep()
    shared.restart(files)
    assert shared.changes() == {}
    folder_settings.cache_clear()

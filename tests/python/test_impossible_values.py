"""Values that can't be, in every column of every landed table: one build publishes, no figure has them, each is listed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from conftest import PROJECT_DIR, cli, made_once
from planted import ACCOUNT, IMPOSSIBLE, Planted, plant

from loaders.settings import Settings
from loaders.sources import all_tables
from warehouse.published import connected, current

NUMBERS = ("DECIMAL", "BIGINT", "INTEGER", "DOUBLE", "HUGEINT")
COUNTS = (  # they count rows, days and ranges, which planted rows are too
    "_count", "days_", "ranges_", "conversions", "target_value", "remaining_", "gap_days", "reported_ratio", "required_",
)  # fmt: skip
SIGNED = {  # what can be negative: a refund, likes taken back; the planted -5 is one, or 5 where a column is negative all over
    "revenue_transactions", "business_expenses", "bank_movements", "conversion_events", "youtube_channel_daily",
    "youtube_video_daily", "tiktok_metrics",
}  # fmt: skip
UNREADABLE = ("text", "huge", "digits", "long")
FIGURES = {
    "distrokid.bank_details": ("Quantity", "Earnings (USD)", "Recoup (USD)"),
    "distrokid.streams_daily": ("column-1",),
    "distrokid.apple_daily": ("value",),
    "toolost.spotify_daily": ("streams",),
    "toolost.apple_daily": ("streams",),
    "spotify.audience_daily": ("listeners", "streams", "followers"),
    "spotify.song_daily": ("streams",),
    "spotify.songs": ("listeners", "streams", "saves"),
    "tiktok.overview": ("Video Views", "Profile Views", "Likes", "Comments", "Shares"),
    "tiktok.follower_history": ("Followers",),
    "tiktok.viewers": ("Total Viewers", "New Viewers", "Returning Viewers"),
    "meta_ads.insights_daily": ("spend", "impressions", "clicks", "reach"),
    "meta_ads.insights_window": ("spend", "impressions", "clicks", "reach"),
    "meta_ads.manager_daily": ("Amount spent", "Impressions"),
    "linktree.overview_daily": ("totalViews", "totalClicks", "uniqueViews", "uniqueClicks"),
    "linktree.links": ("clicks",),
    "youtube.channel_daily": ("views", "estimatedMinutesWatched", "subscribersGained"),
    "youtube.video_daily": ("views", "estimatedMinutesWatched", "subscribersGained"),
    "youtube.channels": ("statistics.viewCount", "statistics.videoCount"),
    "youtube.videos": ("statistics.viewCount", "statistics.likeCount"),
    "mailchimp.reports": ("emails_sent", "opens.opens_total", "clicks.clicks_total"),
    "mailchimp.lists": ("stats.member_count", "stats.open_rate"),
    "mailchimp.list_growth": ("subscribed", "cleaned"),
    "submithub.links": ("clicks",),
    "conversions.promo": ("net_amount",),
    "conversions.utm": ("sessions", "conversions", "revenue"),
    "conversions.pixel": ("value",),
    "bank.card": ("Debit",),
    "bank.checking": ("Transaction Amount",),
    "bank.purchases": ("Amount",),
    "catalog.royalty_splits": ("royalty_percentage",),
}
DAYS = {
    "distrokid.bank_details": "Reporting Date", "distrokid.streams_daily": "category", "distrokid.apple_daily": "field",
    "toolost.spotify_daily": "date", "toolost.apple_daily": "date", "spotify.audience_daily": "date", "spotify.song_daily": "date",
    "meta_ads.insights_daily": "date_start", "linktree.overview_daily": "date", "youtube.channel_daily": "day",
    "youtube.video_daily": "day", "mailchimp.list_growth": "month", "submithub.submissions": "Sent", "submithub.links": "date",
    "conversions.promo": "ordered_at", "conversions.utm": "date", "conversions.pixel": "event_time",
    "bank.card": "Transaction Date", "bank.checking": "Transaction Date", "bank.purchases": "Date", "legacy.daily_streams": "date",
}  # fmt: skip


@pytest.fixture(scope="session")
def data_dir(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with nothing but planted rows, built as a user does."""

    def made(folder: Path) -> None:
        found = plant(Settings(data_dir=folder / "data", threads=1, _env_file=None), demo)
        (folder / "planted.json").write_text(json.dumps([one.__dict__ for one in found]), encoding="utf-8")
        ended = cli(folder / "data", "build", BEDROT_AS_OF="2026-07-05", BEDROT_SEEDS_DIR=str(PROJECT_DIR / "demo" / "seeds"))
        assert ended.returncode == 0, ended.stderr[-3000:]

    return made_once(tmp_path_factory, "impossible", made) / "data"


@pytest.fixture
def con(data_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """What was published."""
    with connected(current(Settings(data_dir=data_dir, _env_file=None))) as connection:
        yield connection


@pytest.fixture
def planted(data_dir: Path) -> list[Planted]:
    """What was planted where."""
    return [Planted(**one) for one in json.loads((data_dir.parent / "planted.json").read_text(encoding="utf-8"))]


def test_every_column_of_every_table_was_planted(planted: list[Planted]) -> None:
    found = {(one.table, one.column, one.kind) for one in planted}
    for table in all_tables():
        if table.any_columns:
            continue
        for entry in table.required:
            columns = [name for name in entry.split("|") if (table.label, name, "null") in found]
            assert columns, (table.label, entry)
            assert {kind for name, column, kind in found if (name, column) == (table.label, columns[0])} >= IMPOSSIBLE.keys()


def test_no_figure_has_a_planted_value(con: duckdb.DuckDBPyConnection) -> None:
    marts = con.execute("select table_name from duckdb_tables() where schema_name = 'marts' and table_name not like 'kpi_%'")
    for (mart,) in marts.fetchall():
        for name, kind, *_ in con.execute(f'describe marts."{mart}"').fetchall():
            if not kind.startswith(NUMBERS) or name.endswith("_id") or any(one in name for one in COUNTS):
                continue
            found = con.execute(f'select distinct "{name}" from marts."{mart}" where "{name}" <> 0').fetchall()
            allowed = {5, -5} if mart in SIGNED else set()
            assert {float(value) for (value,) in found} <= allowed, (mart, name, found)


def test_what_can_not_be_read_is_listed_with_its_row(con: duckdb.DuckDBPyConnection, planted: list[Planted]) -> None:
    listed = set(con.execute("select source_table, row_number from monitoring.rejects where account = ?", [ACCOUNT]).fetchall())
    wanted = [one for one in planted if one.column in FIGURES.get(one.table, ()) and one.kind in UNREADABLE]
    wanted += [
        one for one in planted if one.column == DAYS.get(one.table) and one.kind in ("text", "long", "year 1", "year 9999")
    ]
    assert len(wanted) > 300
    assert [one for one in wanted if (one.table, one.row_number) not in listed] == []


def test_a_row_that_is_right_is_not_listed(con: duckdb.DuckDBPyConnection, planted: list[Planted]) -> None:
    listed = set(con.execute("select source_table, row_number from monitoring.rejects where account = ?", [ACCOUNT]).fetchall())
    assert [one for one in planted if one.kind == "right" and (one.table, one.row_number) in listed] == []

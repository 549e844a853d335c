"""Rows with values that can't be, in every column of every landed table, for the tests of both engines.

Each planted row is a row of the demo's own exports whose measures are 0, on a day and under an id of its own, with one
value that can't be in it. So a figure other than 0 comes from a planted value, and the place of every row says what is in it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from common.settings import Settings
from loaders.landing.extracts import Landing, Origin, Part, escaped_glob
from loaders.landing.tables import LINEAGE, Table
from loaders.registry import all_tables

NEGATIVE = -98765  # the demo has no such figure
IMPOSSIBLE: dict[str, str | None] = {
    "null": None, "blank": " ", "undefined": "undefined", "text": "?!", "negative": str(NEGATIVE), "huge": "1e400",
    "digits": "9" * 18, "long": "x" * 1000, "year 1": "0001-01-01", "year 9999": "9999-12-31",
}  # fmt: skip
ACCOUNT = "planted"
TWICE = "the same key twice"
LANDED_AT = datetime(2026, 7, 5)
WITHOUT_KEY = ("distrokid.bank_details", "toolost.sales", "bank.", "conversions.promo", "conversions.utm", "meta_ads.")
MEASURED = re.compile(r"P(T?[0-9]+[DHMS])+|[0-9]+:[0-9]{2}")
NAMING = re.compile(r"(^|[_ ])id$|ID$|^upc$|^Card No[.]$|^CardLast4$|^Account Number$|Key$|^username$", re.IGNORECASE)
KEYS = {"id", "order_id", "event_id", "Campaign url", "link"}
ISO_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}")
US_DAY = re.compile(r"^\d{1,2}/\d{1,2}/(\d{4}|\d{2})$")
MONTH = re.compile(r"^\d{4}-\d{2}$")
BY_HAND: dict[str, dict[str, str]] = {
    "spotify.catalogue": {
        "kind": "track", "id": "4uLU6hMCjMI75M1A2tKUQC", "name": "PLANTED", "artists": '[{"id":"0","name":"PLANTED"}]',
        "album_id": "6akEvsycLGftJxYudPjmqK", "release_date": "2026-01-01", "release_date_precision": "day",
        "external_ids": '{"isrc":"QZZZZ2600001"}', "album_type": "single", "total_tracks": "0", "duration_ms": "0",
    },
    "tiktok.viewers": {"Date": "May 28", "Total Viewers": "0", "New Viewers": "0", "Returning Viewers": "0"},
}  # fmt: skip

NUMBERS = ("DECIMAL", "BIGINT", "INTEGER", "DOUBLE", "HUGEINT")
COUNTS = (  # they count rows, days and ranges, which planted rows are too
    "_count", "days_", "ranges_", "conversions", "target_value", "remaining_", "gap_days", "reported_ratio", "required_",
)  # fmt: skip
SIGNED = {  # they can be negative (a refund, likes taken back), and positive where a bank's column is negative all over
    "revenue_transactions", "business_expenses", "bank_movements", "conversion_events", "youtube_channel_daily",
    "youtube_video_daily", "tiktok_metrics",
}  # fmt: skip
UNREADABLE = ("text", "huge", "digits", "long")
NO_DAY = ("text", "long", "year 1", "year 9999")
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


@dataclass(frozen=True)
class Planted:
    """One planted row: where it is, and what in it can't be (`kind` of IMPOSSIBLE, in `column`)."""

    table: str
    row_number: int
    column: str
    kind: str


def plant(config: Settings, demo: Path) -> list[Planted]:
    """Land the planted rows of every table, each as one extract of the account `planted`; return what was planted."""
    found: list[Planted] = []
    with Landing(config) as landing:
        for table in all_tables():
            template = template_of(landing.con, demo, table)
            rows, planted = planted_rows(table, template)
            found += planted
            land_rows(config, landing, table, rows)
    return found


def template_of(con: duckdb.DuckDBPyConnection, demo: Path, table: Table) -> dict[str, str | None]:
    """A row of the demo's newest extract of a table, its measures 0; the one that fills most columns."""
    own = list(table.columns)
    files = [path for path in (demo / "landing" / table.source / table.name).glob("*.parquet") if not path.name.startswith("_")]
    if not files:
        return dict.fromkeys(own, "0") | BY_HAND.get(table.label, {})
    listed = [escaped_glob(path) for path in files]
    newest = con.execute("select max(_extract_id) from read_parquet(?, union_by_name = true)", [listed]).fetchone()[0]
    frame = con.execute(
        "select * from read_parquet(?, union_by_name = true) where _extract_id = ? order by _row_number", [listed, newest]
    ).pl()
    records = frame.drop([name for name in LINEAGE if name in frame.columns]).to_dicts()
    fullest = max(records, key=lambda row: sum(bool(value) for value in row.values()))
    return {name: zeroed(name, value) for name, value in fullest.items()}


def zeroed(name: str, value: Any) -> Any:
    """A value with every measure in it as 0: a number that names nothing, in JSON too."""
    if isinstance(value, dict):
        return {key: zeroed(key, one) for key, one in value.items()}
    if isinstance(value, list):
        return [zeroed(name, one) for one in value]
    if isinstance(value, str) and value[:1] in "[{" and value:
        return json.dumps(zeroed(name, json.loads(value)))
    if isinstance(value, str) and MEASURED.fullmatch(value):
        return re.sub("[0-9]", "0", value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number or (isinstance(value, str) and re.fullmatch(r"-?[\d.,]+", value)):
        return value if NAMING.search(name) else type(value)(0)
    return value


def moved(name: str, value: str | None, place: int) -> str | None:
    """A value of the row at this place: on a day, and under an id, of its own."""
    if value is None:
        return None
    if name == "Date" and not ISO_DAY.match(value):  # TikTok's days come without a year
        return (LANDED_AT.date() - timedelta(days=place)).isoformat()
    if name in KEYS:
        return f"{value}{place}"
    if ISO_DAY.match(value):
        return (date.fromisoformat(value[:10]) - timedelta(days=place)).isoformat() + value[10:]
    if MONTH.match(value):
        months = int(value[:4]) * 12 + int(value[5:]) - 1 - place
        return f"{months // 12:04d}-{months % 12 + 1:02d}"
    if US_DAY.match(value):
        month, day, year = (int(part) for part in value.split("/"))
        return f"{date(year % 100 + 2000, month, day) - timedelta(days=place):%m/%d/%Y}"
    return value


def planted_rows(table: Table, template: dict[str, str | None]) -> tuple[list[dict[str, str | None]], list[Planted]]:
    """The rows of one table: one that is right, one for each column and value that can't be, and two of one key."""
    rows: list[dict[str, str | None]] = []
    found: list[Planted] = []

    def add(changed: dict[str, str | None], column: str, kind: str, place: int | None = None) -> None:
        number = len(rows) + 1
        rows.append({name: moved(name, value, place or number) for name, value in template.items()} | changed)
        found.append(Planted(table.label, number, column, kind))

    add({}, "", "right")
    for column in template:
        if column in table.facts:
            continue
        for kind, value in IMPOSSIBLE.items():
            add({column: value}, column, kind)
        for path in leaves(template[column]):
            for kind, value in IMPOSSIBLE.items():
                changed = json.loads(template[column])
                replace_leaf(changed, path, value)
                add({column: json.dumps(changed)}, f"{column}.{'.'.join(map(str, path))}", kind)
    if table.label.startswith(WITHOUT_KEY):
        return rows, found
    place = len(rows) + 1
    add({name: "7" for name, value in template.items() if value == "0"}, "", TWICE, place)
    add({}, "", TWICE, place)
    return rows, found


def leaves(value: str | None) -> list[tuple[Any, ...]]:
    """The paths of the values in a JSON text, three levels down at most."""
    if not value or value[:1] not in "[{":
        return []

    def walk(node: Any, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        children = node.items() if isinstance(node, dict) else enumerate(node[:1]) if isinstance(node, list) else []
        below = [one for key, child in children for one in walk(child, (*path, key))]
        return below or [path]

    return [path for path in walk(json.loads(value), ()) if 0 < len(path) <= 3]


def replace_leaf(document: Any, path: tuple[Any, ...], value: str | None) -> None:
    """Put a value at a path of a document."""
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


def land_rows(
    config: Settings,
    landing: Landing,
    table: Table,
    rows: list[dict[str, str | None]],
    account: str = ACCOUNT,
    covers: tuple[date, date] | None = (date(2019, 1, 1), LANDED_AT.date()),
) -> None:
    """Land rows as one extract, as a loader that read them from a file would."""
    facts = {name: rows[0].get(name) for name in table.facts if rows[0].get(name)}
    frame = pl.DataFrame([{k: v for k, v in row.items() if k not in table.facts} for row in rows], infer_schema_length=None)
    frame = frame.select(pl.col(name).cast(pl.String) for name in frame.columns)
    file = config.data_dir / "planted.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("planted", encoding="utf-8")
    origin = Origin(f"planted/{table.name}", "0" * 64, LANDED_AT, file, len(rows), "\n")
    part = Part(table, frame, facts=facts, covers=covers if table.observed else None)
    staged = landing.stage(part, origin, account, LANDED_AT, accept=True)
    assert landing.commit(staged)
    landing.release()


def unreadable(planted: list[Planted]) -> list[Planted]:
    """Return the planted rows whose figure or day can't be read, which `rejects` must list."""
    return [
        one
        for one in planted
        if (one.column in FIGURES.get(one.table, ()) and one.kind in UNREADABLE)
        or (one.column == DAYS.get(one.table) and one.kind in NO_DAY)
    ]


def planted_in_marts(con: duckdb.DuckDBPyConnection, database: str) -> list[tuple[str, str, Any]]:
    """Return marts, columns and values that only a planted one explains: the negative one, 15 digits, the year 1 or 9999."""
    columns = con.execute(
        "select table_name, column_name, data_type from duckdb_columns() where database_name = ? and schema_name = 'marts'",
        [database],
    ).fetchall()
    found = []
    for mart, name, kind in columns:
        if kind.startswith(NUMBERS):
            sums = mart in SIGNED or mart.startswith("kpi_")
            test = f'abs("{name}") >= 1e15' + ("" if sums else f' or abs("{name}") = {-NEGATIVE}')
        elif kind.startswith(("DATE", "TIMESTAMP")):
            test = f'year("{name}") in (1, 9999)'
        else:
            continue
        values = con.execute(f'select distinct "{name}" from "{database}".marts."{mart}" where {test} limit 3').fetchall()
        found += [(mart, name, value) for (value,) in values]
    return found

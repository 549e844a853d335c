"""What two accounts state counts once, as the newest states it, in every mart whose grain has no account."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
from support.builds import Build
from support.planted import land_rows

from common.settings import Settings
from loaders.landing.extracts import Landing
from loaders.landing.tables import LINEAGE
from loaders.registry import table_named
from warehouse.building.published import connected, current

TABLES = {
    "youtube_channels": "youtube.channels", "youtube_videos": "youtube.videos", "youtube_channel_daily": "youtube.channel_daily",
    "youtube_video_daily": "youtube.video_daily", "email_campaigns": "mailchimp.reports", "email_lists": "mailchimp.lists",
    "email_list_growth": "mailchimp.list_growth", "submissions": "submithub.submissions", "smart_link_clicks": "submithub.links",
}  # fmt: skip
WHEN = ("extracted_at", "is_provisional")


def land_again(config: Settings, label: str) -> int:
    """Land every extract of a table once more under another account; return how many."""
    table = table_named(*label.split("."))
    with Landing(config) as landing:
        files = [str(path) for path in (config.landing_dir / table.source / table.name).glob("*.parquet") if path.name[0] != "_"]
        landed = landing.con.execute(
            "select * from read_parquet(?, union_by_name = true) order by _extracted_at, _sequence, _row_number", [files]
        ).pl()
        extracts = landed.partition_by("_extract_id", maintain_order=True)
        for extract in extracts:
            first = extract.row(0, named=True)
            account = "/".join(["second", *first["_account"].split("/")[1:]])
            rows = extract.drop([name for name in LINEAGE if name in extract.columns]).to_dicts()
            land_rows(config, landing, table, rows, account, (first["_covers_from"], first["_covers_to"]))
    return len(extracts)


def test_what_two_accounts_state_counts_once(demo: Path, config: Settings, built: Build) -> None:
    shutil.copytree(demo / "landing", config.landing_dir)
    for label in TABLES.values():
        assert land_again(config, label) > 0
    published = current(Settings(data_dir=demo, _env_file=None))
    con = built(published.as_of_date, *TABLES)
    with connected(published) as one:
        wanted = {mart: rows_of(one, mart) for mart in TABLES}
    assert all(wanted.values())
    assert [mart for mart in TABLES if rows_of(con, mart) != wanted[mart]] == []


def rows_of(con: duckdb.DuckDBPyConnection, mart: str) -> list[tuple[Any, ...]]:
    """Return what a mart states, in order; when it was stated aside."""
    names = [f'"{name}"' for name, *_ in con.execute(f"describe marts.{mart}").fetchall() if name not in WHEN]
    return con.execute(f"select {', '.join(names)} from marts.{mart} order by all").fetchall()

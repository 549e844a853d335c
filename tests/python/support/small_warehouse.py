"""A small published warehouse, made by hand."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

BUILD_ID = "20260704T101500Z_ab12cd"

TABLES = """
    create schema marts;
    create schema monitoring;
    create schema seeds;
    create table marts.revenue_transactions as
        select * from (values
            ('line-1', 1, date '2026-05-20', 0.004183000001::decimal(24, 12), 3::bigint, 'NEON DRIFT', 0.5::double),
            ('line-2', 1, date '2026-05-20', 12.5::decimal(24, 12), 900::bigint, '=HYPERLINK("http://x.test")', null),
            ('line-3', 2, date '2026-06-20', -0.25::decimal(24, 12), null, '-5', 'nan'::double)
        ) as lines(transaction_id, artist_id, reporting_date, net_revenue_usd, quantity, title, share);
    create table marts.artists as
        select * from (values (1, 'PIG1987', true), (2, 'ZONE A0', true)) as names(artist_id, artist_name, is_active);
    create view main.revenue_transactions as select * from marts.revenue_transactions;
    create view main.artists as select * from marts.artists;
    create table monitoring.unmatched (
        kind varchar, value varchar, source varchar, row_count bigint, amount_usd decimal(24, 12), streams bigint
    );
    create table monitoring.row_accounting (
        source_table varchar, amount_name varchar, rows_landed bigint, rows_superseded bigint, rows_in_mart bigint,
        rows_set_aside bigint, rows_rejected bigint, amount_live decimal(38, 12), amount_in_mart decimal(38, 12),
        amount_set_aside decimal(38, 12), amount_rejected decimal(38, 12), set_aside_as varchar
    );
    create table seeds.seed_artists as
        select 1 as artist_id, 'PIG1987' as artist_name union all select 2, 'ZONE A0';
    create table seeds.seed_artist_aliases as select 'PIG 1987' as alias, 1 as artist_id;
    create table seeds.seed_track_aliases as select 'NEONDRIFT' as alias_title, 1 as artist_id, 'NEON DRIFT' as title;
    create table seeds.seed_tracks as
        select 'NEON DRIFT' as title, 1 as primary_artist_id union all select 'GLASS CITY', 2;
    create table seeds.seed_store_names as
        select 'APPLE MUSIC' as store_name, 2 as platform_id, 'subscription' as usage_type;
    create table seeds.seed_territories as select 9 as territory_id, 'DE' as country_code, 'Germany' as country_name;
    create table seeds.seed_campaign_overrides as select 'Spring push' as campaign_name;
"""


def publish(data_dir: Path, extra: str = "", build_id: str = BUILD_ID) -> Path:
    """Make a warehouse, run more SQL in it and point to it, as a build does; return its file."""
    path = data_dir / "warehouse" / build_id / "bedrot.duckdb"
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as con:
        con.execute(TABLES + extra)
    pointer = {
        "build_id": build_id,
        "path": f"{build_id}/bedrot.duckdb",
        "built_at": "2026-07-04T10:16:30",
        "as_of_date": "2026-07-04",
    }
    (data_dir / "warehouse" / "current.json").write_text(json.dumps(pointer))
    return path

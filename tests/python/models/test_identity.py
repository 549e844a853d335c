"""Who and what a recording is, through the whole way from files to marts: contributors, songs, names that differ."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from support.commands import land
from support.ledgers import ledger_b, sale

from common.settings import Settings

Built = Callable[..., duckdb.DuckDBPyConnection]
CATALOGUE = "artist,title,isrc,upc,release_date,release_type,royalty_percentage\n"


def test_spend_and_plays_of_one_song_meet_and_a_recording_without_an_artist_is_listed(
    config: Settings, box: Path, built: Built
) -> None:
    tracks = [("QZABC2600001", "Neon Drift", 1200), ("QZABC2600002", "NeonDrift", 30), ("QZABC2600003", "Nobodys", 4)]
    answer = {
        "totalStreams": [{"date": "2026-01-05", "streams": 1234}], "totalShazam": [],
        "tracksTotal": [
            {"isrc": isrc, "streams": streams, "track": title, "release": title, "cover": ""} for isrc, title, streams in tracks
        ],
        "countryTotal": [{"country": "US", "streams": 1234}], "streamTotal": 1234,
    }  # fmt: skip
    (box / "toolost_apple_20260106_101500.json").write_text(json.dumps(answer))
    (box / "Label-Campaigns-Jan-1-2026-Jan-31-2026.csv").write_text(
        "Reporting starts,Reporting ends,Campaign name,Amount spent (USD),Impressions\n"
        "2026-01-01,2026-01-31,PIG1987 - NEON DRIFT - BROAD,400.14,900\n"
        "2026-01-01,2026-01-31,NEON DRIFT - US,71.00,90\n"
    )
    assert {one.status for one in land(config, box)} == {"landed"}
    with built(date(2026, 2, 1), "unmatched", "tracks", "track_artists", "kpi_campaign_performance_by_track") as con:
        songs = dict(con.execute("select isrc, song_id from marts.tracks where isrc is not null").fetchall())
        spent = con.execute("select song_id, spend_usd from marts.kpi_campaign_performance_by_track").fetchall()
        listed = con.execute(
            "select value, row_count, streams from monitoring.unmatched where kind = 'recording' and source = 'toolost' order by 1"
        ).fetchall()
        artists = con.execute("select distinct artist_id from marts.track_artists where track_id like 'QZ%'").fetchall()
    assert songs["QZABC2600001"] == songs["QZABC2600002"] != songs["QZABC2600003"]
    assert spent == [(songs["QZABC2600001"], Decimal("471.14"))]
    assert listed == [("QZABC2600001 NEON DRIFT", 1, 1200), ("QZABC2600002 NEONDRIFT", 1, 30), ("QZABC2600003 NOBODYS", 1, 4)]
    assert artists == [(0,)]


def test_every_contributor_has_its_share_and_lines_under_another_artist_are_listed(
    config: Settings, box: Path, built: Built
) -> None:
    (box / "track_catalog_royalty_splits.csv").write_text(
        CATALOGUE
        + "IWARY,SPLIT,QZABC2600004,,2026-01-01,single,40\n"
        + "PIG1987,SPLIT,QZABC2600004,,2026-01-01,single,55\n"
        + "PIG1987,SPLIT,QZABC2600004,,2026-01-01,single,60\n"
        + "ZONE A0,ALONE,QZABC2600005,,2026-01-01,single,70\n"
        + "NO ARTIST OF OURS,ALONE,QZABC2600005,,2026-01-01,single,30\n"
    )
    stated = {"QZABC2600004": ("PIG1987", "SPLIT"), "QZABC2600005": ("GLASS HOUSE", "ALONE")}
    lines = [
        sale(
            "2026-02-10",
            "2026-01",
            ISRC=isrc,
            Artist=artist,
            Title=title,
            **{"Earnings (USD)": "0.250000000001", "Quantity": "9"},
        )
        for isrc, (artist, title) in stated.items()
    ]
    (box / "dk_bank_details_20260301_090000.csv").write_bytes(ledger_b(lines))
    assert {one.status for one in land(config, box)} == {"landed"}
    with built(date(2026, 3, 1), "unmatched", "track_artists", "artists", "revenue_transactions") as con:
        shares = con.execute(
            """
            select track_id, artist_name, role_type, royalty_percentage from marts.track_artists
            join marts.artists using (artist_id) where track_id like 'QZ%' order by track_id, royalty_percentage desc
            """
        ).fetchall()
        listed = con.execute(
            """
            select kind, value, source, row_count, amount_usd, streams from monitoring.unmatched
            where kind = 'other_artist' or source = 'catalog' order by 1
            """
        ).fetchall()
    assert shares == [
        ("QZABC2600004", "PIG1987", "primary", 60),
        ("QZABC2600004", "IWARY", "featured", 40),
        ("QZABC2600005", "ZONE A0", "primary", 70),
        ("QZABC2600005", "UNKNOWN", "featured", 30),
    ]
    assert listed == [
        ("artist", "NO ARTIST OF OURS", "catalog", 1, None, None),
        ("other_artist", "GLASS HOUSE on QZABC2600005 of ZONE A0", "distrokid", 1, Decimal("0.250000000001"), 9),
    ]

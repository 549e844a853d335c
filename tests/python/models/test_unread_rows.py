"""A day whose newest row can't be read keeps what was stated before, in every table whose days the newest extract states."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
from support.builds import Build
from support.commands import land
from support.planted import ACCOUNT, LANDED_AT, moved, template_of

from common.settings import Settings
from loaders.landing.extracts import Landing, Origin, Part
from loaders.registry import table_named

TODAY = date(2026, 7, 5)
TABLES = {  # whose days come from the newest extract that covers them: a figure as it lands, and as it is kept
    "distrokid.streams_daily": ("column-1", "stream_count"),
    "distrokid.apple_daily": ("value", "stream_count"),
    "toolost.spotify_daily": ("streams", "stream_count"),
    "toolost.apple_daily": ("streams", "stream_count"),
    "spotify.audience_daily": ("streams", "streams"),
    "spotify.song_daily": ("streams", "streams"),
    "tiktok.overview": ("Video Views", "video_views"),
    "tiktok.follower_history": ("Followers", "followers_total"),
    "tiktok.viewers": ("Total Viewers", "viewers"),
    "linktree.overview_daily": ("totalViews", "total_views"),
    "youtube.channel_daily": ("views", "views"),
    "youtube.video_daily": ("views", "views"),
    "mailchimp.list_growth": ("subscribed", "subscribers_total"),
}
UNREAD = "?!"
EXTRACTS = (  # of four days, in order; None: the extract covers the day, and does not state it
    ("7", "7", "7", "7"),
    (UNREAD, "8", None, "8"),
    (UNREAD, UNREAD, UNREAD, "9"),
)
KEPT = [7, 8, 9]  # the third day was taken back before it came again unread


def land_days(config: Settings, landing: Landing, label: str, template: dict[str, str | None], number: int) -> None:
    """Land the days that one of the extracts states."""
    table = table_named(*label.split("."))
    figure, _ = TABLES[label]
    days = [
        {name: moved(name, value, 4 - place) for name, value in template.items() if name not in table.facts} | {figure: stated}
        for place, stated in enumerate(EXTRACTS[number])
        if stated
    ]
    frame = pl.DataFrame(days, infer_schema_length=None)
    file = config.data_dir / f"{number}.txt"
    file.write_text(f"{number}", encoding="utf-8")
    origin = Origin(f"unread/{number}", f"{number}" * 64, LANDED_AT, file, len(days), "\n")
    part = Part(table, frame.cast(pl.String), covers=(date(2019, 1, 1), LANDED_AT.date()) if table.observed else None)
    part = dataclasses.replace(part, facts={name: template[name] for name in table.facts if template.get(name)})
    assert landing.commit(landing.stage(part, origin, ACCOUNT, LANDED_AT - timedelta(days=9 - number), accept=True))
    landing.release()


def test_a_row_that_can_not_be_read_hides_no_older_one_of_its_day(config: Settings, demo: Path, built: Build) -> None:
    config.data_dir.mkdir()
    with Landing(config) as landing:
        for label in TABLES:
            template = template_of(landing.con, demo, table_named(*label.split(".")))
            for number in range(len(EXTRACTS)):
                land_days(config, landing, label, template, number)
    kept = {label: f"int_{label.replace('.', '_')}_kept" for label in TABLES}
    with built(TODAY, *kept.values(), "rejects", "row_accounting") as con:
        found = {
            label: [
                int(figure)
                for (figure,) in con.execute(
                    f"select {TABLES[label][1]} from intermediate.{model} where reject_reason is null order by 1"
                ).fetchall()
            ]
            for label, model in kept.items()
        }
        assert found == dict.fromkeys(TABLES, KEPT)
        listed = con.execute("select source_table, count(*), min(extracted_at) from monitoring.rejects group by all").fetchall()
    assert sorted(listed) == sorted((label, 3, datetime(2026, 6, 28)) for label in TABLES)


def test_a_cell_of_the_legacy_file_hides_no_older_one(config: Settings, box: Path, built: Build) -> None:
    for day, cells in ((1, ("7,5", "7,5")), (2, ("odd,6", "8,odd"))):
        path = box / "tidy_daily_streams.csv"
        lines = [f"2020-01-{number:02d},distrokid,{cell},0" for number, cell in enumerate((*cells, *["90,90"] * 28), 1)]
        header = "date,source,spotify_streams,apple_streams,combined_streams\n"
        path.write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
        assert [one.status for one in land(config, path, extracted_at=datetime(2026, 7, day))] == ["landed"]
    with built(TODAY, "content_streams", "rejects", "row_accounting") as con:
        found = con.execute(
            "select stream_date, sum(stream_count) from marts.content_streams group by 1 order by 1 limit 2"
        ).fetchall()
        assert found == [(date(2020, 1, 1), 13), (date(2020, 1, 2), 13)]
        assert con.execute("select count(*) from monitoring.rejects").fetchone() == (2,)

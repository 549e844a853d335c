"""Points of weeks or months are never taken for days: of every daily table, saved by hand or fetched."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from support.commands import land, rows
from support.trials import copied, zip_with

from common.settings import Settings
from loaders.landing.points import coarse_part, step_of
from loaders.registry import all_tables

START = date(2025, 3, 3)
DAYS = [START + timedelta(days=number) for number in range(30)]
WEEKS = [START + timedelta(days=7 * number) for number in range(10)]
FIRSTS = [date(2025, month, 1) for month in range(1, 11)]
LASTS = [one - timedelta(days=1) for one in FIRSTS]
BY_STEP = {
    "days": DAYS,
    "weeks": WEEKS,
    "months": FIRSTS,
    "last days": LASTS,
    "weeks from a first day": [date(2025, 3, 1), *WEEKS],
}
CERTAIN = {
    "meta_ads.insights_daily",
    "meta_ads.manager_daily",
    "youtube.channel_daily",
    "youtube.video_daily",
    "mailchimp.list_activity",
}


def save(box: Path, name: str, content: object) -> Path:
    (box / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return box / name


def chart(box: Path, days: list[date]) -> Path:
    items = [{"category": str(day), "column-1": 5} for day in days]
    return save(
        box, "streams_stats_1.html", f'<html>AmCharts.makeChart("trend365day", {{"dataProvider": {json.dumps(items)}}});</html>'
    )


def apple(box: Path, days: list[date]) -> Path:
    data = {"last365days": {"dataProvider": [{"field": str(day), "value": 5} for day in days]}}
    return save(box, "applemusic_stats_1.html", f"<html>var chartData = {json.dumps(data)};</html>")


def streams(days: list[date], **other: object) -> list[dict[str, object]]:
    return [{"date": str(day), "streams": 5, **other} for day in days]


def overview(days: list[date]) -> list[dict[str, object]]:
    counts = ("totalViews", "totalClicks", "uniqueViews", "uniqueClicks", "clickThroughRate")
    return [{"date": str(day), **dict.fromkeys(counts, 1)} for day in days]


def analytics(box: Path, **sections: object) -> Path:
    return save(box, "graphql_1.json", {"data": {"getAccountAnalytics": sections}})


SERIES = {
    "distrokid.streams_daily": chart,
    "distrokid.apple_daily": apple,
    "toolost.spotify_daily": lambda box, days: save(box, "toolost_spotify_1.json", {"streams": streams(days), "discovery": []}),
    "toolost.apple_daily": lambda box, days: save(box, "toolost_apple_1.json", {"totalStreams": streams(days)}),
    "toolost.shazam_daily": lambda box, days: save(
        box, "toolost_apple_1.json", {"totalStreams": streams(DAYS), "totalShazam": streams(days)}
    ),
    "spotify.audience_daily": lambda box, days: save(
        box, "A-audience-timeline.csv", "date,listeners,streams,followers\n" + "".join(f"{day},1,2,3\n" for day in days)
    ),
    "spotify.song_daily": lambda box, days: save(box, "A-timeline.csv", "date,streams\n" + "".join(f"{day},2\n" for day in days)),
    "tiktok.overview": lambda box, days: tiktok(box, "Overview", "Date,Video Views,Profile Views,Likes,Comments,Shares", days),
    "tiktok.follower_history": lambda box, days: tiktok(
        box, "Followers", "Date,Followers,Difference in followers from previous day", days
    ),
    "tiktok.viewers": lambda box, days: tiktok(box, "Viewers", "Date,Total Viewers,New Viewers,Returning Viewers", days),
    "linktree.overview_daily": lambda box, days: analytics(box, overview={"timeseries": overview(days)}),
    "linktree.socials_daily": lambda box, days: analytics(
        box, socials={"timeseries": [{"date": str(day), "name": "instagram", "views": 1, "clicks": 1} for day in days]}
    ),
    "linktree.subscribers_daily": lambda box, days: analytics(
        box, subscribers={"subscribers": [{"date": str(day), "subscribersTotal": 1} for day in days]}
    ),
    "legacy.daily_streams": lambda box, days: save(
        box, "tidy_daily_streams.csv",
        "date,spotify_streams,apple_streams,combined_streams,source\n" + "".join(f"{day},1,2,3,toolost\n" for day in days),
    ),
}  # fmt: skip


def tiktok(box: Path, section: str, header: str, days: list[date]) -> Path:
    width = header.count(",")
    lines = "".join(f"{day}{',1' * width}\n" for day in days)
    dated = "_2025-03-03_1748690000" if section == "Overview" else ""
    return zip_with(box, f"{section}{dated}_pig1987.zip", {f"{section}.csv": f"{header}\n{lines}".encode()})


def test_every_daily_table_is_checked_or_states_its_days() -> None:
    by_day = {
        table.label for table in all_tables()
        if table.kind == "replace" and table.label not in ("distrokid.bank_details", "toolost.discovery", "toolost.sales", "mailchimp.list_growth")
    }  # fmt: skip
    assert by_day == {*SERIES, *CERTAIN}
    assert {table.label for table in all_tables() if table.daily_from} == set(SERIES)


@pytest.mark.parametrize("step", BY_STEP)
@pytest.mark.parametrize("label", SERIES)
def test_weeks_and_months_never_land_as_days(config: Settings, box: Path, label: str, step: str) -> None:
    outcome = land(config, SERIES[label](box, BY_STEP[step]))[0]
    source, table = label.split(".")
    if step == "days":
        assert outcome.status == "landed", outcome.reason
        assert len(rows(config, source, table)) == 30
        return
    stated = "weeks" if "week" in step else "months"
    assert outcome.status == "quarantined" and f"the points of {label} are {stated}, not days" in outcome.reason
    assert not list(config.landing_dir.rglob("2*.parquet")), "nothing of the file lands"


MIXED = {
    "days, then weeks": [*DAYS, *(DAYS[-1] + timedelta(days=7 * number) for number in range(1, 5))],
    "weeks, then days": [*(START - timedelta(days=7 * number) for number in range(4, 0, -1)), *DAYS],
    "weeks among days": [*DAYS[:10], *(DAYS[9] + timedelta(days=one) for one in (7, 14, 28, 29, 30, 31, 32))],
    "days, then firsts": [*DAYS, date(2025, 5, 1), date(2025, 6, 1), date(2025, 7, 1)],
    "days, then lasts": [*DAYS, date(2025, 4, 30), date(2025, 5, 31), date(2025, 6, 30)],
}


@pytest.mark.parametrize("mix", MIXED)
@pytest.mark.parametrize("label", SERIES)
def test_days_mixed_with_weeks_or_months_are_asked_about(config: Settings, box: Path, label: str, mix: str) -> None:
    stated = "weeks" if "weeks" in mix else "months"
    path = SERIES[label](box, MIXED[mix])
    outcome = land(config, path)[0]
    assert outcome.status == "quarantined" and re.search(
        rf"the points of {label} from 2025-.* to 2025-.* are {stated} apart, the others days", outcome.reason
    )
    assert not list(config.landing_dir.rglob("2*.parquet")), "nothing of the file lands"
    assert land(config, path, accept=True)[0].status == "landed"
    later = [one for one in MIXED[mix] if one > START] + [max(MIXED[mix]) + timedelta(days=1)]
    assert land(config, SERIES[label](box, later))[0].status == "landed", "accepted once, the same gaps are not asked about again"
    source, table = label.split(".")
    assert len(rows(config, source, table)) == len(MIXED[mix]) + len(later)


def test_gaps_of_a_series_that_has_many_are_no_weeks() -> None:
    rare = [START + timedelta(days=one) for one in (0, 5, 12, 19, 22, 33, 36, 45)]
    assert coarse_part(rare, 6) is None
    assert coarse_part([*DAYS, DAYS[-1] + timedelta(days=7)], 3) is None
    assert coarse_part([*rare, *(rare[-1] + timedelta(days=7 * one) for one in range(1, 6))], 6) is not None


def test_where_every_day_is_sent_one_gap_of_weeks_is_asked_about_and_other_gaps_are_none() -> None:
    assert coarse_part([*DAYS, DAYS[-1] + timedelta(days=7)], 2) == ("weeks", DAYS[-1], DAYS[-1] + timedelta(days=7))
    assert coarse_part([*DAYS, DAYS[-1] + timedelta(days=5)], 2) is None


def test_days_with_gaps_stay_days() -> None:
    assert step_of([START, START + timedelta(days=7)], 3) is None
    assert step_of([START + timedelta(days=one) for one in (0, 7, 15)], 3) is None
    assert step_of([date(2025, 1, 1), date(2025, 1, 2), date(2025, 2, 1)], 3) is None
    assert step_of([date(2025, 1, 1)], 2) is None
    assert step_of([START, START + timedelta(days=7)], 2) == "weeks"


@pytest.mark.parametrize("stated", [{"interval": "WEEKLY"}, {"input": {"interval": "month"}}])
def test_a_step_that_an_answer_states_is_believed(config: Settings, box: Path, stated: dict[str, object]) -> None:
    body = {"data": {"getAccountAnalytics": {"overview": {"timeseries": overview([START])}}}}
    one = save(box, "graphql_1.json", {"operationName": "A", "variables": stated, "response": body})
    assert "its points are" in land(config, one)[0].reason
    body["data"]["getAccountAnalytics"]["subscribers"] = {"interval": "WEEKLY", "subscribers": []}
    assert "its points are WEEKLY, not days" in land(config, save(box, "graphql_2.json", body))[0].reason


@pytest.mark.parametrize("dimensions", [["month"], ["day", "country"], ["7DayTotals"]])
def test_a_youtube_report_that_is_not_by_day_is_refused(config: Settings, box: Path, dimensions: list[str]) -> None:
    headers = [{"name": one, "columnType": "DIMENSION"} for one in dimensions] + [{"name": "views", "columnType": "METRIC"}]
    row = ["2025-05"] * len(dimensions) + [3]
    report = {"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers, "rows": [row]}
    refused = land(config, save(box, "youtube_channel_daily_UCaaaaaaaaaaaaaaaaaaaaaa_1.json", report))[0]
    assert "Ask for dimensions=day" in refused.reason


def test_a_batch_of_answers_lands_each_part_over_the_most_days(config: Settings, box: Path) -> None:
    copied(box, "lt02_batched_answer.json", "graphql_0.json")
    assert land(config, box)[0].rows == 1
    assert rows(config, "linktree", "overview_daily", 'date, "totalViews"') == [("2025-05-26", "31")]


def body(**sections: object) -> dict[str, object]:
    return {"data": {"getAccountAnalytics": sections}}


def test_a_batch_states_each_kind_once_and_its_links_have_its_days(config: Settings, box: Path) -> None:
    links = [{"id": number, "clicks": {"total": number * 10}} for number in range(1, 19)]
    batch = [
        body(overview={"timeseries": overview(DAYS)}), body(links=links), {"errors": []}, None,
        {"data": {"link1": {"id": 1, "title": "PIG1987 - NEON DRIFT", "active": True}, "wallet": {"balance": 9}}},
    ]  # fmt: skip
    assert land(config, save(box, "graphql_1.json", batch))[0].status == "landed"
    found = rows(config, "linktree", "links", "window_from, window_to, sum(clicks::int) over (), count(*) over ()")
    assert found[0] == (str(DAYS[0]), str(DAYS[-1]), 1710, 18)
    assert rows(config, "linktree", "link_titles", "title") == [("PIG1987 - NEON DRIFT",)]
    assert not any(b"wallet" in one.read_bytes() for one in config.originals_dir.rglob("*.json"))


def test_of_two_ranges_in_a_batch_the_longer_lands_with_its_own_days(config: Settings, box: Path) -> None:
    week, month = DAYS[-7:], DAYS
    batch = [
        body(overview={"timeseries": overview(days)}, links=[{"id": 1, "clicks": {"total": len(days)}}]) for days in (month, week)
    ]
    land(config, save(box, "graphql_1.json", batch))
    assert len(rows(config, "linktree", "overview_daily")) == 30
    assert rows(config, "linktree", "links", "clicks, window_from, window_to") == [("30", str(DAYS[0]), str(DAYS[-1]))]


def test_links_have_the_days_of_any_series_in_their_answer(config: Settings, box: Path) -> None:
    links = [{"id": number, "clicks": {"total": 80}} for number in range(1, 19)]
    socials = {"timeseries": [{"date": str(day), "name": "instagram", "views": 1, "clicks": 1} for day in DAYS]}
    land(config, analytics(box, links=links, socials=socials))
    found = rows(config, "linktree", "links", "window_from, window_to, clicks")
    assert set(found) == {(str(DAYS[0]), str(DAYS[-1]), "80")} and sum(int(clicks) for *_, clicks in found) == 1440

"""YouTube's and Mailchimp's answers as received: what lands, under which account, and what is refused or never kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.commands import land, rows

from common.settings import Settings

CHANNEL, OTHER, VIDEO = "UC" + "a" * 22, "UC" + "b_-B" * 5 + "bb", "v1_-abcdefg"


def save(box: Path, name: str, document: Any) -> Path:
    """Write an answer as received; a text stays as it is."""
    path = box / name
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def report(days: list[list], names: tuple[str, ...] = ("day", "views"), **other: Any) -> dict[str, Any]:
    """An answer of YouTube's Analytics API."""
    header = [
        {"name": name, "columnType": "METRIC" if name in ("views", "likes") else "DIMENSION", "dataType": "STRING"}
        for name in names
    ]
    return {"kind": "youtubeAnalytics#resultTable", "columnHeaders": header, "rows": days} | other


def video(video_id: str, channel: str = CHANNEL, **statistics: str) -> dict[str, Any]:
    """A video of YouTube's Data API."""
    snippet = {"channelId": channel, "title": "NEON DRIFT"}
    return {"id": video_id, "snippet": snippet, "statistics": statistics, "contentDetails": {"duration": "PT3M4S"}}


def videos(*items: dict[str, Any]) -> dict[str, Any]:
    """A page of videos."""
    return {"kind": "youtube#videoListResponse", "items": list(items)}


def mail_report(campaign: str, list_id: str = "a1", **other: Any) -> dict[str, Any]:
    """A campaign's report."""
    return {
        "id": campaign, "list_id": list_id, "emails_sent": 100, "send_time": "2026-06-01T10:00:00+00:00",
        "opens": {"opens_total": 7, "open_rate": 0.07142857142857142}, "clicks": {"clicks_total": 1},
        "share_report": {"share_password": "opensesame"},
    } | other  # fmt: skip


def test_columns_follow_the_header_and_numbers_keep_their_digits(config: Settings, box: Path) -> None:
    text = json.dumps(report([], ("views", "day", "likes"))).replace('"rows": []', '"rows": [[1.50, "2026-06-01", 3]]')
    outcome = land(config, save(box, f"youtube_channel_daily_{CHANNEL}_20260604_101500.json", text))[0]
    assert (outcome.status, outcome.tables, outcome.warnings) == ("landed", ("youtube.channel_daily",), ())
    assert rows(config, "youtube", "channel_daily", '"day", "views", "likes", "shares", _account, _name_channel') == [
        ("2026-06-01", "1.50", "3", None, CHANNEL, CHANNEL)
    ]


def test_a_videos_report_never_lands_as_its_channels(config: Settings, box: Path) -> None:
    answer = report([["2026-06-01", 5]])
    outcomes = land(
        config,
        save(box, f"youtube_video_daily_{CHANNEL}_{VIDEO}_20260604_101500.json", answer),
        save(box, "youtube_video_daily_somewhere.json", answer),
    )
    assert [one.status for one in outcomes] == ["landed", "quarantined"]
    assert rows(config, "youtube", "video_daily", "_account, _name_video, views") == [(f"{CHANNEL}/{VIDEO}", VIDEO, "5")]
    assert not list(config.landing_dir.glob("youtube/channel_daily/2*.parquet"))


def test_pages_of_one_answer_are_one_extract_and_every_channel_its_own_account(config: Settings, box: Path) -> None:
    merged = [videos(video("v1", viewCount="10"), video("v2", viewCount="20")), videos(video("v3", OTHER, viewCount="30"))]
    assert land(config, save(box, "youtube_videos_20260604_101500.json", merged))[0].rows == 3
    stated = "json_extract_string(statistics, '$.viewCount')"
    assert sorted(rows(config, "youtube", "videos", f"_account, id, {stated}")) == [
        (CHANNEL, "v1", "10"), (CHANNEL, "v2", "20"), (OTHER, "v3", "30"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (report([["DE", 5]], ("country", "views")), "by country. Ask for dimensions=day"),
        (report([["2026-06-01", "DE", 5]], ("day", "country", "views")), "by day, country"),
        (report([["2026-06-01", 5]], ("day", "likes")), "with views"),
        (report([["2026-06-01"]]), "begins like an answer of youtube"),
        ({"kind": "youtube#videoListResponse", "items": [{"id": "v1", "snippet": {}}]}, "v1 lacks statistics, contentDetails"),
        ([videos(video("v1")), report([["2026-06-01", 5]])], "several kinds"),
        ({"error": {"code": 403, "errors": [{"reason": "quotaExceeded"}]}}, "named like an export of youtube"),
        ("<html><title>Sign in</title></html>", "a login page"),
    ],
)
def test_what_is_no_daily_report_is_refused_with_its_reason(config: Settings, box: Path, answer: Any, told: str) -> None:
    outcome = land(config, save(box, "youtube_report.json", answer))[0]
    assert outcome.status == "quarantined" and told in outcome.reason


@pytest.mark.parametrize(
    "answer",
    [
        {key: value for key, value in report([]).items() if key != "rows"},
        {"kind": "youtube#channelListResponse", "pageInfo": {"totalResults": 0}},
        {"kind": "youtube#playlistItemListResponse", "items": [{"contentDetails": {"videoId": VIDEO}}]},
        {"reports": [], "total_items": 0},
        {"members": [{"email_address": "someone@example.com"}], "list_id": "a1", "total_items": 1},
    ],
)
def test_an_answer_without_rows_or_about_people_is_not_kept(config: Settings, box: Path, answer: Any) -> None:
    assert land(config, save(box, "answer.json", answer))[0].status == "ignored"
    assert not list(config.data_dir.rglob("*.parquet")) and not list(config.originals_dir.rglob("*.json"))


def test_a_fall_of_old_views_is_refused_and_of_fresh_ones_is_not(config: Settings, box: Path) -> None:
    name = f"youtube_channel_daily_{CHANNEL}_"
    days = [[f"2026-0{5 + day // 31}-{day % 31 + 1:02d}", 100] for day in range(59)]
    fresh = [[day, views if place < 30 else 40] for place, (day, views) in enumerate(days)]
    old = [[day, views if place > 20 else 40] for place, (day, views) in enumerate(days)]
    outcomes = land(
        config,
        save(box, f"{name}20260701_101500.json", report(days)),
        save(box, f"{name}20260702_101500.json", report(fresh)),
        save(box, f"{name}20260703_101500.json", report(old)),
    )
    assert [one.status for one in outcomes] == ["landed", "landed", "quarantined"]
    assert "accept" in outcomes[2].reason


def test_reports_land_by_list_and_what_is_not_read_is_nowhere(config: Settings, box: Path) -> None:
    page = {"reports": [mail_report("c1"), mail_report("c2", "b2")], "total_items": 3}
    merged = [page, {"reports": [mail_report("c3")], "total_items": 3}]
    assert land(config, save(box, "mailchimp_reports_20260604_101500.json", merged))[0].rows == 3
    assert sorted(rows(config, "mailchimp", "reports", "_account, id, emails_sent, opens")) == [
        ("a1", "c1", "100", '{"opens_total":7,"open_rate":0.07142857142857142}'),
        ("a1", "c3", "100", '{"opens_total":7,"open_rate":0.07142857142857142}'),
        ("b2", "c2", "100", '{"opens_total":7,"open_rate":0.07142857142857142}'),
    ]
    assert not any(b"opensesame" in path.read_bytes() for path in config.data_dir.rglob("*") if path.is_file())


def test_a_list_is_kept_without_whom_to_write_to(config: Settings, box: Path) -> None:
    one = {
        "id": "a1", "name": "Fans", "date_created": "2024-01-02T03:04:05+00:00", "beamer_address": "x@inbound.example.com",
        "contact": {"address1": "1 Example Street"}, "campaign_defaults": {"from_email": "owner@example.com"},
        "stats": {"member_count": 5, "open_rate": 42.5},
    }  # fmt: skip
    assert [
        land(config, save(box, name, answer))[0].status
        for name, answer in (("lists.json", {"lists": [one], "total_items": 1}), ("one.json", one))
    ] == ["landed", "unchanged"]
    assert rows(config, "mailchimp", "lists", "_account, name, stats") == [("a1", "Fans", '{"member_count":5,"open_rate":42.5}')]
    kept = b"".join(path.read_bytes() for path in config.data_dir.rglob("*") if path.is_file())
    assert not any(secret in kept for secret in (b"inbound", b"Example Street", b"owner@"))


def test_growth_is_by_month_clicks_by_campaign(config: Settings, box: Path) -> None:
    growth = {"history": [{"month": "2026-06", "subscribed": 800, "existing": 0}], "list_id": "a1", "total_items": 1}
    clicks = {
        "urls_clicked": [{"url": "https://x.example", "total_clicks": 3, "unique_clicks": 2}],
        "campaign_id": "c1",
        "total_items": 1,
    }
    activity = {"activity": [{"day": "2026-06-01", "emails_sent": 0, "subs": 2}], "list_id": "a1", "total_items": 1}
    outcomes = land(
        config,
        save(box, "mailchimp_growth_a1_20260704_101500.json", growth),
        save(box, "mailchimp_clicks_a1_c1_20260704_101500.json", clicks),
        save(box, "mailchimp_activity_a1_20260704_101500.json", activity),
    )
    assert [one.tables for one in outcomes] == [("mailchimp.list_growth",), ("mailchimp.clicks",), ("mailchimp.list_activity",)]
    found = rows(config, "mailchimp", "list_growth", "_account, subscribed, unsubscribed, _covers_from::varchar")
    assert found == [("a1", "800", None, "2026-06-01")]
    assert rows(config, "mailchimp", "clicks", "_account, total_clicks") == [("a1/c1", "3")]
    assert rows(config, "mailchimp", "list_activity", "_account, subs") == [("a1", "2")]


def test_a_row_without_what_is_read_is_refused(config: Settings, box: Path) -> None:
    answer = {"reports": [{"id": "c1", "list_id": "a1"}], "total_items": 1}
    outcome = land(config, save(box, "mailchimp_reports.json", answer))[0]
    assert outcome.status == "quarantined" and "lacks emails_sent, send_time, opens, clicks" in outcome.reason

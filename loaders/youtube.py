"""YouTube: channels and videos from the Data API, daily reports from the Analytics API."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from loaders.errors import SourceFormatError
from loaders.files import Export, records_frame
from loaders.landing import Part
from loaders.tables import Replacement, Table

SOURCE = "youtube"
NAMES = (r"youtube_",)
CHANNEL_ID = r"(?P<channel>UC[0-9A-Za-z_-]{22})"
CHANNEL_NAME = re.compile(rf"youtube_channel_daily_{CHANNEL_ID}(_.*)?[.]json")
VIDEO_NAME = re.compile(rf"youtube_video_daily_{CHANNEL_ID}_(?P<video>[0-9A-Za-z_-]{{11}})(_.*)?[.]json")

METRICS = (
    "views", "engagedViews", "estimatedMinutesWatched", "averageViewDuration", "averageViewPercentage",
    "likes", "comments", "shares", "subscribersGained", "subscribersLost",
)  # fmt: skip
RESTATED_DAYS = 28  # spam views are taken out, and late ones come in, for about four weeks

_PARTS = ("id", "snippet", "statistics", "contentDetails")
CHANNELS = Table(SOURCE, "channels", "snapshot", _PARTS, optional=("kind", "etag"))
VIDEOS = Table(SOURCE, "videos", "snapshot", _PARTS, optional=("kind", "etag"))
_DAYS = Replacement(
    line=("day", "views"), measures=("views", "estimatedMinutesWatched"), provisional_days=RESTATED_DAYS + 3
)  # fmt: skip
CHANNEL_DAILY = Table(
    SOURCE, "channel_daily", "replace", ("day", "views"), optional=METRICS[1:], facts=("_name_channel",),
    observed="day", replacement=_DAYS,
)  # fmt: skip
VIDEO_DAILY = Table(
    SOURCE, "video_daily", "replace", ("day", "views"), optional=METRICS[1:], facts=("_name_channel", "_name_video"),
    observed="day", replacement=_DAYS,
)  # fmt: skip
TABLES = (CHANNELS, VIDEOS, CHANNEL_DAILY, VIDEO_DAILY)

LISTS = {"youtube#channelListResponse": CHANNELS, "youtube#videoListResponse": VIDEOS}
PLAYLIST, REPORT = "youtube#playlistItemListResponse", "youtubeAnalytics#resultTable"


def read(export: Export) -> list[Part] | None:
    """Return the parts of one answer, or of a list of its pages; an empty list for one with nothing of use.

    Raises SourceFormatError for a report that is not by day, and for objects without the parts that are read.
    """
    if export.kind != "json":
        return None
    answers = export.document if isinstance(export.document, list) else [export.document]
    kinds = {one.get("kind") if isinstance(one, dict) else None for one in answers}
    if not kinds or not kinds <= {*LISTS, PLAYLIST, REPORT}:
        return None
    if len(kinds) > 1:
        raise SourceFormatError(f"{export.file_name}: answers of several kinds in one file. Save each of its own.")
    kind = kinds.pop()
    if kind == PLAYLIST:
        return []
    return report(export, answers) if kind == REPORT else objects(export, answers, LISTS[kind])


def objects(export: Export, answers: list[dict[str, Any]], table: Table) -> list[Part]:
    """Return channels or videos, a part for each channel: an object's own keys, its parts as JSON text."""
    by_channel: dict[str, list[dict[str, Any]]] = {}
    for one in [one for answer in answers for one in answer.get("items", [])]:
        if missing := [name for name in table.required if name not in one]:
            raise SourceFormatError(
                f"{export.file_name}: {one.get('id')} lacks {', '.join(missing)}. Ask for part=snippet,statistics,contentDetails."
            )
        channel = one["id"] if table is CHANNELS else one["snippet"]["channelId"]
        by_channel.setdefault(channel, []).append(one)
    return [Part(table, records_frame(found, table), account=channel) for channel, found in by_channel.items()]


def report(export: Export, answers: list[dict[str, Any]]) -> list[Part]:
    """Return the days of a report, columns as its header orders them; the name alone states channel and video."""
    days: list[dict[str, Any]] = []
    for answer in answers:
        names = [one["name"] for one in answer["columnHeaders"]]
        dimensions = [one["name"] for one in answer["columnHeaders"] if one["columnType"] == "DIMENSION"]
        if dimensions != ["day"] or "views" not in names:
            by = ", ".join(dimensions) or "nothing"
            raise SourceFormatError(
                f"{export.file_name}: a report of {', '.join(names)} by {by}. Ask for dimensions=day, with views."
            )
        days += [dict(zip(names, row, strict=True)) for row in answer.get("rows") or []]
    for day, count in Counter(one["day"] for one in days).items():
        if count > 1:
            raise SourceFormatError(f"{export.file_name}: {day} stands in it {count} times. Ask for the report again.")
    if not days:
        return []
    if stated := VIDEO_NAME.fullmatch(export.name):
        facts = {"_name_channel": stated["channel"], "_name_video": stated["video"]}
        rows = records_frame(days, VIDEO_DAILY)
        return [Part(VIDEO_DAILY, rows, account=stated["channel"], facts=facts, limited_to=stated["video"])]
    if export.name.startswith("youtube_video"):
        raise SourceFormatError(
            f"{export.file_name}: its name states no channel and video. Name it youtube_video_daily_CHANNEL_VIDEO.json."
        )
    stated = CHANNEL_NAME.fullmatch(export.name)
    channel = stated["channel"] if stated else None
    return [Part(CHANNEL_DAILY, records_frame(days, CHANNEL_DAILY), account=channel, facts={"_name_channel": channel})]

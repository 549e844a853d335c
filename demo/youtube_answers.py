"""What YouTube's APIs answer, part by part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

Answer = dict[str, Any]
COLUMNS = {
    "views": "INTEGER", "engagedViews": "INTEGER", "estimatedMinutesWatched": "INTEGER", "averageViewDuration": "INTEGER",
    "averageViewPercentage": "FLOAT", "likes": "INTEGER", "comments": "INTEGER", "shares": "INTEGER",
    "subscribersGained": "INTEGER", "subscribersLost": "INTEGER",
}  # fmt: skip


@dataclass(frozen=True)
class Channel:
    """One channel."""

    channel_id: str
    title: str
    handle: str
    created: date
    hides_subscribers: bool = False

    @property
    def uploads(self) -> str:
        """The playlist of everything uploaded."""
        return "UU" + self.channel_id[2:]


@dataclass(frozen=True)
class Video:
    """One video; `daily` is about its views a day."""

    video_id: str
    channel: Channel
    title: str
    published: date
    daily: int
    duration: str
    is_short: bool = False
    hides_likes: bool = False


class Day(NamedTuple):
    """One day's figures."""

    views: int
    engaged: int
    minutes: int
    likes: int
    comments: int
    shares: int
    gained: int
    lost: int


def channels_answer(channel: Channel, views: dict[str, int]) -> Answer:
    """The channel, its counts as text; the number of subscribers is rounded down to three digits."""
    total = sum(views.values())
    subscribers = str(total // 40)
    statistics = {
        "viewCount": str(total),
        "subscriberCount": subscribers[:3] + "0" * (len(subscribers) - 3),
        "hiddenSubscriberCount": channel.hides_subscribers,
        "videoCount": str(len(views)),
    }
    snippet = {
        "title": channel.title, "description": "Invented.", "customUrl": channel.handle,
        "publishedAt": f"{channel.created}T09:00:00.123456Z", "country": "US",
    }  # fmt: skip
    return {
        "kind": "youtube#channelListResponse", "etag": tag(total),
        "pageInfo": {"totalResults": 1, "resultsPerPage": 5},
        "items": [{
            "kind": "youtube#channel", "etag": tag(total + 1), "id": channel.channel_id, "snippet": snippet,
            "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": channel.uploads}}, "statistics": statistics,
        }],
    }  # fmt: skip


def videos_answer(videos: Sequence[tuple[Video, int]]) -> Answer:
    """Videos with their views so far; likes are absent where hidden."""
    items = []
    for video, views in videos:
        statistics = {"viewCount": str(views), "likeCount": str(views // 20), "commentCount": str(views // 60)}
        statistics["favoriteCount"] = "0"
        if video.hides_likes:
            del statistics["likeCount"]
        items.append({
            "kind": "youtube#video", "etag": tag(views), "id": video.video_id,
            "snippet": {
                "publishedAt": f"{video.published}T16:00:00Z", "channelId": video.channel.channel_id, "title": video.title,
                "description": "", "channelTitle": video.channel.title, "tags": ["invented", "demo"], "categoryId": "10",
                "liveBroadcastContent": "none",
            },
            "contentDetails": {
                "duration": video.duration, "dimension": "2d", "definition": "hd", "caption": "false",
                "licensedContent": True, "contentRating": {}, "projection": "rectangular",
            },
            "statistics": statistics,
        })  # fmt: skip
    return {
        "kind": "youtube#videoListResponse", "etag": tag(len(items)), "items": items,
        "pageInfo": {"totalResults": len(items), "resultsPerPage": len(items)},
    }  # fmt: skip


def report_answer(days: dict[date, Day], metrics: Sequence[str] = tuple(COLUMNS)) -> Answer:
    """A daily report: its header orders the columns; without days there are no rows at all."""
    header = [{"name": "day", "columnType": "DIMENSION", "dataType": "STRING"}]
    header += [{"name": name, "columnType": "METRIC", "dataType": COLUMNS[name]} for name in metrics]
    rows = []
    for day, one in days.items():
        seconds = one.minutes * 60 // one.views if one.views else 0
        values = dict(zip(
            COLUMNS,
            (one.views, one.engaged, one.minutes, seconds, 41.5 + seconds / 100, one.likes, one.comments, one.shares,
             one.gained, one.lost),
            strict=True,
        ))  # fmt: skip
        rows.append([str(day), *(values[name] for name in metrics)])
    answer: Answer = {"kind": "youtubeAnalytics#resultTable", "columnHeaders": header}
    return answer | {"rows": rows} if rows else answer


def tag(number: int) -> str:
    """An invented etag that changes with the content."""
    return f"demo-{number * 7919 % 1_000_003:06d}"

"""YouTube: channels and videos from the Data API, daily reports from the Analytics API."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from common.errors import MissingError, PersonNeededError, SourceFormatError, ThrottledError, UnavailableError, UsageError
from common.secrets import register
from common.settings import Settings, utc_now
from loaders.fetching.feeds import Feed, Received
from loaders.fetching.http import Answer, Api, joined
from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.file_names import stated_by
from loaders.landing.records import records_frame
from loaders.landing.tables import Replacement, Table
from loaders.source import Source

if TYPE_CHECKING:
    from loaders.fetching.context import Pull

NAME = "youtube"
FILE_NAMES = (r"youtube_",)
CHANNEL_ID = r"(?P<channel>UC[0-9A-Za-z_-]{22})"
CHANNEL_NAME = re.compile(rf"youtube_channel_daily_{CHANNEL_ID}(_.*)?[.]json")
VIDEO_NAME = re.compile(rf"youtube_video_daily_{CHANNEL_ID}_(?P<video>[0-9A-Za-z_-]{{11}})(_.*)?[.]json")

METRICS = (
    "views", "engagedViews", "estimatedMinutesWatched", "averageViewDuration", "averageViewPercentage",
    "likes", "comments", "shares", "subscribersGained", "subscribersLost",
)  # fmt: skip
RESTATED_DAYS = 28  # spam views are taken out, and late ones come in, for about four weeks

_PARTS = ("id", "snippet", "statistics", "contentDetails")
CHANNELS = Table(NAME, "channels", "snapshot", _PARTS, optional=("kind", "etag"))
VIDEOS = Table(NAME, "videos", "snapshot", _PARTS, optional=("kind", "etag"))
_DAYS = Replacement(
    line=("day", "views"),
    measures=("views", "estimatedMinutesWatched"),
    optional_measures=("engagedViews", "likes", "comments", "shares", "subscribersGained", "subscribersLost"),
    provisional_days=RESTATED_DAYS + 3,
)  # fmt: skip
CHANNEL_DAILY = Table(
    NAME, "channel_daily", "replace", ("day", "views"), optional=METRICS[1:], facts=("_name_channel",),
    observed="day", replacement=_DAYS, needs_account=True,
)  # fmt: skip
VIDEO_DAILY = Table(
    NAME, "video_daily", "replace", ("day", "views"), optional=METRICS[1:], facts=("_name_channel", "_name_video"),
    observed="day", replacement=_DAYS,
)  # fmt: skip
TABLES = (CHANNELS, VIDEOS, CHANNEL_DAILY, VIDEO_DAILY)

LISTS = {"youtube#channelListResponse": CHANNELS, "youtube#videoListResponse": VIDEOS}
HOSTS = {
    "": "https://www.googleapis.com/youtube/v3",
    "ANALYTICS": "https://youtubeanalytics.googleapis.com/v2",
    "OAUTH": "https://oauth2.googleapis.com",
}
PAGE = 50  # the most that a list call gives, and the most ids that one call takes
PACIFIC = ZoneInfo("America/Los_Angeles")  # days, and the hour at which the quota is full again
QUOTA_REASONS = {"quotaExceeded", "dailyLimitExceeded"}
RATE_REASONS = {"rateLimitExceeded", "userRateLimitExceeded"}
KEY_REASONS = {"keyInvalid", "API_KEY_INVALID", "keyExpired", "accessNotConfigured", "SERVICE_DISABLED"}
CHANNEL_IDS, REFRESH_TOKEN = "YOUTUBE_CHANNEL_IDS", "YOUTUBE_REFRESH_TOKEN"

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
    return report(export, answers) if kind == REPORT else objects(export, answers, LISTS[str(kind)])


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
    if not days:
        return []
    if stated := stated_by(VIDEO_NAME, export.name):
        facts = {"_name_channel": stated["channel"], "_name_video": stated["video"]}
        rows = records_frame(days, VIDEO_DAILY)
        return [Part(VIDEO_DAILY, rows, account=stated["channel"], facts=facts, limited_to=stated["video"])]
    if export.name.startswith("youtube_video"):
        raise SourceFormatError(
            f"{export.file_name}: its name states no channel and video. Name it youtube_video_daily_CHANNEL_VIDEO.json."
        )
    stated = stated_by(CHANNEL_NAME, export.name)
    channel = stated["channel"] if stated else None
    return [Part(CHANNEL_DAILY, records_frame(days, CHANNEL_DAILY), account=channel, facts={"_name_channel": channel})]


def accounts(settings: Settings) -> tuple[str, ...]:
    """The channels that are configured; each is fetched on its own."""
    return settings.listed(CHANNEL_IDS) or ("main",)


def configured_account(settings: Settings) -> str | None:
    """The channel that is configured, where there is only one."""
    return accounts(settings)[0] if settings.value(CHANNEL_IDS) and len(accounts(settings)) == 1 else None


# ------------------------------------------------------------------ fetching


def channels_and_videos(pull: Pull) -> Iterator[Received]:
    """Fetch a channel and its videos as they stand now, with an API key: public figures alone."""
    key = pull.secret("YOUTUBE_API_KEY")
    api = pull.api(authorize=lambda _: {"X-Goog-Api-Key": key}, judge=judge)
    answer, channel = channel_of(api, pull.account)
    yield Received(f"youtube_channels_{pull.account}_{pull.stamp}.json", answer.content)
    ids = [video for video, _ in uploads(api, channel)]
    asked = {"part": "snippet,statistics,contentDetails", "maxResults": PAGE}
    pages = [api.get("videos", asked | {"id": ",".join(ids[start : start + PAGE])}).content for start in range(0, len(ids), PAGE)]
    if pages:
        yield Received(f"youtube_videos_{pull.account}_{pull.stamp}.json", joined(pages))


def reports(pull: Pull) -> Iterator[Received]:
    """Fetch the channel's days, then each video's, as its owner: from the first day, later the last four weeks again."""
    authorize = owner_of(pull)
    data, analytics = pull.api(authorize=authorize, judge=judge), pull.api("ANALYTICS", authorize, judge)
    _, channel = channel_of(data, pull.account)

    def asked(table: Table, account: str, since: date, **limits: str) -> bytes:
        first, last = pull.window(table, RESTATED_DAYS, (pull.today - since).days + 1, account)  # a day more: UTC is ahead
        window = {"startDate": first, "endDate": last, "metrics": ",".join(METRICS), "dimensions": "day", "sort": "day"}
        return analytics.get("reports", {"ids": f"channel=={pull.account}"} | window | limits).content

    answer = asked(CHANNEL_DAILY, pull.account, day_of(channel["snippet"]["publishedAt"]))
    yield Received(f"youtube_channel_daily_{pull.account}_{pull.stamp}.json", answer)
    for video, published in uploads(data, channel):
        answer = asked(VIDEO_DAILY, f"{pull.account}/{video}", published, filters=f"video=={video}")
        yield Received(f"youtube_video_daily_{pull.account}_{video}_{pull.stamp}.json", answer)


FEEDS = (
    Feed("channels and videos", channels_and_videos, "api", ("YOUTUBE_API_KEY", CHANNEL_IDS), limits="source"),
    Feed(
        "daily reports",
        reports,
        "api",
        ("YOUTUBE_CLIENT_ID", "YOUTUBE_CLIENT_SECRET", REFRESH_TOKEN, CHANNEL_IDS),
        limits="source",
    ),
)


def channel_of(api: Api, channel: str) -> tuple[Answer, dict[str, Any]]:
    """Return the answer about a channel, and the channel.

    Raises MissingError where there is no such channel.
    """
    answer = api.get("channels", {"part": "snippet,statistics,contentDetails", "id": channel})
    found = answer.document.get("items")
    if not found:
        raise MissingError(f"youtube: no channel {channel}. {CHANNEL_IDS} takes ids (UC…), comma-separated, not handles.")
    return answer, found[0]


def uploads(api: Api, channel: dict[str, Any]) -> list[tuple[str, date]]:
    """Return the id of everything that a channel uploaded, and the day it was published; nothing where it has no list."""

    def following(answer: Answer) -> dict[str, str] | None:
        token = answer.document.get("nextPageToken")
        return {"pageToken": token} if token else None

    playlist = channel["contentDetails"]["relatedPlaylists"]["uploads"]
    asked = {"part": "contentDetails", "playlistId": playlist, "maxResults": PAGE}
    try:
        items = [one for answer in api.pages("playlistItems", asked, following) for one in answer.document.get("items", [])]
    except MissingError:
        return []
    found = [one["contentDetails"] for one in items]
    began = channel["snippet"]["publishedAt"]
    return [(one["videoId"], day_of(one.get("videoPublishedAt") or began)) for one in found]


def owner_of(pull: Pull) -> Callable[[bool], dict[str, str]]:
    """Return what authorises as the channel's owner: an access token, made from the refresh token when there is none.

    Raises UsageError where there are neither one refresh token nor as many as channels.
    """
    channels = accounts(pull.settings)
    stated = [register(one.strip()) for one in pull.secret(REFRESH_TOKEN).split(",")]
    if len(stated) not in (1, len(channels)):
        raise UsageError(f"youtube: {len(stated)} tokens in {REFRESH_TOKEN} for {len(channels)} channels. Give one, or one each.")
    place = channels.index(pull.account) if len(stated) > 1 and pull.account in channels else 0
    form = {
        "grant_type": "refresh_token", "refresh_token": stated[place],
        "client_id": pull.secret("YOUTUBE_CLIENT_ID"), "client_secret": pull.secret("YOUTUBE_CLIENT_SECRET"),
    }  # fmt: skip
    oauth = pull.api("OAUTH", judge=judge_token)
    held: dict[str, str] = {}

    def authorize(renew: bool) -> dict[str, str]:
        if renew or not held:
            held["Authorization"] = f"Bearer {register(oauth.post('token', form).document['access_token'])}"
        return dict(held)

    return authorize


def judge_token(answer: Answer) -> Exception | None:
    """Say what a refused token means: a person must authorise again, or mend the client's id or secret."""
    if answer.status in (400, 401):
        said = answer.fields.get("error")
        if said == "invalid_grant":
            mend = f"{REFRESH_TOKEN} was revoked or has expired. Authorise again, and put the new one into .env."
        else:
            mend = "YOUTUBE_CLIENT_ID or YOUTUBE_CLIENT_SECRET is not accepted. Copy them again from the Google Cloud project."
        return PersonNeededError(f"youtube: {mend} ({said or answer.status})")
    return None


def judge(answer: Answer) -> Exception | None:
    """Say what Google's reasons mean; the status tells the rest."""
    error = answer.fields.get("error")
    if not 400 <= answer.status < 500 or not isinstance(error, dict):
        return None
    listed = [*(error.get("errors") or []), *(error.get("details") or [])]
    reasons = {one.get("reason") for one in listed if isinstance(one, dict)}
    if reasons & QUOTA_REASONS:
        now = utc_now().replace(tzinfo=UTC).astimezone(PACIFIC)
        midnight = datetime(now.year, now.month, now.day, tzinfo=PACIFIC) + timedelta(days=1)
        moment = midnight.astimezone(UTC).replace(tzinfo=None)
        return UnavailableError(
            f"youtube: today's quota is used up; it is full again at midnight Pacific ({moment:%Y-%m-%d %H:%M} UTC). "
            "Run it again after that.",
            not_before=moment,
        )
    if reasons & RATE_REASONS:
        return ThrottledError()
    if reasons & KEY_REASONS:
        return PersonNeededError(
            f"youtube: the key or the project is not accepted ({answer.said}). "
            "Check YOUTUBE_API_KEY, and that both YouTube APIs are on in the Google Cloud project."
        )
    return None


def day_of(moment: str) -> date:
    """The day of a time, as YouTube writes it, in UTC."""
    return date.fromisoformat(moment[:10])


SOURCE = Source(
    NAME, FILE_NAMES, TABLES, read, feeds=FEEDS, hosts=HOSTS, accounts=accounts, configured_account=configured_account
)

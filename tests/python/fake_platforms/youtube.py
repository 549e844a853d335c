"""YouTube's APIs on loopback: the token endpoint, the Data API with its quota, the Analytics API for a channel's owner."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from demo.truth import Truth
from demo.youtube import BEHIND_DAYS, VIDEOS, Shown, channel_days, video_days
from demo.youtube_answers import Channel, Day, Video, channels_answer, report_answer, videos_answer
from fake_platforms.server import Portal, Reply, Request, answer

KEY = "AIza-canary-key-0123456789"
CLIENT_ID, CLIENT_SECRET = "canary-client.apps.example.com", "GOCSPX-canary-secret"
MOST = 50


def refused(status: int, reason: str, message: str, **error: Any) -> Reply:
    """An error as Google's APIs answer it."""
    listed = [{"message": message, "domain": "youtube", "reason": reason}]
    return answer({"error": {"code": status, "message": message, "errors": listed, **error}}, status, indent=2)


class YouTube(Portal):
    """The channels of one Google Cloud project, each with its owner's refresh token.

    page: the most playlist items in one answer. token_calls: how many calls an access token is good for.
    """

    def __init__(self, today: date, *channels: Channel, extra: int = 0) -> None:
        super().__init__()
        self.today, self.truth, self.channels = today, Truth(1987, 1), {one.channel_id: one for one in channels}
        self.videos = [one for one in VIDEOS if one.channel in channels]
        if channels:
            first = today - timedelta(days=4)
            self.videos += [
                Video(f"extra_{place:05d}", channels[0], f"Extra {place}", first, 3, "PT1M") for place in range(extra)
            ]
        self.page, self.token_calls, self.quota = MOST, 10**9, 10_000
        self.repeats_token = self.restated = False
        self.refresh_tokens = {f"1//canary-refresh-{place}": one for place, one in enumerate(self.channels)}
        self.access: dict[str, list[Any]] = {}
        self.on("POST", "/token")(self.token)
        self.on("GET", "/youtube/v3/channels")(self.public(self.list_channels))
        self.on("GET", "/youtube/v3/playlistItems")(self.public(self.list_items))
        self.on("GET", "/youtube/v3/videos")(self.public(self.list_videos))
        self.on("GET", "/v2/reports")(self.owned(self.report))

    @property
    def environment(self) -> dict[str, str]:
        """What a user sets to fetch from here."""
        return {
            "BEDROT_YOUTUBE_BASE_URL": f"{self.url}/youtube/v3", "BEDROT_YOUTUBE_ANALYTICS_BASE_URL": f"{self.url}/v2",
            "BEDROT_YOUTUBE_OAUTH_BASE_URL": self.url, "YOUTUBE_CHANNEL_IDS": ", ".join(self.channels),
            "YOUTUBE_API_KEY": KEY, "YOUTUBE_CLIENT_ID": CLIENT_ID, "YOUTUBE_CLIENT_SECRET": CLIENT_SECRET,
            "YOUTUBE_REFRESH_TOKEN": ",".join(self.refresh_tokens),
        }  # fmt: skip

    # ------------------------------------------------------------------ who asks

    def token(self, request: Request) -> Reply:
        form = request.form
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return answer({"error": "invalid_client", "error_description": "The OAuth client was not found."}, 401)
        channel = self.refresh_tokens.get(form.get("refresh_token", ""))
        if not channel or form.get("grant_type") != "refresh_token":
            return answer({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400)
        token = f"ya29.canary-access-{len(self.access)}"
        self.access[token] = [channel, self.token_calls]
        return answer({"access_token": token, "expires_in": 3599, "scope": "yt-analytics.readonly", "token_type": "Bearer"})

    def owner(self, request: Request) -> str | None:
        """The channel that a request's access token is for, while it is good."""
        held = self.access.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if not held or held[1] <= 0:
            return None
        held[1] -= 1
        return held[0]

    def public(self, handler):  # noqa: ANN001, ANN202
        """Answer a good key or token, and count the quota."""

        def handle(request: Request) -> Reply:
            if "authorization" in request.headers:
                if not self.owner(request):
                    return refused(401, "authError", "Invalid Credentials")
            elif request.headers.get("x-goog-api-key") != KEY:
                details = [{"reason": "API_KEY_INVALID", "domain": "googleapis.com"}]
                return refused(400, "badRequest", "API key not valid. Please pass a valid API key.", details=details)
            if int(request.query.get("maxResults", "5")) > MOST:
                return refused(400, "invalidParameter", "maxResults")
            self.quota -= 1
            if self.quota < 0:
                return refused(403, "quotaExceeded", "The request cannot be completed because you have exceeded your quota.")
            return handler(request)

        return handle

    def owned(self, handler):  # noqa: ANN001, ANN202
        """Answer a channel's owner."""

        def handle(request: Request) -> Reply:
            channel = self.owner(request)
            if not channel:
                return refused(401, "authError", "Invalid Credentials")
            if request.query.get("ids") not in ("channel==MINE", f"channel=={channel}"):
                return refused(403, "forbidden", "Forbidden")
            return handler(request, channel)

        return handle

    # ------------------------------------------------------------------ what there is

    def shown(self, first: date, last: date) -> Shown:
        """The days that a report from one day to another tells today; restated: as they will stay."""
        pulled = self.today + timedelta(days=60) if self.restated else self.today
        return Shown(first, min(last, self.today - timedelta(days=BEHIND_DAYS)), pulled)

    def days(self, channel: str, video: str | None = None, first: date = date.min, last: date = date.max) -> dict[date, Day]:
        """A channel's or a video's days."""
        shown = self.shown(first, last)
        if not video:
            return channel_days(self.truth, self.channels[channel], shown)
        return video_days(self.truth, next(one for one in self.videos if one.video_id == video), shown)

    def views(self, video: Video) -> int:
        """A video's views so far."""
        return sum(one.views for one in self.days(video.channel.channel_id, video.video_id).values())

    def list_channels(self, request: Request) -> Reply:
        channel = self.channels.get(request.query.get("id", ""))
        if not channel:
            empty = {"kind": "youtube#channelListResponse", "etag": "e", "pageInfo": {"totalResults": 0, "resultsPerPage": 5}}
            return answer(empty, indent=2)
        views = {one.video_id: self.views(one) for one in self.videos if one.channel is channel}
        return answer(channels_answer(channel, views), indent=2)

    def list_items(self, request: Request) -> Reply:
        found = [one for one in self.videos if one.channel.uploads == request.query.get("playlistId")]
        if not found:
            return refused(404, "playlistNotFound", "The playlist identified with the request's parameter cannot be found.")
        first = int(request.query.get("pageToken", "CAUQ0").removeprefix("CAUQ"))
        size = min(self.page, int(request.query.get("maxResults", "5")))
        items = [
            {"kind": "youtube#playlistItem",
             "contentDetails": {"videoId": one.video_id, "videoPublishedAt": f"{one.published}T16:00:00Z"}}
            for one in found[first : first + size]
        ]  # fmt: skip
        page = {"kind": "youtube#playlistItemListResponse", "items": items, "pageInfo": {"totalResults": len(found)}}
        if self.repeats_token:
            page["nextPageToken"] = f"CAUQ{size}"
        elif first + size < len(found):
            page["nextPageToken"] = f"CAUQ{first + size}"
        return answer(page, indent=2)

    def list_videos(self, request: Request) -> Reply:
        asked = request.query["id"].split(",")
        if len(asked) > MOST:
            return refused(400, "invalidFilters", "too many ids")
        found = [one for one in self.videos if one.video_id in asked]
        return answer(videos_answer([(one, self.views(one)) for one in found]), indent=2)

    def report(self, request: Request, channel: str) -> Reply:
        query = request.query
        if query.get("dimensions") != "day":
            return refused(400, "badRequest", "The query is not supported.")
        first, last = (date.fromisoformat(query[name]) for name in ("startDate", "endDate"))
        video = query["filters"].removeprefix("video==") if "filters" in query else None
        # the header orders the columns, and it need not be as they were asked for
        return answer(report_answer(self.days(channel, video, first, last), query["metrics"].split(",")[::-1]))

"""YouTube: channels, videos and daily reports, as two pulls a month apart would have saved them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from demo.label import LAST_DAY
from demo.totals import YouTubeTotals
from demo.truth import Truth, days, newest_wins
from demo.writing import pages_text, write_text
from demo.youtube_answers import Channel, Day, Video, channels_answer, report_answer, videos_answer

PIG = Channel("UCdemo1987PIGinvented001", "PIG1987", "@pig1987demo", date(2024, 7, 1))
ZONE = Channel("UCdemoZONEA0invented-_02", "Zone A0", "@zonea0demo", date(2024, 9, 2), hides_subscribers=True)
LABEL = Channel("UCdemoLABELinvented00003", "Example Label TV", "@exampletv", date(2026, 1, 5))
CHANNELS = (PIG, ZONE, LABEL)
VIDEOS = (
    Video("demoNEONdr1", PIG, "NEON DRIFT (Official Video)", date(2024, 9, 13), 90, "PT3M4S"),
    Video("demoSTATEw2", PIG, "THE STATE OF THE WORLD", date(2025, 1, 10), 140, "PT2M51S", hides_likes=True),
    Video("demoPIGshr3", PIG, "neon drift #shorts", date(2024, 11, 1), 200, "PT31S", is_short=True),
    Video("demoTRANSF4", PIG, "TRANSFORMER ARCHITECTURE (feat. IWARY)", date(2025, 5, 2), 70, "PT1H0M2S"),
    Video("demo_-SRC-5", ZONE, "THE SOURCE", date(2024, 9, 20), 60, "PT4M"),
    Video("demoGLASSc6", ZONE, "GLASS CITY", date(2024, 10, 4), 35, "PT3M33S"),
    Video("demoTRAIL-7", LABEL, "Label trailer", date(2026, 1, 9), 12, "PT59S"),
)
PULLS = (datetime(2026, 6, 5, 10, 15), datetime(2026, 7, 4, 10, 15))
REREAD_DAYS, BEHIND_DAYS = 28, 3
NEW_SHORT_VIEWS = date(2025, 3, 31)
SPAM_STAYS_DAYS = 14


class Shown(NamedTuple):
    """The days that one pull was told."""

    first: date
    last: date
    pulled: date


def write_youtube(folder: Path, truth: Truth) -> dict[str, YouTubeTotals]:
    """Write both pulls of every channel; return what is live, by channel."""
    totals = {}
    for channel in CHANNELS:
        videos = [one for one in VIDEOS if one.channel is channel]
        told: dict[str, list[dict[date, Day]]] = {name: [] for name in ("", *(one.video_id for one in videos))}
        first = channel.created
        for pull in PULLS:
            shown = Shown(first, pull.date() - timedelta(days=BEHIND_DAYS), pull.date())
            write_pull(folder, truth, channel, videos, pull, shown, told)
            first = shown.last - timedelta(days=REREAD_DAYS)
        totals[channel.title.upper()] = live_totals({name: newest_wins(series) for name, series in told.items()})
    return totals


def write_pull(
    folder: Path, truth: Truth, channel: Channel, videos: list[Video], pull: datetime, shown: Shown,
    told: dict[str, list[dict[date, Day]]],
) -> None:  # fmt: skip
    """Write one pull's answers of one channel; note what its reports tell."""
    name, stamp = channel.channel_id, f"{pull:%Y%m%d_%H%M%S}"
    until = {one.video_id: video_days(truth, one, Shown(channel.created, *shown[1:])) for one in videos}
    views = {one.video_id: sum(day.views for day in until[one.video_id].values()) for one in videos}
    batches = [videos[:3], videos[3:]] if len(videos) > 3 else [videos]
    write_text(folder / f"youtube_channels_{name}_{stamp}.json", pages_text([channels_answer(channel, views)]))
    write_text(
        folder / f"youtube_videos_{name}_{stamp}.json",
        pages_text([videos_answer([(one, views[one.video_id]) for one in batch]) for batch in batches]),
    )
    for part in ("", *(one.video_id for one in videos)):
        series = channel_days(truth, channel, shown) if not part else {
            day: one for day, one in until[part].items() if day >= shown.first
        }  # fmt: skip
        told[part].append(series)
        file = f"youtube_video_daily_{name}_{part}_{stamp}.json" if part else f"youtube_channel_daily_{name}_{stamp}.json"
        write_text(folder / file, pages_text([report_answer(series)]))


def channel_days(truth: Truth, channel: Channel, shown: Shown) -> dict[date, Day]:
    """A channel's days: its videos', and a few views of one that was taken down."""
    summed: dict[date, Day] = {}
    for video in VIDEOS:
        if video.channel is channel:
            for day, one in video_days(truth, video, shown).items():
                before = summed.get(day, Day(2, 2, 1, 0, 0, 0, 0, 0))
                summed[day] = Day(*(a + b for a, b in zip(before, one, strict=True)))
    return dict(sorted(summed.items()))


def video_days(truth: Truth, video: Video, shown: Shown) -> dict[date, Day]:
    """A video's days as a pull tells them: the last weeks still hold views that are taken out later."""
    rng = truth.random(f"youtube/{video.video_id}")
    found: dict[date, Day] = {}
    for day in days(video.published, LAST_DAY):
        engaged = round(video.daily * rng.uniform(0.6, 1.4))
        moved = rng.randint(0, 3)
        if not shown.first <= day <= shown.last:
            continue
        if (shown.pulled - day).days < SPAM_STAYS_DAYS:
            engaged += 1 + engaged // 20
        views = engaged * 8 // 5 if video.is_short and day >= NEW_SHORT_VIEWS else engaged
        found[day] = Day(views, engaged, engaged * 3 // 4, engaged // 20, engaged // 60, engaged // 45, moved + 1, moved)
    return found


def live_totals(live: dict[str, dict[date, Day]]) -> YouTubeTotals:
    """Add up what counts: the channel's days, and its videos' days."""
    channel = live.pop("")
    return YouTubeTotals(
        days=len(channel),
        views=sum(one.views for one in channel.values()),
        comparable_views=sum(one.engaged if day >= NEW_SHORT_VIEWS else one.views for day, one in channel.items()),
        watch_minutes=sum(one.minutes for one in channel.values()),
        likes=sum(one.likes for one in channel.values()),
        subscribers_net=sum(one.gained - one.lost for one in channel.values()),
        videos=len(live),
        video_days=sum(len(series) for series in live.values()),
        video_views=sum(one.views for series in live.values() for one in series.values()),
    )

"""YouTube through its APIs: from the first day on, in bounded calls, and what stands in the way is told apart."""

from __future__ import annotations

import subprocess
from datetime import date, timedelta

import pytest
from fake_platforms.youtube import CLIENT_SECRET, KEY, YouTube
from support.builds import Build
from support.commands import cli, rows

from common.settings import Settings
from demo.youtube import LABEL, PIG, ZONE
from demo.youtube_answers import Channel, Day

TODAY = date(2026, 7, 4)
PUBLIC = ("YOUTUBE_CLIENT_ID", "YOUTUBE_CLIENT_SECRET", "YOUTUBE_REFRESH_TOKEN")


def extract(config: Settings, portal: YouTube, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Fetch from the portal; what is set to '' is not set."""
    config.data_dir.parent.mkdir(parents=True, exist_ok=True)
    return cli(
        config.data_dir, "extract", "youtube", *arguments,
        **portal.environment | {"BEDROT_AS_OF": str(portal.today), "BEDROT_RETRY_SECONDS": "0.02"} | environment,
    )  # fmt: skip


def landed_days(config: Settings, table: str) -> dict[tuple[str, date], int]:
    """Views of each account and day as the newest extract that has the day states them."""
    return {
        (account, date.fromisoformat(day)): int(views)
        for account, day, views in rows(config, "youtube", table, '_account, "day", "views"')
    }


def views(days: dict[date, Day], account: str) -> dict[tuple[str, date], int]:
    """What the platform knows, in the same form."""
    return {(account, day): one.views for day, one in days.items()}


def kept_bytes(config: Settings) -> bytes:
    """Everything that lies in the data folder."""
    return b"".join(path.read_bytes() for path in config.data_dir.rglob("*") if path.is_file())


def test_a_channel_lands_from_its_first_day_and_again_without_doubling(config: Settings) -> None:
    with YouTube(TODAY, PIG) as portal:
        done = extract(config, portal)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        first = portal.asked("/v2/reports")
        assert landed_days(config, "channel_daily") == views(portal.days(PIG.channel_id), PIG.channel_id)
        expected = {}
        for one in portal.videos:
            expected |= views(portal.days(PIG.channel_id, one.video_id), f"{PIG.channel_id}/{one.video_id}")
        assert landed_days(config, "video_daily") == expected
        assert first[0].query["startDate"] == str(PIG.created - timedelta(days=1)) and first[0].query["endDate"] == "2026-07-03"
        assert first[1].query["startDate"] == str(portal.videos[0].published - timedelta(days=1))

        portal.restated, before = True, len(portal.asked("/v2/reports"))
        assert extract(config, portal).returncode == 0
        second = portal.asked("/v2/reports")[before:]
        assert {one.query["startDate"] for one in second} == {"2026-06-03"}  # 28 days before the last one
        assert landed_days(config, "channel_daily") == views(portal.days(PIG.channel_id), PIG.channel_id)

        third = extract(config, portal)
        assert third.returncode == 0 and third.stdout.count(": unchanged") == 2, third.stdout
    stated = rows(config, "youtube", "channels", "_account, json_extract_string(statistics, '$.viewCount')")
    assert len(stated) == 2 and stated[-1] == (PIG.channel_id, str(sum(portal.views(one) for one in portal.videos)))
    hidden = "id, json_extract_string(statistics, '$.likeCount') is null"
    assert {id for id, is_hidden in rows(config, "youtube", "videos", hidden) if is_hidden} == {"demoSTATEw2"}


def test_every_video_is_asked_for_in_fifties_and_the_key_is_in_no_address(config: Settings) -> None:
    with YouTube(TODAY, PIG, extra=55) as portal:
        portal.page = 20
        done = extract(config, portal, **dict.fromkeys(PUBLIC, ""))
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert "not set up: UCdemo1987PIGinvented001 daily reports: " in done.stdout
        assert [len(one.query["id"].split(",")) for one in portal.asked("/videos")] == [50, 9]
        assert len(portal.asked("/playlistItems")) == 3 and portal.quota == 10_000 - 6
        assert not any(KEY in str(one.query) for one in portal.requests)
    assert len(rows(config, "youtube", "videos")) == 59


def test_an_expired_token_is_renewed_exactly_once(config: Settings) -> None:
    with YouTube(TODAY, PIG) as portal:
        portal.token_calls = 4
        done = extract(config, portal)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert len(portal.asked("/token")) == 2
        assert len(portal.asked("/v2/reports")) == 6  # five, and one again
        assert len(landed_days(config, "channel_daily")) == len(portal.days(PIG.channel_id))


def test_a_revoked_token_needs_a_person_and_stops_no_public_figures(config: Settings) -> None:
    with YouTube(TODAY, PIG) as portal:
        environment = portal.environment
        portal.refresh_tokens.clear()
        done = extract(config, portal, **environment)
        assert done.returncode == 4
        assert "YOUTUBE_REFRESH_TOKEN was revoked or has expired. Authorise again" in done.stderr
        assert len(done.stderr.splitlines()) == 1 and len(portal.asked("/token")) == 1
    assert len(rows(config, "youtube", "videos")) == 4 and not list(config.landing_dir.glob("youtube/*_daily/2*.parquet"))


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        ({"YOUTUBE_API_KEY": "AIza-some-other-key"}, 4, "API key not valid"),
        ({"YOUTUBE_CLIENT_SECRET": "another-secret"}, 4, "YOUTUBE_CLIENT_SECRET is not accepted"),
        ({"YOUTUBE_CHANNEL_IDS": "@pig1987demo"}, 5, "no channel @pig1987demo"),
        ({"YOUTUBE_REFRESH_TOKEN": "1//one-token,1//two-token"}, 2, "2 tokens in YOUTUBE_REFRESH_TOKEN for 1 channels"),
    ],
)
def test_wrong_settings_are_named(config: Settings, change: dict[str, str], code: int, told: str) -> None:
    with YouTube(TODAY, PIG) as portal:
        done = extract(config, portal, **change)
    assert done.returncode == code and told in done.stderr
    assert not any(secret in done.stdout + done.stderr for secret in change.values() if "channel" not in told)


def test_a_wrong_key_stops_no_owners_reports(config: Settings) -> None:
    with YouTube(TODAY, LABEL) as portal:
        assert extract(config, portal, YOUTUBE_API_KEY="AIza-some-other-key").returncode == 4
        assert landed_days(config, "channel_daily") == views(portal.days(LABEL.channel_id), LABEL.channel_id)


def test_nothing_set_names_what_is_missing(config: Settings) -> None:
    with YouTube(TODAY, PIG) as portal:
        done = extract(config, portal, YOUTUBE_CHANNEL_IDS="", YOUTUBE_API_KEY="")
    assert (
        done.returncode == 2 and "YOUTUBE_API_KEY, YOUTUBE_CHANNEL_IDS are missing in .env" in done.stderr and not portal.requests
    )


def test_a_used_up_quota_is_not_asked_again_before_it_is_full(config: Settings) -> None:
    with YouTube(TODAY, PIG, ZONE) as portal:
        portal.quota = 2
        done = extract(config, portal, **dict.fromkeys(PUBLIC, ""))
        assert done.returncode == 5
        assert "quota is used up; it is full again at midnight Pacific" in done.stderr
        asked = len(portal.requests)
        assert asked == 3  # the second channel is not tried: the quota is the project's
        again = extract(config, portal, **dict.fromkeys(PUBLIC, ""))
        assert again.returncode == 5 and "nothing was asked now" in again.stderr and len(portal.requests) == asked


def test_a_rate_limit_is_waited_for_and_never_a_persons_work(config: Settings) -> None:
    limited = b'{"error": {"code": 403, "errors": [{"reason": "rateLimitExceeded", "domain": "usageLimits"}]}}'
    with YouTube(TODAY, LABEL) as portal:
        portal.fail("/playlistItems", "status", times=1, status=403, content=limited)
        done = extract(config, portal, BEDROT_THROTTLE_SECONDS="1", **dict.fromkeys(PUBLIC, ""))
    assert done.returncode == 5 and "asks to wait 60 s" in done.stderr


def test_a_page_token_that_came_before_stops(config: Settings) -> None:
    with YouTube(TODAY, PIG) as portal:
        portal.page, portal.repeats_token = 1, True
        done = extract(config, portal)
        assert done.returncode == 5 and done.stderr.count("a page that was there before") == done.stderr.count("as above") == 1
        assert len(portal.asked("/playlistItems")) == 4
    assert not list(config.landing_dir.glob("youtube/videos/2*.parquet"))


@pytest.mark.parametrize("content", [b"[]", b"{}", b'{"items": [{}]}', b'{"items": 7}', b'{"items": [{"id": "UCx"}]}', b'"x"'])
def test_an_answer_of_another_shape_is_told_in_one_line(config: Settings, content: bytes) -> None:
    with YouTube(TODAY, LABEL) as portal:
        portal.fail("/channels|/playlistItems", "status", status=200, content=content)
        done = extract(config, portal)
    assert done.returncode in (5, 6) and len(done.stderr.splitlines()) == 2 and "Traceback" not in done.stderr
    assert not list(config.landing_dir.glob("youtube/*/2*.parquet"))


@pytest.mark.parametrize("content", [b"", b"[7]", b'{"error": "x"}', b'{"error": {"errors": [7]}}', b"<html>Error</html>"])
def test_an_error_of_another_shape_is_told_by_its_status(config: Settings, content: bytes) -> None:
    with YouTube(TODAY, LABEL) as portal:
        portal.fail("/channels|/token", "status", status=400, content=content)
        done = extract(config, portal)
    assert done.returncode == 4 and len(done.stderr.splitlines()) == 2 and "Traceback" not in done.stderr


def test_a_channel_without_videos_has_nothing_to_land(config: Settings) -> None:
    with YouTube(TODAY, Channel("UCdemoNEWinvented0000004", "New", "@newdemo", TODAY - timedelta(days=2))) as portal:
        done = extract(config, portal)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert len(rows(config, "youtube", "channels")) == 1 and not list(config.landing_dir.glob("youtube/*_daily/2*.parquet"))


def test_every_channel_is_asked_with_its_owners_token_and_no_secret_is_kept(config: Settings) -> None:
    with YouTube(TODAY, PIG, ZONE) as portal:
        portal.page, portal.token_calls = 1, 6
        done = extract(config, portal, BEDROT_DEBUG="true")
        assert done.returncode == 0, done.stderr
        expected = views(portal.days(PIG.channel_id), PIG.channel_id) | views(portal.days(ZONE.channel_id), ZONE.channel_id)
        assert landed_days(config, "channel_daily") == expected
        secrets = [KEY, CLIENT_SECRET, *portal.refresh_tokens, *portal.access]
    kept = kept_bytes(config) + (done.stdout + done.stderr).encode()
    assert not [secret for secret in secrets if secret.encode() in kept] and len(portal.access) > 2


def test_marts_say_what_the_platform_knows(config: Settings, built: Build) -> None:
    with YouTube(TODAY, PIG, ZONE, LABEL) as portal:
        for day in (TODAY - timedelta(days=9), TODAY):
            portal.today = day
            assert extract(config, portal).returncode == 0
    with built(TODAY, "youtube_channel_daily", "youtube_video_daily", "youtube_videos", "youtube_channels") as con:
        con.execute("set schema = 'marts'")
        for channel, artist in ((PIG, 1), (ZONE, 2), (LABEL, 0)):
            days = portal.days(channel.channel_id)
            found = con.execute(
                "select count(*), sum(views), sum(engaged_views), sum(subscribers_net), min(artist_id), max(artist_id)"
                " from youtube_channel_daily where channel_id = ?",
                [channel.channel_id],
            ).fetchone()
            totals = (sum(one.views for one in days.values()), sum(one.engaged for one in days.values()))
            assert found == (len(days), *totals, sum(one.gained - one.lost for one in days.values()), artist, artist)
        by_video = dict(con.execute("select video_id, sum(views) from youtube_video_daily group by 1").fetchall())
        now = dict(con.execute("select video_id, views_total from youtube_videos").fetchall())
        assert by_video == now == {one.video_id: portal.views(one) for one in portal.videos}
        subscribers = "select channel_title, subscribers_total is null from youtube_channels order by 1"
        assert con.execute(subscribers).fetchall() == [("Example Label TV", False), ("PIG1987", False), ("Zone A0", True)]

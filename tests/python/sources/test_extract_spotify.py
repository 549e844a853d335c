"""Spotify: an artist's pages through the browser and the catalogue through the Web API land exactly, or say why not."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta

import pytest
from fake_platforms.spotify import CAPTCHA, CLIENT, EMAIL, PASSWORD, PIG, QUIET, SECRET, WINDOWS, Spotify
from support.builds import Build
from support.commands import cli, rows

from common.settings import Settings

TODAY = date(2026, 7, 4)
CREDENTIALS = {"SPOTIFY_CLIENT_ID": CLIENT, "SPOTIFY_CLIENT_SECRET": SECRET}


def run(config: Settings, portal: Spotify, *arguments: str, **environment: str):  # noqa: ANN201
    return cli(
        config.data_dir, *arguments,
        BEDROT_SPOTIFY_BASE_URL=portal.url, BEDROT_SPOTIFY_API_BASE_URL=f"{portal.url}/v1",
        BEDROT_SPOTIFY_ACCOUNTS_BASE_URL=portal.url, BEDROT_AS_OF=str(TODAY), BEDROT_ANSWER_SECONDS="6",
        BEDROT_RETRY_SECONDS="0.05", BEDROT_LOGIN_MINUTES="0.5", BEDROT_TRIES="2",
        **{"SPOTIFY_ARTIST_IDS": PIG, "SPOTIFY_FOR_ARTISTS_EMAIL": EMAIL} | environment,
    )  # fmt: skip


def log_in(config: Settings, portal: Spotify, screen: str) -> None:
    portal.person = True
    done = run(config, portal, "login", "spotify", DISPLAY=screen)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert done.stdout.endswith("Logged in to spotify.\n")


def test_an_artists_pages_land_as_they_are_shown(config: Settings, screen: str) -> None:
    with Spotify(TODAY) as portal:
        log_in(config, portal, screen)
        assert portal.requests[0].path == "/", "the login starts at the artists' own pages"
        portal.requests.clear()
        done = run(config, portal, "extract", "spotify", SPOTIFY_ARTIST_IDS=f"{PIG},{QUIET}")
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert done.stdout.count("landed") == 4
        assert done.stdout.splitlines()[-1] == (
            f"not set up: {PIG} catalogue, {QUIET} catalogue: SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET are missing in .env; "
            "see .env.example."
        )
        again = run(config, portal, "extract", "spotify")
        assert (again.returncode, again.stderr) == (0, ""), again.stderr
        assert again.stdout.count("unchanged") == 4
    year = dict(sorted(portal.days.items())[-365:])
    landed = rows(config, "spotify", "audience_daily", "date, streams, followers, _account, _name_artist")
    assert landed == [(str(day), str(n), str(1500 + n), "PIG1987", "PIG1987") for day, n in year.items()]
    assert rows(config, "spotify", "songs", "song, streams, _account, _name_window") == [
        ("NEON DRIFT", str(40 * 365), "PIG1987", "1year"), ("GLASS CITY, PT. 2", str(7 * 365), "PIG1987", "1year"),
    ]  # fmt: skip
    assert rows(config, "spotify", "playlists", "title, streams, date_added") == [("On Repeat", "365", "-")]
    metrics = rows(config, "spotify", "song_metrics", "trackName, numStreams, numSavers, _name_window, _name_artist_id")
    assert Counter(metrics) == Counter(
        (title, f"{n * 100 * days:,}", "", window, PIG) for window, (_, days) in WINDOWS.items() for title, _, n in portal.songs
    )


def test_what_reaches_further_back_is_asked_of_all_time(config: Settings, screen: str) -> None:
    with Spotify(TODAY) as portal:
        log_in(config, portal, screen)
        done = run(config, portal, "extract", "spotify", "--since", "2015-01-01")
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert len(rows(config, "spotify", "audience_daily")) == 400


def test_what_stands_in_the_way_is_told_apart(config: Settings, screen: str) -> None:
    with Spotify(TODAY) as portal:
        log_in(config, portal, screen)
        portal.filters_chip = "Refine"
        done = run(config, portal, "extract", "spotify")
        assert done.returncode == 5 and "the time filter '12 months' (1year) is not there" in done.stderr
        assert "loaders/spotify." in done.stderr and "spotify 0pig1987invented00000a audience: failed" in done.stderr
        assert "song metrics: landed" in done.stdout, "one page that changed stops no other"
        portal.filters_chip, portal.labels["7day"] = "Filters", "One week"
        portal.fail("/c/artist/.*/songs", "page", times=1, html=CAPTCHA)
        done = run(config, portal, "extract", "spotify")
        assert done.returncode == 4 and "a captcha is asked for" in done.stderr
        assert "Log in again: `python cli.py login spotify`." in done.stderr
        assert "audience: landed" in done.stdout, "what came before the captcha has landed"
        portal.sessions.clear()
        done = run(config, portal, "extract", "spotify")
        assert done.returncode == 4 and "the session is lost. Log in again: `python cli.py login spotify`." in done.stderr
        state = json.loads((config.sessions_dir / "spotify" / "main" / "session.json").read_text())
        assert state["state"] == "lost"


def test_an_artist_without_an_id_is_named(config: Settings, screen: str) -> None:
    with Spotify(TODAY) as portal:
        done = run(config, portal, "extract", "spotify", SPOTIFY_ARTIST_IDS="")
        assert done.returncode == 2 and "SPOTIFY_ARTIST_IDS is missing" in done.stderr
        done = run(config, portal, "extract", "spotify", "--account", "IWARY", **CREDENTIALS)
        assert done.returncode == 2 and "no artist id for IWARY" in done.stderr
        done = run(config, portal, "extract", "spotify", SPOTIFY_ARTIST_IDS="0nobody", **CREDENTIALS)
        assert done.returncode == 5 and "there is no artist 0nobody. Check SPOTIFY_ARTIST_IDS" in done.stderr


def test_the_catalogue_lands_as_one_state_of_the_artist(config: Settings) -> None:
    with Spotify(TODAY) as portal:
        portal.removed = {"0albumgone", "0tgone"}
        portal.calls_per_token = 4
        done = run(config, portal, "extract", "spotify", **CREDENTIALS)
        assert done.returncode == 0 and done.stderr.count("removed") == 2, done.stderr
        assert len(portal.tokens) > 2, "a token that expired is fetched anew"
        assert "0tother" not in [one.path.rsplit("/", 1)[1] for one in portal.asked("/v1/tracks/")], (
            "others' tracks are not asked for"
        )
        portal.calls_per_token = 1_000
        again = run(config, portal, "extract", "spotify", **CREDENTIALS)
        assert again.returncode == 0 and "catalogue: unchanged" in again.stdout
    landed = rows(config, "spotify", "catalogue", "kind, id, album_id, external_ids, release_date, _account, _name_artist_id")
    assert {one[-2:] for one in landed} == {("PIG1987", PIG)}
    assert [one[:2] for one in landed if one[0] != "track"] == [
        ("artist", PIG), ("album", "0albumsingle"), ("album", "0albumlong"), ("album", "0albummonth"), ("album", "0albumothers"),
    ]  # fmt: skip
    assert [one[1:4] for one in landed if one[0] == "track"] == [
        ("0tneon", "0albumsingle", '{"isrc":"QZABC2500001"}'), ("0tneon2", "0albumlong", '{"isrc":"QZABC2500001"}'),
        ("0tglass", "0albumlong", '{"isrc":"QZABC2500002"}'), ("0ttape", "0albummonth", '{"isrc":"qz-abc-19-00004"}'),
        ("0tneon3", "0albumothers", '{"isrc":"QZABC2500001"}'),
    ]  # fmt: skip


def test_credentials_that_are_revoked_need_a_person(config: Settings) -> None:
    with Spotify(TODAY) as portal:
        portal.is_revoked = True
        done = run(config, portal, "extract", "spotify", **CREDENTIALS)
        assert done.returncode == 4 and len(portal.asked("/api/token")) == 1
        assert "credentials are not accepted (400: Invalid client secret). Renew SPOTIFY_CLIENT_ID" in done.stderr
        portal.is_revoked, portal.calls_per_token = False, 0
        done = run(config, portal, "extract", "spotify", **CREDENTIALS)
        assert done.returncode == 4 and len(portal.tokens) == 2, "a token is renewed once for a call, not for ever"


def test_a_wait_of_hours_is_kept_for_every_artist(config: Settings) -> None:
    with Spotify(TODAY) as portal:
        portal.fail("/v1/albums/", "throttle", seconds=7_200)
        both = {"SPOTIFY_ARTIST_IDS": f"{PIG},{QUIET}"} | CREDENTIALS
        done = run(config, portal, "extract", "spotify", **both)
        assert done.returncode == 5 and "asks to wait 2.0 h" in done.stderr, done.stderr
        assert not portal.asked(f"/v1/artists/{QUIET}"), "the application is throttled, not the artist"
        portal.heal()
        portal.requests.clear()
        done = run(config, portal, "extract", "spotify", **both)
        assert (
            done.returncode == 5
            and done.stderr.count("asked to wait until") == done.stderr.count("failed: as above") == 1
            and not portal.requests
        )
        assert not (config.landing_dir / "spotify" / "catalogue").exists()


@pytest.mark.parametrize(
    ("pattern", "fault", "exit_code", "said"),
    [
        ("/v1/artists/.*/albums", {"kind": "page", "html": "<h1>Log in</h1>"}, 4, "a page instead of data"),
        ("/v1/albums/0albumlong$", {"kind": "status", "status": 500}, 5, "answered with 500"),
        ("/v1/tracks/", {"kind": "cut"}, 5, "the connection failed"),
        ("/api/token", {"kind": "status", "status": 200, "content": b"{}"}, 5, "an answer without a token"),
        ("/v1/artists/.*/albums", {"kind": "status", "status": 200, "content": b'{"items": 3}'}, 5, "no list in the answer"),
    ],
)
def test_half_a_catalogue_never_lands(
    config: Settings, pattern: str, fault: dict[str, object], exit_code: int, said: str
) -> None:
    with Spotify(TODAY) as portal:
        portal.fail(pattern, **fault)
        done = run(config, portal, "extract", "spotify", **CREDENTIALS)
        assert done.returncode == exit_code and said in done.stderr, done.stderr
        assert not (config.landing_dir / "spotify" / "catalogue").exists()


def test_no_secret_is_kept_or_told(config: Settings, screen: str) -> None:
    with Spotify(TODAY) as portal:
        log_in(config, portal, screen)
        portal.artists[PIG]["href"] = f"{portal.url}/v1/artists/{PIG}?access_token=canary-token-in-an-address"
        done = run(config, portal, "--debug", "extract", "spotify", **CREDENTIALS)
        assert done.returncode == 0, done.stderr
        told = done.stdout + done.stderr
    for canary in ("canary-cookie", "canary-token", CLIENT, SECRET, PASSWORD):
        assert canary not in told
        for path in config.data_dir.rglob("*"):
            kept = path.is_file() and "profile" not in path.parts
            assert not kept or canary.encode() not in path.read_bytes(), (canary, path)
    assert rows(config, "spotify", "audience_daily", "date")[-1] == (str(TODAY - timedelta(days=2)),)
    assert rows(config, "spotify", "catalogue", "href")[0] == (f"{portal.url}/v1/artists/{PIG}?access_token=***",)


def test_marts_say_what_spotify_knows(config: Settings, built: Build, screen: str) -> None:
    with Spotify(TODAY) as portal:
        log_in(config, portal, screen)
        done = run(config, portal, "extract", "spotify", **CREDENTIALS)
        assert done.returncode == 0, done.stderr
        year = sorted(portal.days.items())[-365:]
    with built(TODAY, "artists", "tracks", "track_artists", "spotify_audience_daily") as con:
        con.execute("set schema = 'marts'")
        tracks = con.execute(
            "select isrc, title, upc, release_type, duration_seconds, release_date from tracks where isrc is not null order by 1"
        ).fetchall()
        assert tracks == [
            ("QZABC1900004", "TAPE", "199000000003", "single", 91, None),
            ("QZABC2400005", "WITHDRAWN", "199000000004", "single", 61, date(2024, 1, 1)),
            ("QZABC2500001", "NEON DRIFT", "199000000001", "single", 183, date(2025, 1, 17)),
            ("QZABC2500002", "GLASS TOWER", "199000000002", "album", 201, date(2025, 6, 6)),
            ("QZABC2500003", "GONE", "199000000002", "album", 60, date(2025, 6, 6)),
        ]
        credits = (
            "select artist_name, role_type from track_artists join artists using (artist_id) where track_id = 'QZABC2500001'"
        )
        assert set(con.execute(credits).fetchall()) == {("PIG1987", "primary"), ("IWARY", "featured")}
        audience = (
            "select artist_id, count(*), sum(streams), min(stream_date), max(stream_date) from spotify_audience_daily group by 1"
        )
        assert con.execute(audience).fetchall() == [(1, 365, sum(n for _, n in year), year[0][0], year[-1][0])]

"""Names of files: what a second download adds is no part of account, table or time; what nothing names is asked for."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from support.commands import cli, land, rows, timeline
from support.ledgers import ledger_a, sale
from support.trials import TRIALS, copied, zip_of, zip_with

from common.settings import Settings
from loaders.landing import quarantine
from loaders.landing.file_names import plain_name

OVERVIEW = "tk02_dup1__Overview.csv"
CHANNEL, VIDEO = "UCaaaaaaaaaaaaaaaaaaaa-2", "aaaaaaaaa-2"
AUDIENCE = b"date,listeners,streams,followers\n2025-05-01,1,11,3\n"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Overview_2025-05-28_1748690000_zone.a0 2.zip", "Overview_2025-05-28_1748690000_zone.a0.zip"),
        ("Overview_2025-05-28_1748690000_zone.a0 2", "Overview_2025-05-28_1748690000_zone.a0"),
        ("Overview_2025-05-28_1748690000_pig1987 (1).zip", "Overview_2025-05-28_1748690000_pig1987.zip"),
        ("05-2025-12345 (1).csv", "05-2025-12345.csv"),
        ("05-2025-12345(12).csv", "05-2025-12345.csv"),
        ("05-2025-12345.csv", "05-2025-12345.csv"),
        ("PIG1987-audience-timeline-2.csv", "PIG1987-audience-timeline.csv"),
        ("PIG1987-audience-timeline copy.csv", "PIG1987-audience-timeline.csv"),
        ("PIG1987-audience-timeline copy 3.csv", "PIG1987-audience-timeline.csv"),
        ("PIG1987-audience-timeline - Copy.csv", "PIG1987-audience-timeline.csv"),
        ("PIG1987-audience-timeline - Copy (2).csv", "PIG1987-audience-timeline.csv"),
        ("PIG1987-audience-timeline – Kopie.csv".replace("–", "-"), "PIG1987-audience-timeline.csv"),
        ("insights_daily_20250101_20250131.json", "insights_daily_20250101_20250131.json"),
        ("insights_daily_20250101_20250131 2 (1).json", "insights_daily_20250101_20250131.json"),
        ("Label-Campaigns-May-1-2025-May-31-2025.csv", "Label-Campaigns-May-1-2025-May-31-2025.csv"),
        ("dk_bank_details_20250529_101500.tsv", "dk_bank_details_20250529_101500.tsv"),
        ("2025-05-12_transaction_download.csv", "2025-05-12_transaction_download.csv"),
        ("ledger-2025-05-12.csv", "ledger-2025-05-12.csv"),
        ("dk_bank_details_20250529_101500 (20260704T101010Z).tsv", "dk_bank_details_20250529_101500.tsv"),
        ("PIG1987-audience-timeline (20260704T101010Z 2).csv", "PIG1987-audience-timeline.csv"),
        ("(1).csv", "(1).csv"),
    ],
)
def test_what_a_second_download_adds_is_no_part_of_a_name(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@pytest.mark.parametrize("added", [" (1)", " 2", "-2", " copy", " copy 2", " - Copy", " - Copy (2)", "(3)"])
def test_a_second_download_is_the_same_export_of_the_same_account(config: Settings, box: Path, added: str) -> None:
    stem = "Overview_2025-05-28_1748690000_zone.a0"
    assert land(config, zip_of(box, f"{stem}.zip", OVERVIEW))[0].rows == 3
    assert land(config, zip_of(box, f"{stem}{added}.zip", OVERVIEW))[0].status == "unchanged"
    named = rows(config, "tiktok", "overview", "distinct _account, _name_handle, _name_first_day, _extracted_at")
    assert named == [("zone.a0", "zone.a0", "2025-05-28", datetime(2025, 5, 31, 11, 13, 20))]


def test_trials_of_doubled_zips_are_each_their_handles(config: Settings, box: Path) -> None:
    zip_of(box, "Overview_2025-05-28_1748690000_pig1987 (1).zip", OVERVIEW)
    zip_of(box, "Overview_2025-05-28_1748690001_zone.a0 2.zip", "tk03_mac_dup__Overview.csv")
    assert [one.status for one in land(config, box)] == ["landed", "landed"]
    assert rows(config, "tiktok", "overview", "distinct _account") == [("pig1987",), ("zone.a0",)]


def test_an_unpacked_zip_is_a_folder_of_its_name(config: Settings, box: Path) -> None:
    folder = box / "Overview_2025-05-28_1748690000_zone.a0 2"
    folder.mkdir()
    (folder / "Overview.csv").write_bytes((TRIALS / "tiktok" / OVERVIEW).read_bytes())
    assert land(config, folder)[0].rows == 3
    assert rows(config, "tiktok", "overview", "distinct _account, _covers_from") == [("zone.a0", date(2025, 5, 28))]


def test_each_artists_second_timeline_is_the_artists(config: Settings, box: Path) -> None:
    for artist in ("PIG1987", "ZONE A0"):
        copied(box, f"{artist}-audience-timeline-2.csv")
    assert [one.status for one in land(config, box)] == ["landed", "landed"]
    landed = rows(config, "spotify", "audience_daily", "_account, _name_artist, streams")
    assert sorted(landed) == [("PIG1987", "PIG1987", "11"), ("ZONE A0", "ZONE A0", "99")]


@pytest.mark.parametrize("added", ["", " (1)", " 2", "-2", " copy", " - Copy"])
def test_every_sources_names_are_read_alike(config: Settings, box: Path, added: str) -> None:
    files = {
        f"05-2025-12345{added}.csv": b"Store,Net\nSpotify,0.05\n",
        f"PIG1987-songs-1year{added}.csv": b"song,listeners,streams,saves,release_date\nA,1,2,3,2025-01-01\n",
        f"GLASS CITY-timeline{added}.csv": b"date,streams\n2025-05-01,2\n",
        f"insights_daily_20250501_20250531{added}.json": json.dumps(
            [{"campaign_id": "1", "spend": "2", "date_start": "2025-05-02", "date_stop": "2025-05-02"}]
        ).encode(),
        f"youtube_channel_daily_{CHANNEL}{added}.json": report(),
        f"youtube_video_daily_{CHANNEL}_{VIDEO}{added}.json": report(),
        f"dk_bank_details_20250529_101500{added}.tsv": ledger_a([sale("2025-03-29", "2025-01")]),
    }
    for name, content in files.items():
        (box / name).write_bytes(content)
    assert {one.status for one in land(config, box)} == {"landed"}
    assert rows(config, "toolost", "sales", "_name_month") == [("2025-05",)]
    assert rows(config, "spotify", "songs", "_account, _name_window") == [("PIG1987", "1year")]
    assert rows(config, "spotify", "song_daily", "_name_song") == [("GLASS CITY",)]
    assert rows(config, "meta_ads", "insights_daily", "_name_window") == [("2025-05-01/2025-05-31",)]
    assert rows(config, "youtube", "channel_daily", "_account") == [(CHANNEL,)]
    assert rows(config, "youtube", "video_daily", "_account") == [(f"{CHANNEL}/{VIDEO}",)]
    assert timeline(config, "distrokid", "bank_details")[0].extracted_at == datetime(2025, 5, 29, 10, 15)


def report() -> bytes:
    headers = [{"name": "day", "columnType": "DIMENSION"}, {"name": "views", "columnType": "METRIC"}]
    return json.dumps({"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers, "rows": [["2025-05-18", 1]]}).encode()


def test_a_release_is_read_in_an_answers_name_and_no_suffix_for_one(config: Settings, box: Path) -> None:
    answer = b'{"streams":[{"date":"2025-05-17","streams":"1204"}],"discovery":[]}'
    for name in ("spotify_release=_1.json", "spotify_release= (1).json", "spotify_release=-2.json", "release=.json"):
        (box / name).write_bytes(answer)
        assert land(config, box / name)[0].status in ("landed", "unchanged"), name
    (box / "spotify_release=881.json").write_bytes(answer)
    assert "limited to one release" in land(config, box / "spotify_release=881.json")[0].reason


NOBODYS = {
    "audience": ("timeline.csv", AUDIENCE),
    "songs": ("songs.csv", b"song,listeners,streams,saves,release_date\nA,1,2,3,2025-01-01\n"),
    "playlists": ("playlists.csv", b"title,author,listeners,streams,date_added\nA,b,1,2,2025-01-01\n"),
    "TikTok without its zip": ("FollowerGender.csv", b'"Gender","Distribution"\n"Male","0.5"\n'),
    "YouTube": ("daily.json", report()),
}


@pytest.mark.parametrize("case", NOBODYS)
def test_an_export_of_one_account_that_nothing_names_is_asked_about(config: Settings, box: Path, case: str) -> None:
    name, content = NOBODYS[case]
    (box / name).write_bytes(content)
    refused = land(config, box)[0]
    assert refused.status == "quarantined" and "--account" in refused.reason and "\n" not in refused.reason
    again = cli(config.data_dir, "quarantine", "retry", refused.quarantine_id, "--account", "somebody")
    assert again.returncode == 0 and again.stdout.startswith("landed 1 row"), again.stderr
    assert not quarantine.entries(config)
    assert land(config, box / name, account="somebody")[0].status == "unchanged"


def test_a_copy_from_the_inboxs_done_is_not_as_new_as_its_own_name(config: Settings, box: Path) -> None:
    (box / "dk_bank_details (20260704T101010Z).tsv").write_bytes(ledger_a([sale("2025-03-29", "2025-01")]))
    land(config, box)
    assert timeline(config, "distrokid", "bank_details")[0].extracted_at == datetime(2025, 3, 29)


def test_a_name_that_a_zip_states_names_the_account_of_a_small_section(config: Settings, box: Path) -> None:
    path = zip_with(box, "Followers_pig1987 (2).zip", {"FollowerGender.csv": b'"Gender","Distribution"\n"Male","0.5"\n'})
    assert land(config, path)[0].status == "landed"
    assert rows(config, "tiktok", "follower_gender", "_account") == [("pig1987",)]

"""Files as people have them are recognised: empty exports, other languages, older headers, spreadsheets' additions."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import land, ledger_b, rows, sale
from trials import copied, zip_of, zip_with

from loaders import quarantine
from loaders.settings import Settings
from loaders.sources import all_tables

FOLLOWERS = ("FollowerActivity", "FollowerGender", "FollowerHistory", "FollowerTopTerritories")
MAY_BE_EMPTY = {
    "bank.card", "bank.checking", "conversions.pixel", "conversions.promo", "conversions.utm", "meta_ads.manager_daily",
    "meta_ads.manager_window", "spotify.audience_daily", "spotify.playlists", "spotify.song_daily", "spotify.songs",
    "submithub.links", "submithub.submissions", "tiktok.content", "tiktok.follower_activity", "tiktok.follower_gender",
    "tiktok.follower_history", "tiktok.follower_top_territories", "tiktok.viewers", "toolost.sales",
}  # fmt: skip


def test_which_tables_exports_may_have_a_header_alone() -> None:
    assert {table.label for table in all_tables() if table.may_be_empty} == MAY_BE_EMPTY


def test_a_small_accounts_sections_without_rows_are_ignored_and_named(config: Settings, box: Path) -> None:
    path = zip_of(box, "Followers_pig1987.zip", *(f"tk09_followers_hdronly__{section}.csv" for section in FOLLOWERS))
    (path).replace(target := box / "Followers_pig1987 (1).zip")
    found = {one.file_name.rpartition("/")[2]: one for one in land(config, target)}
    assert [found[f"{section}.csv"].status for section in FOLLOWERS] == ["ignored", "ignored", "landed", "ignored"]
    assert found["FollowerGender.csv"].reason == "a header without rows for tiktok.follower_gender: an empty export"
    assert not quarantine.entries(config)
    assert rows(config, "tiktok", "follower_history", '_account, "Followers"') == [("pig1987", "5"), ("pig1987", "6")]


EMPTY = {
    "transaction_download.csv": "Transaction Date,Posted Date,Card No.,Description,Category,Debit,Credit",
    "360.csv": "Account Number,Transaction Description,Transaction Date,Transaction Type,Transaction Amount,Balance",
    "promo.csv": "order_id,ordered_at,promo_code,net_amount,currency,status",
    "A-Campaigns-May.csv": "Reporting starts,Reporting ends,Campaign name,Amount spent (USD)",
    "PIG1987-songs-1year.csv": "song,listeners,streams,saves,release_date",
    "GLASS CITY-timeline.csv": "date,streams",
    "submithub.csv": "Song,Campaign url,Outlet,Action,Sent",
    "links.csv": "date,link,service,clicks",
    "05-2025-12345.csv": "Store,Net",
}


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_header_without_rows_is_an_empty_export_where_there_may_be_one(config: Settings, box: Path, end: str) -> None:
    for name, header in EMPTY.items():
        (box / name).write_bytes((header + end).encode())
    outcomes = land(config, box)
    assert [(one.file_name, one.status) for one in outcomes] == [(f"box/{name}", "ignored") for name in sorted(EMPTY)]
    assert not quarantine.entries(config)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("track_catalog_royalty_splits.csv", "artist,title,royalty_percentage"),
        ("tidy_daily_streams.csv", "date,spotify_streams,apple_streams,combined_streams,source"),
        ("capitol_one_purchases.csv", "Date,Description,Amount,Category,Status,CardLast4"),
    ],
)
def test_a_whole_truth_without_rows_stays_refused(config: Settings, box: Path, name: str, header: str) -> None:
    (box / name).write_text(header)
    assert "a header and no lines" in land(config, box)[0].reason


def test_an_overview_without_rows_stays_refused(config: Settings, box: Path) -> None:
    header = b'"Date","Video Views","Profile Views","Likes","Comments","Shares"'
    path = zip_with(box, "Overview_2025-05-28_1748690000_a.zip", {"Overview.csv": header})
    assert "a header and no lines" in land(config, path)[0].reason


LEDGER_ENDS = ("\n", "\r\n", "\r")


@pytest.mark.parametrize("end", LEDGER_ENDS)
@pytest.mark.parametrize("first", ["", "sep=,", '"sep=,"', "SEP=,,,,", "\n", "\nsep=,\n"])
def test_a_spreadsheets_first_lines_are_skipped(config: Settings, box: Path, first: str, end: str) -> None:
    text = (first + "\n" if first else "") + ledger_b([sale("2025-03-29", "2025-01"), sale("2025-03-29", "2025-02")]).decode()
    (box / "dk_bank_details.csv").write_bytes(text.replace("\n", end).encode())
    assert (outcome := land(config, box)[0]).status == "landed" and outcome.rows == 2
    assert rows(config, "distrokid", "bank_details", '"Sale Month", _row_number') == [("2025-01", 1), ("2025-02", 2)]


def test_the_trial_of_a_separator_line(config: Settings, box: Path) -> None:
    copied(box, "dk06_sep_line.csv")
    assert land(config, box)[0].rows == 1
    assert rows(config, "distrokid", "bank_details", '"Store", "Earnings (USD)"') == [("Spotify", "0.05")]


def test_a_separator_line_states_the_delimiter_of_any_text(config: Settings, box: Path) -> None:
    (box / "PIG1987-audience-timeline.csv").write_bytes(
        b"\xef\xbb\xbfsep=;\r\ndate;listeners;streams;followers\r\n2025-05-01;1;2;3\r\n"
    )
    (box / "card.csv").write_text(f"sep=,\n{EMPTY['transaction_download.csv']}\n2025-05-03,2025-05-05,1234,A,M,5.00,\n")
    (box / "360.csv").write_text(f"sep=,\n{EMPTY['360.csv']}\n123456789,A,10/10/24,Debit,9.99,5012.98\n")
    assert [one.rows for one in land(config, box)] == [1, 1, 1]


def test_a_separator_line_counts_in_messages_about_lines(config: Settings, box: Path) -> None:
    (box / "card.csv").write_text(f"sep=,\n{EMPTY['transaction_download.csv']}\n2025-05-03,2025\n")
    assert "line 3 has 2 fields, the header 7" in land(config, box)[0].reason


def test_blank_rows_below_the_data_are_none(config: Settings, box: Path) -> None:
    copied(box, "bk06_trailing_blank_rows.csv")
    assert [(one.status, one.rows) for one in land(config, box)] == [("landed", 1)]
    assert rows(config, "bank", "card", '_account, "Description"') == [("1116", "SPLICE")]


@pytest.mark.parametrize("end", LEDGER_ENDS)
@pytest.mark.parametrize("blank", [",,,,,,,,,,,,,,\n", ",".join(['""'] * 15) + "\n", "\n"])
def test_blank_rows_land_in_no_table(config: Settings, box: Path, blank: str, end: str) -> None:
    header, one, two, _ = ledger_b([sale("2025-03-29", "2025-01"), sale("2025-03-29", "2025-02")]).decode().split("\n")
    text = f"{header}\n{one}\n{blank}{two}\n{blank}{blank}"
    (box / "dk_bank_details.csv").write_bytes(text.replace("\n", end).encode())
    assert land(config, box)[0].rows == 2
    plain = box.with_name("plain")
    plain.mkdir()
    (plain / "dk_bank_details.csv").write_bytes(f"{header}\n{one}\n{two}\n".encode())
    assert land(config, plain)[0].status == "unchanged", "blank rows are no part of the content"

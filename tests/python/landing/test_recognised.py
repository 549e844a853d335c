"""Files as people have them are recognised: empty exports, other languages, older headers, spreadsheets' additions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from babel import Locale
from support.commands import land, rows
from support.ledgers import ledger_b, sale
from support.trials import TRIALS, copied, zip_of, zip_with

from common.settings import Settings
from loaders.landing import quarantine
from loaders.landing.languages import APPS
from loaders.registry import all_tables
from loaders.tiktok import LANGUAGES, is_day

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


FOREIGN = {
    "am05_german.csv": ("Ads Manager", None),
    "am26_french_semicolon.csv": ("Ads Manager", None),
    "am27_spanish.csv": ("Ads Manager", None),
    "tiktok/tk06_header_sv__Overview.csv": ("TikTok", "Overview_2025-05-28_1748690000_hsv.zip"),
}


@pytest.mark.parametrize("trial", FOREIGN)
def test_an_export_in_another_language_is_named_as_one(config: Settings, box: Path, trial: str) -> None:
    app, in_zip = FOREIGN[trial]
    path = zip_of(box, in_zip, trial.partition("/")[2]) if in_zip else copied(box, trial)
    refused = land(config, path)[0]
    assert refused.status == "quarantined" and "\n" not in refused.reason
    assert f"{app}'s export in another language" in refused.reason
    assert f"Set the language of {app} to English, and export it again." in refused.reason


HEADERS_ABROAD = {
    "spotify, German": ("spotify", "Datum,Hörer*innen,Streams,Follower*innen"),
    "spotify, French": ("spotify", "date,auditeurs,écoutes,abonnés"),
    "spotify, Spanish, semicolons": ("spotify", "canción;oyentes;reproducciones;guardados;fecha_lanzamiento"),
    "spotify, Japanese": ("spotify", "日付,リスナー,ストリーム数,フォロワー"),
    "tiktok, German": ("tiktok", "Datum,Videoaufrufe,Profilaufrufe,Likes,Kommentare,Geteilte Inhalte"),
    "tiktok, Portuguese": ("tiktok", "Data,Visualizações de vídeo,Visualizações do perfil,Curtidas,Comentários,Compartilhamentos"),
    "tiktok, Russian": ("tiktok", "Дата,Просмотры видео,Просмотры профиля,Лайки,Комментарии,Репосты"),
    "tiktok, Vietnamese": ("tiktok", "Ngày,Lượt xem video,Lượt xem hồ sơ,Lượt thích,Bình luận,Lượt chia sẻ"),
    "Ads Manager, Italian": ("meta_ads", "Inizio segnalazione,Fine segnalazione,Nome della campagna,Importo speso (EUR)"),
    "Ads Manager, Swedish": ("meta_ads", "Rapporteringen startar,Rapporteringen slutar,Kampanjnamn,Spenderat belopp (SEK)"),
    "Ads Manager, ad sets in Dutch": ("meta_ads", "Rapportage start,Rapportage eindigt,Naam advertentieset,Besteed bedrag (EUR),Campagnenaam"),
    "Ads Manager, Portuguese": ("meta_ads", "Início dos relatórios,Término dos relatórios,Nome da campanha,Valor usado (BRL)"),
}  # fmt: skip


@pytest.mark.parametrize("case", HEADERS_ABROAD)
def test_headers_of_other_languages_are_known_under_any_name(config: Settings, box: Path, case: str) -> None:
    source, header = HEADERS_ABROAD[case]
    (box / "x.csv").write_text(f"{header}\n{',' * header.count(',')}{';' * header.count(';')}\n", encoding="utf-8")
    refused = land(config, box)[0]
    assert f"{APPS[source]}'s export in another language" in refused.reason


def test_a_name_of_a_translated_export_says_what_to_set(config: Settings, box: Path) -> None:
    (box / "NEON DRIFT-timeline.csv").write_text("päivämäärä,toistot\n2025-05-01,3\n", encoding="utf-8")
    assert land(config, box)[0].reason.endswith("Set the language of Spotify for Artists to English, and export it again.")


@pytest.mark.parametrize(
    "header",
    [
        "Date,Video title,Views,Comments",
        "Datum;Betrag (EUR);Text",
        "Tag,Titel,Streams",
        "date,campaign,cost (USD)",
        "Account,Amount spent",
    ],
)
def test_other_tables_in_a_folder_are_no_exports_in_another_language(config: Settings, box: Path, header: str) -> None:
    (box / "x.csv").write_text(f"{header}\n")
    assert land(config, box)[0].status == "ignored"


LACKING = {
    "am21_ads_tab_no_campaign_name.csv": "columns missing for meta_ads.manager_daily: Campaign name. Add it in Ads Manager",
    "am22_adsets_tab_no_campaign_name.csv": "columns missing for meta_ads.manager_daily: Campaign name. Add it in Ads Manager",
    "am25_no_reporting_columns.csv": (
        "columns missing for meta_ads.manager_daily: Reporting starts, Reporting ends. Add them in Ads Manager"
    ),
    "am13_two_spend_columns.csv": (
        "the same spend in several columns: Amount spent (USD), Amount spent (EUR). Keep the one in the ad account's own currency "
        "and leave out the others in Ads Manager"
    ),
    "bk09_checking_without_account_number.csv": (
        "columns missing for bank.checking: Account Number. Every known export has it: choose all columns where the site lets you "
        "choose, and land the file as it was downloaded."
    ),
}  # fmt: skip


@pytest.mark.parametrize("trial", LACKING)
def test_what_lacks_is_named_on_one_line_and_the_rest_of_the_folder_lands(config: Settings, box: Path, trial: str) -> None:
    copied(box, trial)
    copied(box, "bk06_trailing_blank_rows.csv", "z.csv")
    refused, other = land(config, box)
    assert refused.status == "quarantined" and LACKING[trial] in refused.reason and "\n" not in refused.reason
    assert (other.status, other.rows) == ("landed", 1)


def test_an_older_ledger_lands_without_what_it_does_not_state(config: Settings, box: Path) -> None:
    copied(box, "dk22b_without_team_percentage.tsv")
    assert land(config, box)[0].rows == 1
    assert rows(config, "distrokid", "bank_details", '"Team Percentage", "Earnings (USD)"') == [(None, "1")]


def test_an_edited_ledger_stays_refused(config: Settings, box: Path) -> None:
    text = (TRIALS / "dk22b_without_team_percentage.tsv").read_text()
    (box / "dk_bank_details.tsv").write_text(text.replace("Quantity\t", "").replace("\t10\t", "\t"))
    assert "columns missing for distrokid.bank_details: Quantity" in land(config, box)[0].reason


def test_days_whose_months_are_not_the_zips_are_refused(config: Settings, box: Path) -> None:
    refused = land(config, zip_of(box, "Overview_2025-05-28_1748690000_lviw.zip", "tk05_vi_wrong__Overview.csv"))[0]
    assert "row 1 is '28 tháng Chín', expected May 28, 2025" in refused.reason


def test_days_in_vietnamese_words_are_read(config: Settings, box: Path) -> None:
    text = (TRIALS / "tiktok" / "tk05_vi_wrong__Overview.csv").read_bytes().replace("Chín".encode(), "Năm".encode())
    assert land(config, zip_with(box, "Overview_2025-05-28_1748690000_lviw.zip", {"Overview.csv": text}))[0].rows == 2


def test_every_month_is_read_in_every_language_as_itself_alone() -> None:
    for language in LANGUAGES:
        months = Locale.parse(language).months["format"]["wide"]
        for month, name in months.items():
            taken = {one for one in range(1, 13) if is_day(f"15 {name}", date(2025, one, 15))}
            assert month in taken and len(taken) <= 2, (language, name, taken)


def test_contents_with_video_views_land_as_contents(config: Settings, box: Path) -> None:
    assert land(config, zip_of(box, "Content_zone.a0.zip", "tk15b_content_video_views__Content.csv"))[0].rows == 1
    assert rows(config, "tiktok", "content", '_account, "Video title", "Video views", "Total views"') == [
        ("zone.a0", "a", "5", None)
    ]


def test_viewers_of_a_day_that_is_not_finished_land_as_sent(config: Settings, box: Path) -> None:
    assert land(config, zip_of(box, "Viewers_pig1987.zip", "tk13_viewers_undefined__Viewers.csv"))[0].rows == 2
    assert rows(config, "tiktok", "viewers", '"Total Viewers", _covers_to')[1] == ("undefined", date(2025, 5, 31))


def test_a_doubled_sales_report_is_the_months_report(config: Settings, box: Path) -> None:
    copied(box, "tl02__05-2025-12345 (1).csv")
    assert land(config, box)[0].rows == 1
    assert rows(config, "toolost", "sales", '_name_month, "Net"') == [("2025-05", "0.05")]

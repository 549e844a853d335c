"""Bad input is normal: a specific one-line error, exit 6, the bytes in quarantine, nothing landed, nothing lost."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from support.commands import cli, land, rows, timeline
from support.ledgers import GENERATION_A, ledger_a, ledger_b, sale

from common.settings import Settings
from loaders.landing import quarantine

LINES = [sale("2025-03-29", "2025-01", quantity=str(number)) for number in range(1, 40)]
GOOD = ledger_a(LINES)
LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Upload &amp; sell your music</title></head><body>Log in</body></html>"


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name, content in members:
            bundle.writestr(name, content)
    return buffer.getvalue()


def squeezed(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("a.csv", content)
    return buffer.getvalue()


def renamed(old: str, new: str) -> bytes:
    return ledger_a([line | {new: line[old]} for line in LINES], [new if name == old else name for name in GENERATION_A])


BAD: dict[str, tuple[str, bytes, str]] = {
    "login page saved as a ledger": ("dk_bank_details.tsv", LOGIN_PAGE, "an HTML page ('Upload & sell your music') without data"),
    "login page saved as a statistics page": ("streams_stats_20250529_101500.html", LOGIN_PAGE, "without data: a login page"),
    "empty file": ("dk_bank_details.tsv", b"", "an empty file"),
    "header without lines": ("dk_bank_details.tsv", ledger_a([]), "a header and no lines"),
    "truncated zip": ("Overview_2025-05-28_1748390400_a.zip", zipped(("Overview.csv", b"x" * 5000))[:3000], "damaged or truncated zip"),
    "zip that climbs out": ("x.zip", zipped(("Overview.csv", b"x"), ("../../evil.csv", b"x")), "unsafe member '../../evil.csv'"),
    "zip with an absolute name": ("x.zip", zipped(("/etc/evil.csv", b"x")), "unsafe member '/etc/evil.csv'"),
    "wrong delimiter": ("dk_bank_details.tsv", GOOD.replace(b"\t", b";"), "separated by a semicolon, distrokid.bank_details by a tab or a comma"),
    "missing column": ("dk_bank_details.tsv", ledger_a(LINES, [n for n in GENERATION_A if n != "ISRC"]), "columns missing for distrokid.bank_details: ISRC"),
    "renamed column": ("dk_bank_details.tsv", renamed("Sale Month", "Month of sale"), "Sale Month (instead there: Month of sale)"),
    "doubled column": ("dk_bank_details.tsv", ledger_a(LINES, [*GENERATION_A, "ISRC"]), "columns twice in the header: ISRC"),
    "NUL bytes": ("dk_bank_details.tsv", GOOD.replace(b"NEON", b"NE\0N", 1), "NUL bytes at offset"),
    "NUL bytes far inside": ("dk_bank_details.tsv", ledger_a(LINES * 40) + b"\0\r", "NUL bytes at offset"),
    "line cut short": ("dk_bank_details.tsv", GOOD[:-40], "line 40 has 7 fields, the header 13"),
    "line too long": ("dk_bank_details.csv", ledger_b(LINES) + b'"a","b"\n', "line 41 has 2 fields, the header 15"),
    "no readable date": ("dk_bank_details.tsv", GOOD.replace(b"2025-03-29", b"29/03/2025"), "no date that can be read in column 'Reporting Date'"),
    "truncated JSON": ("toolost_spotify_20250529_101500.json", b'{"streams":[{"date":"2025-05-17","str', "ends in the middle"),
    "statistics page without the daily series": (
        "streams_stats_20250529_101500.html",
        b'<html><script>AmCharts.makeChart("trendWeekly", {"dataProvider": [{"category": "2025-05-19","column-1": 1}]})</script></html>',
        "no daily series (trend365day)",
    ),
    "statistics page filtered to a track": (
        "streams_stats_20250529_101500.html",
        b'<html><select class="trendingFilterTracks"><option value="1">A</option><option value="2" selected>GLASS CITY</option></select>'
        b'<script>AmCharts.makeChart("trend365day", {"dataProvider": [{"category": "2025-05-19","column-1": 1}]})</script></html>',
        "filtered to 'GLASS CITY'",
    ),
    "days out of step": (
        "Overview_2025-05-28_1748390400_zone.a0.zip",
        zipped(("Overview.csv", b'"Date","Video Views","Profile Views","Likes","Comments","Shares"\n"May 28","1","1","1","1","1"\n"May 30","1","1","1","1","1"')),
        "row 2 is 'May 30', expected May 29, 2025",
    ),
    "leap day in a common year": (
        "Overview_2025-02-28_1748390400_zone.a0.zip",
        zipped(("Overview.csv", b'"Date","Video Views","Profile Views","Likes","Comments","Shares"\n"February 28","1","1","1","1","1"\n"February 29","1","1","1","1","1"')),
        "expected March 1, 2025",
    ),
    "statistics page cut short": (
        "streams_stats_20250529_101500.html",
        b'<html>AmCharts.makeChart("trend365day",{"dataProvider": [{"category": "2025-05-18","column-1": 120},',
        "a chart ends in the middle",
    ),
    "statistics page with broken data": (
        "streams_stats_20250529_101500.html", b'<html>AmCharts.makeChart("trend365day",{"dataProvider": [oops]})', "holds something else",
    ),
    "Apple page without its object": ("applemusic_stats_1.html", b"<html>var chartData = ;</html>", "holds something else"),
    "Apple page with other data": (
        "applemusic_stats_1.html", b'<html>var chartData = {"last365days":{"dataProvider":[1,2]}};</html>', "holds something else",
    ),
    "answer with other rows": ("toolost_apple_1.json", b'{"totalStreams":[1,2]}', "begins like an answer of toolost"),
    "answer of an error": (
        "account.json", b'{"error":{"message":"Invalid OAuth access token","code":190}}', "named like an export of meta_ads, but JSON",
    ),
    "zip bomb": ("bomb.zip", squeezed(b"0" * 30_000_000), "packed beyond what data packs to"),
    "Excel workbook": ("dk_bank_details.csv", zipped(("[Content_Types].xml", b"x")), "an Excel workbook; save it as CSV"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_quarantined_with_its_reason_and_nothing_lands(config: Settings, box: Path, case: str) -> None:
    name, content, reason = BAD[case]
    (box / name).write_bytes(content)
    outcomes = land(config, box / name)
    assert [one.status for one in outcomes] == ["quarantined"]
    assert reason in outcomes[0].reason
    assert "\n" not in outcomes[0].reason
    assert not list(config.landing_dir.rglob("2*.parquet"))
    refused = quarantine.entries(config)[0]
    kept = (refused.folder(config) / refused.stored_as).read_bytes()
    assert kept == content or kept in content or zipfile.is_zipfile(box / name)
    assert config.quarantine_dir.stat().st_mode & 0o777 == 0o700


def test_the_command_ends_with_6_and_one_line_and_lands_the_rest(config: Settings, box: Path) -> None:
    (box / "dk_bank_details_1.tsv").write_bytes(b"")
    (box / "dk_bank_details_2.tsv").write_bytes(GOOD)
    (box / "notes.txt").write_text("buy milk")
    ended = cli(config.data_dir, "land", str(box))
    assert ended.returncode == 6
    assert ended.stderr.count("\n") == 1 and ended.stderr.startswith("quarantined: box/dk_bank_details_1.tsv: ")
    assert "landed 39 rows  box/dk_bank_details_2.tsv" in ended.stdout
    assert "ignored  box/notes.txt" in ended.stdout


def test_refusing_a_file_twice_keeps_one_entry(config: Settings, box: Path) -> None:
    (box / "dk_bank_details.tsv").write_bytes(b"")
    land(config, box)
    land(config, box)
    assert len(quarantine.entries(config)) == 1


def test_a_file_named_directly_that_no_source_knows_is_quarantined(config: Settings, box: Path) -> None:
    (box / "notes.txt").write_text("buy milk")
    assert land(config, box / "notes.txt")[0].status == "quarantined"
    assert land(config, box)[0].status == "ignored"


@pytest.mark.parametrize(
    "arguments", [("land", "nowhere"), ("land", "{empty}"), ("land", "distrokid"), ("quarantine", "retry", "x")]
)
def test_wrong_use_ends_with_2(config: Settings, box: Path, arguments: tuple[str, ...]) -> None:
    ended = cli(config.data_dir, *(argument.replace("{empty}", str(box)) for argument in arguments))
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: ") and ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("land", "distrokd", "x.tsv"),
            "neither a source nor a file or folder. Did you mean distrokid? There are: distrokid, toolost,",
        ),
        (("land", "Distrokid", "x.tsv"), "Did you mean distrokid?"),
        (("land", "nosource", "x.tsv"), "neither a source nor a file or folder. There are: distrokid, toolost,"),
        (("land", "distrokid", "x.tsv"), "x.tsv: no such file or folder."),
        (("extract", "spotfy"), "no such source. Did you mean spotify? There are: all,"),
        (("login", "spotfy"), "no such source. Did you mean spotify? There are: distrokid,"),
        (("compact", "mailchip"), "no such source. Did you mean mailchimp? There are: distrokid,"),
        (("replay", "mailchip"), "no such source. Did you mean mailchimp? There are: distrokid,"),
    ],
)
def test_a_source_that_there_is_not_is_told_with_those_that_there_are(
    config: Settings, arguments: tuple[str, ...], told: str
) -> None:
    config.data_dir.mkdir()
    ended = cli(config.data_dir, *arguments)
    assert ended.returncode == 2 and ended.stderr.startswith("error: ") and ended.stderr.count("\n") == 1
    assert told in ended.stderr


FULL = [
    sale(
        f"2025-{month:02d}-28",
        f"2024-{month:02d}",
        isrc=f"QZABC25000{track:02d}",
        quantity=str(track + 3),
        earnings=f"0.{track}2345678",
    )
    for month in range(1, 9)
    for track in range(5)
]


def later(change: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> bytes:
    return ledger_a(change([dict(line) for line in FULL]))


LOSSES = {
    "a filtered export": (later(lambda lines: [one for one in lines if one["ISRC"] == "QZABC2500001"]), "have no equal in the later file"),
    "another account's ledger": (later(lambda lines: [one | {"Quantity": "7", "Earnings (USD)": "0.5"} for one in lines]), "have no equal"),
    "an old line that is gone": (later(lambda lines: lines[1:]), "1 line of closed reporting dates"),
    "a track that earns nothing now": (
        later(lambda lines: [one | ({"Earnings (USD)": "0"} if one["ISRC"] == "QZABC2500000" else {}) for one in lines]),
        "of ISRC 'QZABC2500000' falls from",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LOSSES)
def test_a_replacement_that_takes_away_is_quarantined_until_accepted(config: Settings, box: Path, case: str) -> None:
    content, reason = LOSSES[case]
    (box / "dk_bank_details_20250901_000000.tsv").write_bytes(ledger_a(FULL))
    (box / "dk_bank_details_20250902_000000.tsv").write_bytes(content)
    first, second = land(config, box)
    assert first.status == "landed" and second.status == "quarantined"
    assert reason in second.reason
    assert len(timeline(config, "distrokid", "bank_details")) == 1
    assert cli(config.data_dir, "quarantine", "retry", second.quarantine_id).returncode == 6
    accepted = cli(config.data_dir, "quarantine", "accept", second.quarantine_id)
    assert accepted.returncode == 0 and accepted.stdout.startswith("landed ")
    assert not quarantine.entries(config)
    assert len(timeline(config, "distrokid", "bank_details")) == 2


def test_a_filtered_export_that_lands_first_is_found_when_the_full_one_comes(config: Settings, box: Path) -> None:
    (box / "dk_bank_details_20250902_000000.tsv").write_bytes(LOSSES["a filtered export"][0])
    (box / "dk_bank_details_20250901_000000.tsv").write_bytes(ledger_a(FULL))
    assert land(config, box / "dk_bank_details_20250902_000000.tsv")[0].status == "landed"
    assert land(config, box / "dk_bank_details_20250901_000000.tsv")[0].status == "quarantined"


def test_small_losses_in_the_last_reporting_dates_land(config: Settings, box: Path) -> None:
    (box / "dk_bank_details_20250901_000000.tsv").write_bytes(ledger_a(FULL))
    (box / "dk_bank_details_20250902_000000.tsv").write_bytes(ledger_a(FULL[:-1]))
    assert [one.status for one in land(config, box)] == ["landed", "landed"]


def test_the_change_of_header_generation_is_no_loss(config: Settings, box: Path) -> None:
    (box / "dk_bank_details_20250901_000000.tsv").write_bytes(ledger_a(FULL))
    (box / "dk_bank_details_20250902_000000.csv").write_bytes(ledger_b(FULL))
    assert [one.status for one in land(config, box)] == ["landed", "landed"]


def test_what_is_no_loss_can_not_be_accepted_and_discard_deletes_it(config: Settings, box: Path) -> None:
    (box / "dk_bank_details.tsv").write_bytes(b"")
    refused = land(config, box)[0]
    ended = cli(config.data_dir, "quarantine", "accept", refused.quarantine_id)
    assert ended.returncode == 2 and "Nothing in it can be accepted" in ended.stderr
    assert cli(config.data_dir, "quarantine", "discard", refused.quarantine_id).returncode == 0
    assert not quarantine.entries(config) and cli(config.data_dir, "quarantine", "list").stdout == "Quarantine is empty.\n"


def test_personal_data_of_pages_and_answers_is_never_stored(config: Settings, box: Path) -> None:
    canary = "someone.private@example.com"
    page = (
        f'<html><body>{canary}</body><script>var trend365day = AmCharts.makeChart("trend365day", {{"theme": "x", "dataProvider": '
        '[{"category": "2025-05-18","column-1": 120},{"category": "2025-05-19","column-1": 98},]})</script></html>'
    )
    (box / "streams_stats_20250521_101500.html").write_text(page)
    answer = {"data": {"getAccountAnalytics": {"overview": {"timeseries": [
        {"date": "2025-05-26", "totalViews": 31, "totalClicks": 16, "uniqueViews": 20, "uniqueClicks": 13, "clickThroughRate": 0.5161}
    ]}, "owner": canary}}}  # fmt: skip
    (box / "graphql_20250526_101500_000001.json").write_text(json.dumps(answer))
    (box / "graphql_20250526_101500_000002.json").write_text(json.dumps({"data": {"account": {"email": canary}}}))
    (box / "360_download.csv").write_text(
        "Account Number,Transaction Description,Transaction Date,Transaction Type,Transaction Amount,Balance\n"
        "36012345678,Deposit from DISTROKID,05/02/25,Credit,12.34,100.00\n"
    )
    statuses = {one.file_name.split("/")[-1]: one.status for one in land(config, box)}
    assert statuses == {
        "streams_stats_20250521_101500.html": "landed", "graphql_20250526_101500_000001.json": "landed",
        "graphql_20250526_101500_000002.json": "ignored", "360_download.csv": "landed",
    }  # fmt: skip
    stored = [path.read_bytes() for path in config.data_dir.rglob("*") if path.is_file()]
    assert not any(canary.encode() in content or b"36012345678" in content for content in stored)
    assert rows(config, "distrokid", "streams_daily", 'category, "column-1"') == [("2025-05-18", "120"), ("2025-05-19", "98")]
    assert rows(config, "bank", "checking", '"Account Number", _account') == [("5678", "5678")]

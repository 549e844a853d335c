"""The demo's files are what the platforms send, and its totals are what those files say when read on their own."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sys
import zipfile
from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import demo
from demo.generator import generate, ledger_lines
from demo.totals import Totals

LEDGERS = ("20250610", "20260112", "20260704")
MONTHS = {
    name: number
    for number, name in enumerate(
        "January February March April May June July August September October November December".split(), start=1
    )
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Totals]:
    folder = tmp_path_factory.mktemp("demo")
    return folder, generate(folder)


@pytest.fixture(scope="module")
def folder(made: tuple[Path, Totals]) -> Path:
    return made[0]


@pytest.fixture(scope="module")
def totals(made: tuple[Path, Totals]) -> Totals:
    return made[1]


def every_file(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def read_csv(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def read_json(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def ledger_path(folder: Path, day: str) -> Path:
    return folder / f"distrokid/dk_bank_details_{day}_090000.tsv"


def ledger_rows(folder: Path, day: str) -> list[dict[str, str]]:
    return read_csv(ledger_path(folder, day), "," if day == "20260704" else "\t")


def merge(extracts: list[dict]) -> dict:
    merged: dict = {}
    for extract in extracts:
        for day in [day for day in merged if min(extract) <= day <= max(extract)]:
            del merged[day]
        merged.update(extract)
    return merged


# ------------------------------------------------------------ the whole


def test_two_runs_are_byte_identical(folder: Path, tmp_path: Path) -> None:
    generate(tmp_path / "again")
    assert every_file(tmp_path / "again") == every_file(folder)


def test_another_seed_gives_other_figures(totals: Totals, tmp_path: Path) -> None:
    assert generate(tmp_path, seed=1).ledger.net_usd != totals.ledger.net_usd


def test_scale_multiplies_statement_lines_and_streams_but_not_the_small_files(totals: Totals, tmp_path: Path) -> None:
    three = generate(tmp_path, scale=3)
    assert 9_000 < totals.ledger.lines < 12_000
    assert 2.8 < three.ledger.lines / totals.ledger.lines < 3.2
    assert 2.8 < three.streams.total / totals.streams.total < 3.2
    assert three.streams.days == totals.streams.days
    assert (three.campaigns, three.expenses, three.tiktok, three.linktree, three.youtube, three.email) == (
        totals.campaigns, totals.expenses, totals.tiktok, totals.linktree, totals.youtube, totals.email,
    )  # fmt: skip


def test_totals_as_json_keep_every_digit(totals: Totals) -> None:
    stated = json.loads(totals.to_json())
    assert stated["as_of_date"] == "2026-07-05"
    assert Decimal(stated["ledger"]["net_usd"]) == totals.ledger.net_usd
    assert stated["campaigns"][0]["spend_usd"] == str(totals.campaigns[0].spend_usd)


def test_progress_names_each_source(tmp_path: Path) -> None:
    told: list[str] = []
    generate(tmp_path, progress=told.append)
    assert told[0] == "distrokid" and told[-1] == "bank"


def test_the_demo_needs_nothing_but_the_standard_library() -> None:
    for path in Path(demo.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.split(".")[0] in {*sys.stdlib_module_names, "demo"}, (path.name, name)


def test_personal_data_is_only_where_the_platforms_put_it(folder: Path, totals: Totals) -> None:
    for text in totals.never_stored:
        assert any(text.encode() in content for content in every_file(folder).values()), text


# ------------------------------------------------------------ DistroKid


def test_generation_a_has_lone_cr_tabs_no_quotes_and_eight_decimals(folder: Path) -> None:
    content = ledger_path(folder, "20250610").read_bytes()
    assert b"\n" not in content and b'"' not in content and content.endswith(b"\r") and content.isascii()
    lines = content.decode().split("\r")[:-1]
    assert {line.count("\t") for line in lines} == {12}
    assert lines[0].startswith("Reporting Date\tSale Month\tStore") and "Song/Album" in lines[0]
    assert all(re.fullmatch(r"-?[0-9]+\.[0-9]{8}", line.split("\t")[-1]) for line in lines[1:])


def test_generation_b_comes_in_tabs_and_in_quoted_commas_with_twelve_decimals(folder: Path) -> None:
    tabs, commas = (ledger_path(folder, day).read_bytes() for day in LEDGERS[1:])
    assert tabs.count(b"\n") == tabs.count(b"\r\n") == tabs.count(b"\r") and b'"' not in tabs
    assert b"\r" not in commas
    for line in commas.decode().splitlines():
        assert line.startswith('"') and line.endswith('"') and line.count('","') == 14
    for day in LEDGERS[1:]:
        rows = ledger_rows(folder, day)
        assert list(rows[0])[0] == "Date Inserted" and list(rows[0])[-1] == "Recoup (USD)" and len(rows[0]) == 15
        assert all(re.fullmatch(r"-?[0-9]+\.[0-9]{12}", row["Earnings (USD)"]) for row in rows)
    assert {row["ISRC"] for row in rows if row["ISRC"]} <= {f"QZABC25{number:05d}" for number in range(1, 15)}


def test_a_later_ledger_holds_every_earlier_line_unchanged_in_value(folder: Path) -> None:
    def values(row: dict[str, str]) -> tuple:
        row = {key.removesuffix(" (USD)").replace("Song/Album", "Source Type"): value for key, value in row.items()}
        kept = {key: value for key, value in row.items() if key not in ("Date Inserted", "Recoup")}
        money = {key: Decimal(kept[key]) for key in ("Earnings", "Songwriter Royalties Withheld")}
        return tuple(sorted((kept | money).items()))

    first, second, third = (Counter(values(row) for row in ledger_rows(folder, day)) for day in LEDGERS)
    assert not first - second and not second - third
    assert 0 < first.total() < second.total() < third.total()


def test_ledger_totals_are_what_the_newest_file_says(folder: Path, totals: Totals) -> None:
    rows = ledger_rows(folder, "20260704")
    net: dict[str, Decimal] = defaultdict(Decimal)
    kinds: Counter[str] = Counter()
    for row in rows:
        earned, quantity, store = Decimal(row["Earnings (USD)"]), int(row["Quantity"]), row["Store"]
        if quantity < 0:
            kind = "refund"
        elif earned >= 0:
            kind = "sale"
        elif store == "Spotify" and quantity and -earned / quantity <= Decimal("0.005"):
            kind = "promotion_fee"
        elif store == "Spotify" and earned <= -1 and quantity <= 1:
            kind = "penalty"
        else:
            kind = "adjustment"
        kinds[kind] += 1
        for key in ("all", kind, f"store {store}", f"sale {row['Sale Month']}", f"report {row['Reporting Date'][:7]}"):
            net[key] += earned
    ledger = totals.ledger
    assert (ledger.lines, ledger.net_usd, ledger.gross_usd) == (len(rows), net["all"], net["sale"])
    assert ledger.lines_by_type == kinds and set(kinds) == {"sale", "refund", "promotion_fee", "penalty", "adjustment"}
    assert all(net[kind] == amount for kind, amount in ledger.net_by_type.items())
    assert all(net[f"sale {month}"] == amount for month, amount in ledger.net_by_sale_month.items())
    assert all(net[f"report {month}"] == amount for month, amount in ledger.net_by_reporting_month.items())
    assert ledger.unknown_store_net_usd == net["store Example Beats FM"] > 0 and ledger.unknown_store_lines == 3
    for parts in (ledger.net_by_platform, ledger.net_by_artist, ledger.net_by_type, ledger.net_by_sale_month):
        assert sum(parts.values()) == ledger.net_usd
    assert set(ledger.net_by_artist) == {"PIG1987", "ZONE A0", "XXMEATWARRIOR69XX", "IWARY", "ZONE A0 X SXNCTUARY"}
    apple = sum(int(row["Quantity"]) for row in rows if row["Store"] == "Apple Music" and row["Quantity"] != "5")
    adjusted = [row for row in rows if row["Store"] == "Apple Music" and row["Quantity"] == "5"]
    apple += sum(5 for row in adjusted if Decimal(row["Earnings (USD)"]) >= 0)
    assert ledger.quantity_by_platform["Apple Music"] == apple
    assert totals.ledger_lines_by_file == {ledger_path(folder, day).name: len(ledger_rows(folder, day)) for day in LEDGERS}


def test_the_ledger_has_every_known_oddity(folder: Path) -> None:
    rows = ledger_rows(folder, "20260704")
    dates = [row["Reporting Date"] for row in rows]
    assert dates != sorted(dates) and max(dates) <= "2026-07-04"
    assert any(row["Store"] == "YouTube (Ads)" and row["Quantity"] == "0" and Decimal(row["Earnings (USD)"]) for row in rows)
    assert any(row["Source Type"] == "Album" and not row["ISRC"] for row in rows)
    assert any(row["Country of Sale"] == "OU" and row["Store"] == "Facebook" for row in rows)
    assert {"XK", "NA"} <= {row["Country of Sale"] for row in rows}
    assert {row["Team Percentage"] for row in rows} == {"100", "50"}
    assert sum(Decimal(row["Earnings (USD)"]) == 0 for row in rows) == 1
    assert max(Counter(tuple(row.values()) for row in rows).values()) == 2
    titles = {row["Title"] for row in rows}
    assert {"TRANSFORMER ARCHITECTURE (feat. IWARY)", "NEON DRIFT (SLOWED)", "The Scale"} <= titles
    assert len({row["ISRC"] for row in rows if row["Title"] == "RENEGADE PIPELINE"}) == 2
    reported: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        reported[row["Store"], row["Sale Month"]].add(row["Reporting Date"])
    assert max(len(days) for days in reported.values()) == 4


def test_ledger_for_benchmarks_has_as_many_lines_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "ledger.csv"
    ledger = ledger_lines(path, 12_345)
    rows = read_csv(path)
    assert ledger.lines == len(rows) == 12_345
    assert ledger.net_usd == sum(Decimal(row["Earnings (USD)"]) for row in rows)


def page_series(path: Path) -> dict[date, int]:
    page = path.read_text(encoding="utf-8")
    if "var chartData" in page:
        data = json.loads(re.search(r"var chartData = (\{.*\});", page)[1])
        assert data["last365days"]["total"] == sum(item["value"] for item in data["last365days"]["dataProvider"])
        assert data["playlists1year"]["isEmpty"] == 1 and data["byWeek"]["total"] == data["last365days"]["total"]
        return {date.fromisoformat(item["field"]): item["value"] for item in data["last365days"]["dataProvider"]}
    found = re.search(r'makeChart\("trend365day",.*?"dataProvider": \[(.*?)\]\n\}', page, re.DOTALL)[1]
    return {
        date.fromisoformat(day): int(value) for day, value in re.findall(r'"category": "([0-9-]+)","column-1": ([0-9]+)', found)
    }


def test_statistics_pages_end_two_days_before_and_show_no_filter(folder: Path) -> None:
    pages = sorted((folder / "distrokid").glob("*.html"))
    assert len(pages) == 6
    for path in pages:
        page, captured = path.read_text(encoding="utf-8"), date.fromisoformat(re.search(r"_([0-9]{8})_", path.name)[1])
        series = page_series(path)
        assert len(series) == 365 and max(series) == captured - timedelta(days=2)
        assert "selected" not in page and "someone@example.com" in page and 'class="statsAbortedtrue"' in page
        if path.name.startswith("streams"):
            assert page.index('aria-label="trend365day ') < page.index('makeChart("trend365day"')
            assert re.findall(r'makeChart\("(\w+)"', page) == [
                "trendWeekly",
                "trendMonthly",
                "trend60day",
                "trend365day",
            ]
    assert ",\n]" in pages[3].read_text(encoding="utf-8")


def test_streams_follow_the_newest_extract_and_legacy_gives_way(folder: Path, totals: Totals) -> None:
    series: dict[tuple[str, str], list[dict[date, int]]] = defaultdict(list)
    for path in sorted((folder / "distrokid").glob("*.html")):
        series["distrokid", "Apple Music" if path.name.startswith("apple") else "Spotify"].append(page_series(path))
    for path in sorted((folder / "toolost").glob("*.json")):
        platform = "Apple Music" if "apple" in path.name else "Spotify"
        items = read_json(path)["totalStreams" if platform == "Apple Music" else "streams"]
        series["toolost", platform].append({date.fromisoformat(item["date"]): int(item["streams"]) for item in items})
    legacy: dict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    for row in read_csv(folder / "legacy/tidy_daily_streams.csv"):
        for platform, column in (("Spotify", "spotify_streams"), ("Apple Music", "apple_streams")):
            if row[column]:
                legacy[row["source"], platform][date.fromisoformat(row["date"])] = int(row[column])
        assert int(row["combined_streams"]) == int(row["spotify_streams"]) + int(row["apple_streams"] or 0)
    grand = 0
    for (source, platform), extracts in series.items():
        live = merge([legacy[source, platform], merge(extracts)])
        assert totals.streams.by_source_platform[source][platform] == sum(live.values())
        assert totals.streams.days[source][platform] == len(live)
        assert min(live) == min(legacy[source, platform]) and max(legacy[source, platform]) > min(extracts[0])
        assert extracts[0] != {day: live[day] for day in extracts[0]} or source == "toolost"
        grand += sum(live.values())
    assert grand == totals.streams.total == sum(totals.streams.by_month.values())


# ------------------------------------------------------------ other platforms


def test_toolost_answers_mix_text_and_numbers_and_agree_with_themselves(folder: Path) -> None:
    for path in (folder / "toolost").glob("toolost_spotify_*.json"):
        answer = read_json(path)
        days = [item["date"] for item in answer["streams"]]
        assert days != sorted(days) and all(isinstance(item["streams"], str) for item in answer["streams"])
        assert all(
            item["date"].endswith("-01") and re.fullmatch(r"[0-9]+\.[0-9]{8}", item["fees"]) for item in answer["discovery"]
        )
    for path in (folder / "toolost").glob("toolost_apple_*.json"):
        answer = read_json(path)
        assert all(isinstance(item["streams"], int) for item in answer["totalStreams"])
        assert all(isinstance(item["streams"], str) for item in answer["totalShazam"])
        for part in ("totalStreams", "tracksTotal", "countryTotal"):
            assert sum(item["streams"] for item in answer[part]) == answer["streamTotal"]
        days = {date.fromisoformat(item["date"]) for item in answer["totalStreams"]}
        assert len(days) < (max(days) - min(days)).days + 1
        ranked = [item["streams"] for item in answer["tracksTotal"]]
        assert ranked == sorted(ranked, reverse=True)


def test_tiktok_zips_are_as_downloaded_and_sum_to_the_totals(folder: Path, totals: Totals) -> None:
    shown: dict[str, list[dict[date, dict[str, str]]]] = defaultdict(list)
    for path in sorted((folder / "tiktok").glob("Overview_*.zip")):
        first, epoch, handle = re.fullmatch(r"Overview_([0-9-]{10})_([0-9]{10})_(.+)\.zip", path.name).groups()
        with zipfile.ZipFile(path) as bundle:
            (entry,) = bundle.infolist()
            content = bundle.read(entry)
        assert entry.filename == "Overview.csv" and 2025 <= entry.date_time[0] <= 2026 and int(epoch) > 1_700_000_000
        assert content.startswith(b"\xef\xbb\xbf") and not content.endswith(b"\n") and b"\r" not in content
        lines = content.decode("utf-8-sig").split("\n")
        assert len(lines) == 366 and all(line.startswith('"') and line.endswith('"') for line in lines)
        rows = list(csv.DictReader(io.StringIO("\n".join(lines), newline="")))
        days = [date.fromisoformat(first) + timedelta(days=number) for number in range(365)]
        assert [(MONTHS[row["Date"].split()[0]], int(row["Date"].split()[1])) for row in rows] == [(d.month, d.day) for d in days]
        shown[handle].append(dict(zip(days, rows, strict=True)))
    assert set(shown) == {"zone.a0", "pig1987"}
    for handle, extracts in shown.items():
        live, found = merge(extracts).values(), totals.tiktok[handle]
        assert found.days == len(live)
        assert found.video_views == sum(int(row["Video Views"]) for row in live if row["Video Views"] != "NaN")
        assert (found.likes, found.comments, found.shares) == tuple(
            sum(int(row[column]) for row in live) for column in ("Likes", "Comments", "Shares")
        )
        with zipfile.ZipFile(folder / f"tiktok/Followers_{handle}.zip") as bundle:
            assert all(entry.date_time[:3] == (2026, 7, 4) for entry in bundle.infolist())
            history = list(csv.DictReader(io.StringIO(bundle.read("FollowerHistory.csv").decode("utf-8-sig"))))
        gained = [int(row["Difference in followers from previous day"]) for row in history]
        assert history[-1]["Date"] == "July 3" and found.new_followers == sum(gained) and min(gained) < 0
        levels = [int(row["Followers"]) for row in history]
        assert all(after - before == new for before, after, new in zip(levels, levels[1:], gained[1:], strict=False))
    assert "New followers" in next(iter(shown["zone.a0"][1].values())) and totals.tiktok["pig1987"].new_followers_in_overview == 0
    early = [row for day, row in shown["pig1987"][0].items() if day < date(2025, 3, 14)]
    assert len(early) > 50 and {row["Video Views"] for row in early} == {"0"}


def test_meta_dumps_hold_text_and_no_key_for_nothing(folder: Path) -> None:
    for path in (folder / "meta_ads").rglob("insights*.json"):
        for row in read_json(path):
            assert all(isinstance(value, str | list) for value in row.values())
            assert re.fullmatch(r"[0-9]{18}", row["campaign_id"])
            assert ("cpc" in row) == ("actions" in row) == (row["clicks"] != "0")
            assert (row["date_start"] == row["date_stop"]) == (path.name == "insights_daily.json")
    early, late = (folder / f"meta_ads/meta_ads_dump_{stamp}_101500" for stamp in ("20260115", "20260704"))
    ad_sets = read_json(late / "adsets.json")
    assert any("daily_budget" not in row for row in ad_sets) and all(isinstance(row["targeting"], dict) for row in ad_sets)
    starts = {row["start_time"][-5:] for row in ad_sets}
    assert starts == {"-0700", "-0800"}
    names = [{row["name"] for row in read_json(dump / "campaigns.json")} for dump in (early, late)]
    assert "IWARY - TECHNO SPOTIFY - Copy" in names[0] - names[1]


def test_campaign_totals_follow_windows_and_days(folder: Path, totals: Totals) -> None:
    windows: dict[str, dict[str, list[dict]]] = defaultdict(lambda: defaultdict(list))
    daily: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    clicks: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for path in sorted((folder / "meta_ads").rglob("insights.json")):
        for row in read_json(path):
            windows[row["campaign_id"]][row["date_stop"]].append(row)
    for row in read_json(folder / "meta_ads/meta_ads_dump_20260704_113000/insights_daily.json"):
        daily[row["campaign_id"]][row["date_start"]] += Decimal(row["spend"])
        clicks[row["campaign_id"]][row["date_start"]] += int(row["clicks"])
    *of_api, by_hand = totals.campaigns
    assert {one.external_campaign_id for one in of_api} == windows.keys() | daily.keys()
    for one in of_api:
        stated, days = windows.get(one.external_campaign_id, {}), daily[one.external_campaign_id]
        stop = max(stated, default="")
        rows = stated[stop] if stop else []
        rows = [row for row in rows if "adset_id" not in row] or rows
        spend = sum((Decimal(row["spend"]) for row in rows), Decimal(0))
        assert one.spend_usd == spend + sum(value for day, value in days.items() if day > stop), one.campaign_name
        assert one.spend_dated_usd == sum(days.values())
        assert one.spend_undated_usd == one.spend_usd - one.spend_dated_usd >= 0
        assert one.clicks == sum(int(row["clicks"]) for row in rows) + sum(
            value for day, value in clicks[one.external_campaign_id].items() if day > stop
        )
    months = [row for path in sorted((folder / "meta_ads/by_hand").glob("*-1-2026-*.csv")) for row in read_csv(path)]
    spent = [Decimal(row["Amount spent (USD)"]) for row in months if row["Campaign name"] == by_hand.campaign_name]
    assert len(spent) == 2 and by_hand.spend_usd == by_hand.spend_undated_usd == sum(spent)
    names = [row["Campaign name"] for row in months]
    assert names.count("") == 2 and by_hand.campaign_name not in {one.campaign_name for one in of_api}
    shares = {one.campaign_name: (one.spend_dated_usd, one.spend_undated_usd) for one in totals.campaigns}
    assert shares["NEON DRIFT - Streaming Campaign"][1] == 0 and shares["IWARY - BROAD"][0] == 0
    assert all(shares["ZONE A0 X SXNCTUARY - CONCRETE CHOIR - DARK TECHNO"])


def test_linktree_captures_are_bare_or_wrapped_and_one_holds_no_analytics(folder: Path, totals: Totals) -> None:
    overviews: list[dict[date, dict]] = []
    decoys = 0
    for path in sorted((folder / "linktree").glob("graphql_*.json")):
        assert re.fullmatch(r"graphql_[0-9]{8}_[0-9]{6}_[0-9]{6}\.json", path.name)
        content = path.read_text(encoding="utf-8")
        assert "\n" not in content
        document = json.loads(content)
        assert set(document) == ({"data"} if "_2025" in path.name else {"operationName", "variables", "response"})
        data = document.get("response", document)["data"]
        decoys += "owner@example.com" in content
        days = data.get("getAccountAnalytics", {}).get("overview", {}).get("timeseries")
        if days:
            overviews.append({date.fromisoformat(one["date"]): one for one in days})
    assert decoys == 2 and [len(one) for one in overviews] == [7, 365, 7, 365]
    live = merge(overviews).values()
    assert (totals.linktree.days, totals.linktree.total_views, totals.linktree.total_clicks) == (
        len(live), sum(one["totalViews"] for one in live), sum(one["totalClicks"] for one in live),
    )  # fmt: skip
    assert any(one["uniqueViews"] > one["totalViews"] for one in live)


def test_youtube_answers_restate_hide_and_change_as_youtube_does(folder: Path, totals: Totals) -> None:
    def days(path: Path) -> dict[date, dict]:
        answer = read_json(path)
        names = [one["name"] for one in answer["columnHeaders"]]
        return {date.fromisoformat(row[0]): dict(zip(names, row, strict=True)) for row in answer.get("rows", [])}

    channels = {
        one["items"][0]["id"]: one["items"][0] for one in map(read_json, sorted(folder.glob("youtube/youtube_channels_*")))
    }
    assert len(channels) == len(totals.youtube) == 3
    for channel, one in channels.items():
        found = totals.youtube[one["snippet"]["title"].upper()]
        pulls = [days(path) for path in sorted(folder.glob(f"youtube/youtube_channel_daily_{channel}_*"))]
        live = merge(pulls)
        assert (found.days, found.views) == (len(live), sum(row["views"] for row in live.values()))
        assert any(pulls[0][day]["views"] > pulls[1][day]["views"] for day in pulls[0].keys() & pulls[1].keys())
        assert isinstance(one["statistics"]["viewCount"], str)
    shorts = merge([days(path) for path in sorted(folder.glob("youtube/*_demoPIGshr3_*"))])
    change = date(2025, 3, 31)
    assert all((row["views"] > row["engagedViews"]) == (day >= change) for day, row in shorts.items())
    pages = [read_json(path) for path in sorted(folder.glob("youtube/youtube_videos_UCdemo1987*"))]
    statistics = {one["id"]: one["statistics"] for page in pages[-1] for one in page["items"]}
    assert sorted(id for id, counts in statistics.items() if "likeCount" not in counts) == ["demoSTATEw2"]


def test_mailchimp_reports_grow_and_old_ones_are_not_asked_for_again(folder: Path, totals: Totals) -> None:
    first, second = (
        {one["id"]: one for page in (pages if isinstance(pages, list) else [pages]) for one in page["reports"]}
        for pages in map(read_json, sorted(folder.glob("mailchimp/mailchimp_reports_*")))
    )
    assert first.keys() - second.keys() and second.keys() - first.keys() and first.keys() & second.keys()
    live = (first | second).values()
    assert totals.email.campaigns == len(live)
    assert totals.email.opens == sum(one["opens"]["opens_total"] for one in live)
    (members,) = folder.glob("mailchimp/mailchimp_members_*")
    assert "mail-owner@example.com" in members.read_text(encoding="utf-8") and "mail-owner@example.com" in totals.never_stored


def test_spotify_exports_come_in_every_variant(folder: Path, totals: Totals) -> None:
    spotify = folder / "spotify"
    newest, zone = spotify / "PIG1987-audience-timeline (1).csv", spotify / "ZONE A0-audience-timeline.csv"
    assert newest.read_bytes().startswith(b"\xef\xbb\xbfdate,listeners,monthly listeners")
    assert zone.read_bytes().startswith(b"date;listeners;")
    assert "super listeners" not in (spotify / "IWARY-audience-timeline.csv").read_text(encoding="utf-8")
    pig = merge([
        {date.fromisoformat(row["date"]): int(row["streams"]) for row in read_csv(path)}
        for path in (spotify / "PIG1987-audience-timeline.csv", newest)
    ])  # fmt: skip
    assert totals.audience_streams["PIG1987"] == sum(pig.values())
    assert totals.audience_streams["ZONE A0"] == sum(int(row["streams"]) for row in read_csv(zone, ";"))
    (old,) = spotify.glob("spotify_audience_*.csv")
    artist_id = old.name.split("_")[2]
    assert len(artist_id) == 22 and totals.audience_streams[artist_id] == sum(int(row["streams"]) for row in read_csv(old))
    bodies = [read_json(path) for path in sorted(spotify.glob("spotify_songs_*.json"))]
    assert "songs" in bodies[0] and "time-filter=28day" in bodies[1]["url"]
    assert any(song["numCanvasViews"] == "" for song in bodies[0]["songs"])


def test_expenses_count_each_card_line_once(folder: Path, totals: Totals) -> None:
    bank = folder / "bank"
    first, second = (bank / f"{day}_transaction_download.csv" for day in ("2026-01-10", "2026-07-03"))
    assert b"\r\n" in first.read_bytes() and b"\r" not in second.read_bytes()
    once: Counter[tuple] = Counter()
    for path in (first, second):
        rows = read_csv(path)
        assert {row["Card No."] for row in rows} == {"0427"} and all(bool(row["Debit"]) != bool(row["Credit"]) for row in rows)
        assert rows[0]["Transaction Date"] > rows[-1]["Transaction Date"]
        lines = Counter(
            (row["Transaction Date"], row["Description"], Decimal(row["Debit"] or 0) - Decimal(row["Credit"] or 0))
            for row in rows
            if row["Category"] != "Payment/Credit"
        )
        once |= lines
        assert max(lines.values()) == 2
    card = once.total()
    for row in read_csv(bank / "capitol_one_purchases_2025.csv"):
        once[row["Date"], row["Description"], Decimal(row["Amount"])] += 1
    assert 0 < card < once.total() == sum(one.lines for one in totals.expenses.values())
    amount = sum(cents * count for (_, _, cents), count in once.items())
    assert amount == sum(one.amount_usd for one in totals.expenses.values())
    assert set(totals.expenses) == {"advertising", "distribution", "equipment", "other", "promotion", "software"}
    posted = [
        {row["Description"] + row["Transaction Date"]: row["Posted Date"] for row in read_csv(path)} for path in (first, second)
    ]
    assert any(posted[0][key] != posted[1][key] for key in posted[0].keys() & posted[1].keys())


def test_submissions_move_on_and_the_newest_export_counts_each_once(folder: Path, totals: Totals) -> None:
    older, newer = (folder / f"submithub/submithub_submissions_{day}_101500.csv" for day in ("20260301", "20260704"))
    assert any("\n" in row["Feedback"] for row in read_csv(newer))
    before, after = ({(row["Campaign url"], row["Outlet"]): row for row in reversed(read_csv(path))} for path in (older, newer))
    assert len(before) < len(after) < len(read_csv(newer)) and before.keys() < after.keys()
    assert any(not row["Action"] and after[key]["Action"] for key, row in before.items())
    assert Counter(row["Action"].lower() or "sent" for row in after.values()) == totals.submissions.by_status
    listened = [row["Listen time"].rpartition(":") for row in after.values()]
    assert sum(int(minutes or 0) * 60 + int(rest or 0) for minutes, _, rest in listened) == totals.submissions.listen_seconds
    assert {row["Sent"].count("/") for row in after.values()} == {0, 2}
    clicks: Counter[str] = Counter()
    for row in read_csv(folder / "submithub/links.csv"):
        clicks[row["service"]] += int(row["clicks"])
    assert clicks == totals.submissions.link_clicks


def test_own_conversions_overlap_and_count_once(folder: Path, totals: Totals) -> None:
    first, second = (read_csv(folder / f"conversions/promo_{day}_090000.csv") for day in ("20260601", "20260704"))
    lines = {tuple(row.values()): row for row in [*first, *second]}.values()
    assert len(first) + len(second) > len(lines) and {"refunded", "paid"} == {row["status"] for row in lines}
    promo = [(row["currency"], Decimal(row["net_amount"]) * (-1 if row["status"] == "refunded" else 1)) for row in lines]
    assert totals.conversions["promo"].rows == len(lines)
    assert totals.conversions["promo"].value_usd == sum(value for currency, value in promo if currency == "USD")
    utm = [row for row in read_csv(folder / "conversions/utm_20260704_090000.csv") if row["conversions"] != "0"]
    assert totals.conversions["utm"].conversions == sum(int(row["conversions"]) for row in utm)
    assert totals.conversions["utm"].value_usd == sum(Decimal(row["revenue"]) for row in utm)
    events = read_csv(folder / "conversions/pixel_20260704_090000.csv")
    once = {row["event_id"]: row for row in events}
    orders = {row["order_id"] for row in lines}
    assert len(once) < len(events) and orders & once.keys()
    assert totals.conversions["pixel"].rows == len(once.keys() - orders)
    assert totals.conversions["pixel"].value_usd == sum(
        Decimal(row["value"] or 0) for key, row in once.items() if key not in orders
    )


def test_the_catalogue_has_a_spreadsheets_damage(folder: Path) -> None:
    rows = read_csv(folder / "catalog/track_catalog_royalty_splits.csv")
    assert len(rows) == 16 and not any(rows[-1].values()) and len({row["title"] for row in rows if row["title"]}) == 12
    assert "QZ-ABC-25-00005" in {row["isrc"] for row in rows} and "8/22/2025" in {row["release_date"] for row in rows}
    (rounded,) = (row for row in rows if row["upc"] == "1.99E+11")
    statements = {row["UPC"] for row in ledger_rows(folder, "20260704") if row["ISRC"] == rounded["isrc"]}
    assert statements == {"199000000004"}

"""A replacement is checked in every table, and what is accepted says first what it takes away."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from support.commands import answered, cli, land, rows, timeline
from support.ledgers import ledger_a, sale

from common.settings import Settings
from loaders.registry import all_tables

CATALOGUE = "artist,title,royalty_percentage,isrc\n"


def test_every_table_whose_days_are_replaced_is_checked() -> None:
    assert [table.label for table in all_tables() if table.kind == "replace" and not table.replacement] == []


NO_SUMS = {  # optional columns of replaced tables that no sum is made of
    "a person counted once in any window": {
        "monthly listeners", "monthly active listeners", "super listeners", "Reached audience", "reach", "Reach",
    },
    "a rate, or a mean": {
        "averageViewDuration", "averageViewPercentage", "frequency", "Frequency", "ctr", "cpc", "cpm", "cpp", "Team Percentage",
    },
    "a level": {"unsubscribed", "reconfirm", "cleaned", "pending", "deleted", "transactional", "existing", "imports", "optins"},
    "a difference, of either sign": {"Net growth"},
    "of several kinds, or nested": {
        "Results", "actions", "action_values", "cost_per_action_type", "outbound_clicks",
    },
    "a name, an id, a state or a day": {
        "account_id", "campaign_name", "adset_id", "adset_name", "ad_id", "ad_name", "objective", "account_currency", "Day",
        "Account ID", "Account name", "Campaign ID", "Ad set name", "Ad set ID", "Ad name", "Ad ID", "Currency",
        "Campaign delivery", "Objective", "Result indicator", "Date Inserted", "list_id",
    },
}  # fmt: skip


def test_every_optional_column_is_compared_or_is_no_sum() -> None:
    forgotten = []
    for table in all_tables():
        rule = table.replacement
        if rule and not rule.entries:
            known = {*rule.line, *rule.measures, *rule.optional_measures, *rule.counts, *set().union(*NO_SUMS.values())}
            forgotten += [f"{table.label}: {one}" for one in table.optional if one not in known]
            assert set(rule.optional_measures) <= set(table.optional), table.label
    assert forgotten == []


def audience(box: Path, day: int, saves: list[str] | None) -> Path:
    """An artist's timeline of 40 days, with saves or, as older ones are, without."""
    path = box / f"{day}" / "PIG1987-audience-timeline.csv"
    path.parent.mkdir()
    lines = [f"date,listeners,streams,followers{',saves' if saves else ''}"]
    days = [date(2025, 1, 1) + timedelta(days=number) for number in range(40)]
    lines += [f"{day},5,50,500{f',{saves[number]}' if saves else ''}" for number, day in enumerate(days)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_an_optional_measure_that_falls_is_asked_about(config: Settings, box: Path) -> None:
    """Not by a few, not in the last days, and not where an export is of the kind that has no such column."""
    saves = ["3"] * 40
    given = iter(datetime(2025, 3, day, 12) for day in range(1, 28))
    assert land(config, audience(box, 1, saves), extracted_at=next(given))[0].status == "landed"
    assert land(config, audience(box, 2, None), extracted_at=next(given))[0].status == "landed"
    assert land(config, audience(box, 3, saves), extracted_at=next(given))[0].status == "landed"
    assert land(config, audience(box, 4, ["0"] * 3 + saves[3:]), extracted_at=next(given))[0].status == "landed"
    assert land(config, audience(box, 5, [*saves[:-7], *["0"] * 7]), extracted_at=next(given))[0].status == "landed"
    [outcome] = land(config, audience(box, 6, ["0"] * 8 + saves[8:]), extracted_at=next(given))
    assert outcome.status == "quarantined" and "saves falls from 99 to 75 on the dates both cover" in outcome.reason
    said = cli(config.data_dir, "quarantine", "accept", outcome.quarantine_id).stderr
    assert "in all: 0 rows; streams 1,550 -> 1,550; saves 93 -> 69" in said


def catalogue(box: Path, *entries: str) -> Path:
    (box / "track_catalog_royalty_splits.csv").write_text(CATALOGUE + "".join(f"{entry}\n" for entry in entries))
    return box / "track_catalog_royalty_splits.csv"


def test_a_catalogue_that_loses_entries_is_filtered(config: Settings, box: Path) -> None:
    whole = ["PIG1987,NEON DRIFT,80,QZABC2500001", "PIG1987,GLASS CITY,80,", "ZONE A0,STATIC,50,QZABC2500003"]
    land(config, catalogue(box, *whole))
    [outcome] = land(config, catalogue(box, whole[2]))
    assert outcome.status == "quarantined"
    assert (
        "2 entries of the earlier file are not in the later one, which is kept whole (PIG1987 GLASS CITY; PIG1987 NEON DRIFT)"
        in (outcome.reason)
    )
    changed = [
        "pig1987, Neon  Drift (remaster),75,QZABC2500001", "PIG1987,GLASS CITY,80,QZABC2500002", "ZONE A0,STATIC,50,",
        "PIG1987,NEW SONG,80,",
    ]  # fmt: skip
    assert land(config, catalogue(box, *changed))[0].status == "landed"  # each is known by its ISRC or by its artist and title


def viewers(box: Path, stamp: int, values: list[str]) -> Path:
    from datetime import UTC, datetime
    from zipfile import ZipFile, ZipInfo

    lines = "".join(f"2025-05-{day:02d},{value},{value},0\n" for day, value in enumerate(values, start=1))
    path = box / str(stamp) / "Viewers_zone.a0.zip"
    path.parent.mkdir()
    with ZipFile(path, "w") as bundle:
        given = datetime(2025, 6, stamp, tzinfo=UTC).timetuple()[:6]
        bundle.writestr(ZipInfo("Viewers.csv", given), "Date,Total Viewers,New Viewers,Returning Viewers\n" + lines)
    return path


def test_tiktoks_viewers_that_are_others_are_asked_about(config: Settings, box: Path) -> None:
    land(config, viewers(box, 1, [str(number) for number in range(20, 40)]))
    other = viewers(box, 2, [str(number) for number in range(70, 90)])
    [outcome] = land(config, other)
    assert outcome.status == "quarantined" and "18 of the 18 earlier rows from 2025-05-01" in outcome.reason


def test_a_sales_report_of_one_month_that_lacks_lines_is_asked_about(config: Settings, box: Path) -> None:
    for number, lines, status in ((1, 10, "landed"), (2, 7, "quarantined"), (3, 11, "landed")):
        path = box / f"05-2025-1234{number}.csv"
        path.write_text("Store,Track,Amount\n" + "".join(f"Spotify,NEON DRIFT,{line}.25\n" for line in range(lines)))
        assert land(config, path)[0].status == status


def answer(box: Path, day: int, records: list[dict[str, object]], columns: tuple[str, ...]) -> Path:
    headers = [{"name": "day", "columnType": "DIMENSION"}, *({"name": name, "columnType": "METRIC"} for name in columns)]
    listed = [[one["day"], *(one[name] for name in columns)] for one in records]
    path = box / f"youtube_channel_daily_UCaaaaaaaaaaaaaaaaaaaaaa_202506{day:02d}T090000Z.json"
    path.write_text(json.dumps({"kind": "youtubeAnalytics#resultTable", "columnHeaders": headers, "rows": listed}))
    return path


def test_a_measure_that_an_answer_lacks_is_asked_about(config: Settings, box: Path) -> None:
    days = [{"day": f"2025-01-{day:02d}", "views": 100 + day, "estimatedMinutesWatched": 9} for day in range(1, 29)]
    days.append({"day": "2025-04-29", "views": 1, "estimatedMinutesWatched": 1})
    assert land(config, answer(box, 1, days, ("views", "estimatedMinutesWatched")))[0].status == "landed"
    days.append({"day": "2025-04-30", "views": 1, "estimatedMinutesWatched": 1})
    [outcome] = land(config, answer(box, 2, days, ("views",)))
    assert outcome.status == "quarantined" and "estimatedMinutesWatched falls from 252 to 0" in outcome.reason


def test_what_is_no_number_does_not_hide_a_loss(config: Settings, box: Path) -> None:
    lines = [sale("2025-03-29", "2025-01", quantity=str(number), earnings="1.00") for number in range(20)]
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a([*lines, sale("2025-03-29", "2025-01", earnings="NaN")]))
    land(config, box)
    big = sale("2025-03-29", "2025-02", earnings="9.00", isrc="QZABC2500009")
    (box / "dk_bank_details_20250530_101500.tsv").write_bytes(
        ledger_a([*lines[2:], big, sale("2025-03-29", "2025-01", earnings="inf")])
    )
    [_, outcome] = land(config, box)
    assert outcome.status == "landed"
    (box / "dk_bank_details_20250531_101500.tsv").write_bytes(
        ledger_a([*lines[2:], sale("2025-03-29", "2025-01", earnings="NaN")])
    )
    [outcome] = land(config, box / "dk_bank_details_20250531_101500.tsv")
    assert outcome.status == "quarantined" and "Earnings (USD) falls from 27 to 18" in outcome.reason
    assert len(timeline(config, "distrokid", "bank_details")) == 2 and len(rows(config, "distrokid", "bank_details")) == 41


# ------------------------------------------------------------------ accepting

SAYS = [
    "distrokid.bank_details of 2025-05-29 10:15 (box/dk_bank_details_20250529_101500.tsv): on the days that both cover, this goes:",
    "  in all: 12 rows; Earnings (USD) 30.000000000005 -> 18",
    "  2025-03: 4 rows; Earnings (USD) 10.000000000005 -> 6",
    "  2025-04: 8 rows; Earnings (USD) 20 -> 12",
]


@pytest.fixture
def refused(config: Settings, box: Path) -> str:
    """The id of a ledger in quarantine that lacks lines of two months."""
    march = [sale("2025-03-29", "2025-01", quantity=str(number), earnings="1.00") for number in range(9)]
    march.append(sale("2025-03-29", "2025-01", earnings="1.000000000005"))
    april = [sale("2025-04-29", "2025-02", quantity=str(number), earnings="1.00") for number in range(20)]
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a(march + april))
    (box / "dk_bank_details_20250629_101500.tsv").write_bytes(ledger_a(march[:6] + april[:12]))
    return [one.quarantine_id for one in land(config, box)][-1]


@pytest.mark.parametrize("option", [(), ("--yes",)])
def test_accepting_says_what_it_takes_away_before_it_does(config: Settings, refused: str, option: tuple[str, ...]) -> None:
    done = cli(config.data_dir, "quarantine", "accept", refused, *option)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == SAYS
    assert done.stdout == "landed 18 rows  box/dk_bank_details_20250629_101500.tsv (distrokid.bank_details)\n"


@pytest.mark.parametrize(("answer", "landed"), [("n", 1), ("y", 2), ("", 1)])
def test_on_a_terminal_a_person_is_asked(config: Settings, refused: str, answer: str, landed: int) -> None:
    shown = answered(config.data_dir, answer, "quarantine", "accept", refused)
    assert "\n".join(SAYS) in shown and ("Nothing was changed." in shown) == (landed == 1)
    assert len(timeline(config, "distrokid", "bank_details")) == landed
    assert len(list(config.quarantine_dir.glob("*/reason.json"))) == 2 - landed


def test_accepting_the_same_rows_of_another_account_says_that_both_count(config: Settings, box: Path) -> None:
    lines = [sale("2025-03-29", "2025-01", quantity=str(number), earnings="1.25") for number in range(10, 20)]
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a(lines))
    land(config, box)
    [outcome] = land(config, box, account="second")
    done = cli(config.data_dir, "quarantine", "accept", outcome.quarantine_id)
    assert done.returncode == 0 and done.stderr.splitlines()[0] == (
        "distrokid.bank_details of second: the same rows as account main: 10 that box/dk_bank_details_20250529_101500.tsv has; "
        "both will count"
    )

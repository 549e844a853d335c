"""Seed rows for names that did not resolve: the right seed, nothing guessed."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from support.commands import cli, land
from support.ledgers import ledger_b, sale
from support.plain_sql import DATABASE, Plan
from support.small_warehouse import publish

from common.seeds import seed_files
from common.settings import PROJECT_DIR, Settings
from warehouse.asking.suggest import HEADERS, NOTES, RATE_HOLDS, place_of, suggestions

DEMO_SEEDS = PROJECT_DIR / "demo" / "seeds"


def suggested(data: Path, *unmatched: str) -> list[str]:
    """Publish a warehouse with these names in `monitoring.unmatched`; return the lines printed."""
    publish(data, f"insert into monitoring.unmatched values {', '.join(unmatched)}" if unmatched else "")
    told = cli(data, "suggest")
    assert (told.returncode, told.stderr) == (0, "")
    return told.stdout.splitlines()


@pytest.mark.parametrize(
    ("unmatched", "seed", "row"),
    [
        ("('store', ' Deezer  Plus', 'distrokid', 1, 1, 1)", "seed_store_names", "DEEZER PLUS,,"),
        ("('artist', 'Dj Néon', 'tiktok', 1, null, 1)", "seed_artist_aliases", "DJ NÉON,,,,"),
        ("('territory', 'XY', 'distrokid', 1, 1, 1)", "seed_territories", "10,XY,,,"),
        ("('track', 'New, One', 'distrokid', 1, 1, 1)", "seed_tracks", '"NEW, ONE",,,,,,,,'),
        ("('recording', 'QZABC2600001 New, One', 'toolost', 1, null, 1)", "seed_tracks", '"New, One",,QZABC2600001,,,,,,'),
        ("('campaign_artist', 'Odd  Push', 'meta_ads', 1, 1, null)", "seed_campaign_overrides", "Odd  Push,,,"),
        ("('expense', 'ACME (NY)* $1', 'bank', 1, 1, null)", "seed_expense_categories", ",ACME [(]NY[)][*] [$]1,,"),
        ("('currency', 'EUR', 'bank', 1, null, null)", "seed_exchange_rates", "EUR,,,"),
        ("('currency', 'account act_9', 'meta_ads', 1, null, null)", "seed_account_currencies", "meta_ads,act_9,"),
        ("('promo_code', 'ODD10', 'conversions', 1, 1, null)", "seed_promo_codes", "ODD10,,,,"),
        ("('event_name', 'odd', 'conversions', 1, 1, null)", "seed_event_types", "odd,,"),
        ("('action_type', 'odd.event', 'meta_ads', 1, null, null)", "seed_conversion_types", "odd.event,,,"),
    ],
)
def test_each_kind_goes_to_its_seed_with_the_meaning_left_blank(tmp_path: Path, unmatched: str, seed: str, row: str) -> None:
    lines = suggested(tmp_path / "data", unmatched)
    note = [f"# {NOTES[seed]}"] if seed in NOTES else []
    assert [line for line in lines if line] == [
        f"# {place_of(Settings(_env_file=None), seed)}: {','.join(HEADERS[seed])}", *note, row,
    ]  # fmt: skip


def test_a_currency_without_a_rate_gets_a_row_for_each_day_that_needs_one(tmp_path: Path) -> None:
    publish(
        tmp_path / "data",
        """
        insert into monitoring.unmatched values ('currency', 'EUR', 'bank', 4, null, null);
        create table marts.business_expenses as
        select 'EUR' as currency_code, null::decimal(24, 12) as amount_usd, unnest([
            date '2026-01-03', date '2026-02-07', date '2026-02-08', date '2026-05-20'
        ]) as transaction_date
        union all select 'USD', 5, date '2026-03-01'
        """,
    )
    told = cli(tmp_path / "data", "suggest").stdout.splitlines()
    assert [line for line in told[1:] if line] == [
        f"# {NOTES['seed_exchange_rates']}",
        "# EUR: 4 days from 2026-01-03 to 2026-05-20 without a rate",
        "EUR,2026-01-03,,",
        "EUR,2026-02-08,,",
        "EUR,2026-05-20,,",
    ]
    project = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["vars"]["exchange_rate_max_age_days"] == RATE_HOLDS.days


def test_a_new_artist_is_told_to_get_a_row_of_its_own_first(tmp_path: Path) -> None:
    lines = suggested(tmp_path / "data", "('artist', 'SOMEBODY NEW', 'tiktok', 1, null, 1)")
    assert lines[1].startswith("# a new artist gets a row in seed_artists.csv first") and lines[2] == "SOMEBODY NEW,,,,"


def test_a_name_that_differs_by_spaces_and_punctuation_is_a_hint_and_no_more(tmp_path: Path) -> None:
    lines = suggested(
        tmp_path / "data",
        "('artist', 'Pig_19.87', 'tiktok', 1, null, 1)",
        "('track', 'Neon-Drift', 'distrokid', 1, 1, 1)",
        "('store', 'Apple-Music', 'distrokid', 1, 1, 1)",
        "('artist', 'PIG 198', 'tiktok', 1, null, 1)",
    )
    assert "# Pig_19.87: the same name as PIG1987 (artist 1)?" in lines
    assert lines[lines.index("# Pig_19.87: the same name as PIG1987 (artist 1)?") + 1] == "PIG_19.87,,,,"
    assert (
        "NEON-DRIFT,,,," in lines and f"# demo/seeds/seed_track_aliases.csv: {','.join(HEADERS['seed_track_aliases'])}" in lines
    )
    assert "# Apple-Music: the same name as APPLE MUSIC (platform 2)?" in lines
    assert not any("PIG 198:" in line for line in lines)


def test_most_money_comes_first_and_a_campaign_comes_once(tmp_path: Path) -> None:
    lines = suggested(
        tmp_path / "data",
        "('store', 'SMALL', 'distrokid', 9, 0.1, 1)",
        "('store', 'LARGE', 'distrokid', 1, -5, 1)",
        "('campaign_artist', 'Odd', 'meta_ads', 1, 1, null)",
        "('campaign_track', 'Odd', 'meta_ads', 1, 1, null)",
    )
    assert lines.index("LARGE,,") < lines.index("SMALL,,") and lines.count("Odd,,,") == 1


def test_what_no_seed_mends_is_only_named(tmp_path: Path) -> None:
    lines = suggested(
        tmp_path / "data",
        "('isrc', 'XX12', 'distrokid', 1, 1, 1)",
        "('campaign_artist', '(campaign 5 without a name)', 'meta_ads', 1, 1, null)",
    )
    assert all(line.startswith("# ") and "no seed row mends it" in line for line in lines) and len(lines) == 2


def test_nothing_unmatched_and_nothing_published(tmp_path: Path) -> None:
    assert suggested(tmp_path / "data") == ["# Every name resolved: nothing to add."]
    nothing = cli(tmp_path / "fresh", "suggest")
    assert nothing.returncode == 2 and "Nothing is published yet" in nothing.stderr


@pytest.mark.parametrize("seed", HEADERS)
def test_the_columns_are_those_of_the_seed(seed: str) -> None:
    header = seed_files(Settings(_env_file=None))[f"{seed}.csv"].read_text(encoding="utf-8").splitlines()[0]
    assert header == ",".join(HEADERS[seed])


# ------------------------------------------------------------------ pasted, they resolve

MEANING = {
    "seed_store_names": {"platform_id": "12", "usage_type": "subscription"},
    "seed_artist_aliases": {"artist_id": "1"},
    "seed_territories": {"country_name": "Nowhere", "region": "Europe", "currency_code": "EUR"},
    "seed_track_aliases": {"title": "GLASS CITY"},
    "seed_tracks": {"primary_artist_id": "1"},
    "seed_campaign_overrides": {"artist_name": "PIG1987"},
    "seed_expense_categories": {"category": "other"},
    "seed_account_currencies": {"currency_code": "USD"},
    "seed_conversion_types": {"conversion_type": "other", "is_conversion": "false"},
    "seed_event_types": {"conversion_type": "other"},
}
NO_SEED = {"utm_campaign", "isrc", "upc", "other_artist", "ambiguous_campaign", "unlisted_campaign_days", "submission_action"}


def built_from(plan: Plan, data_dir: Path, seeds: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Build what `suggest` reads from what has landed, with the seeds of a folder in place of the project's."""
    wanted = plan.up_to("unmatched", "campaigns", "seed_territories", "seed_expense_categories", "seed_campaign_overrides")
    wanted = wanted.reading(data_dir, plan.as_of).as_tables()
    if seeds:
        files = seed_files(Settings(data_dir=data_dir, seeds_dir=DEMO_SEEDS, _env_file=None))

        def moved(sql: str) -> str:
            for name, path in files.items():
                sql = sql.replace(f"'{path}'", f"'{seeds / name}'")
            return sql

        wanted = replace(wanted, steps=tuple(replace(step, sql=moved(step.sql)) for step in wanted.steps))
    con = duckdb.connect()
    con.execute(f"attach ':memory:' as {DATABASE}; use {DATABASE}")
    wanted.build(con)
    return con


def pasted(groups: dict[str, dict[tuple[str, ...], str]], folder: Path) -> None:
    """Copy the seeds and add the suggested rows, with a meaning in the cells that are blank."""
    folder.mkdir()
    for name, path in seed_files(Settings(seeds_dir=DEMO_SEEDS, _env_file=None)).items():
        rows = groups.get(path.stem, {})
        text = path.read_text(encoding="utf-8-sig").rstrip("\n") + "\n"
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            writer = csv.writer(file, lineterminator="\n")
            meaning: dict[str, Any] = MEANING.get(path.stem, {})
            for row in rows:
                cells = dict(zip(HEADERS[path.stem], row, strict=True))
                writer.writerow([value or meaning.get(column, "") for column, value in cells.items()])


def unresolved(con: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Return the names that did not resolve, by kind."""
    found: dict[str, set[str]] = {}
    for kind, value in con.execute("select kind, value from monitoring.unmatched").fetchall():
        found.setdefault(kind, set()).add(value)
    return found


def test_what_the_demo_does_not_resolve_resolves_when_its_rows_are_pasted(plan: Plan, demo: Path, tmp_path: Path) -> None:
    con = built_from(plan, demo)
    groups, _ = suggestions(con)
    overrides = {row[0]: row[1:] for row in groups["seed_campaign_overrides"]}
    assert overrides["MIDNIGHT RUN - VIDEO VIEWS"] == ("ZONE A0", "MIDNIGHT RUN", "VIDEO VIEWS")
    assert {row[:2] for row in groups["seed_tracks"]} == {("GHOST SIGNAL", ""), ("MIDNIGHT RUN", "2")}
    pasted(groups, tmp_path / "seeds")
    before, after = unresolved(con), unresolved(built_from(plan, demo, tmp_path / "seeds"))
    assert {
        "store",
        "artist",
        "campaign_artist",
        "campaign_track",
        "expense",
        "track",
        "promo_code",
        "event_name",
    } <= before.keys()
    assert after.keys() <= NO_SEED | {"currency"}, after


def test_what_a_ledger_does_not_resolve_resolves_when_its_rows_are_pasted(plan: Plan, config: Settings, box: Path) -> None:
    unknown = {"Store": "Odd Store", "Country of Sale": "QQ"}
    lines = [
        sale("2025-03-29", "2025-01", isrc="", UPC="", Artist="ZONE A0", Title="Odd - Song (feat. X)", **unknown),
        sale("2025-03-29", "2025-01", isrc="", UPC="", Artist="ZONE A0", Title="Glass-City"),
        sale("2025-03-29", "2025-01", isrc="QZABC2500777", UPC="", Artist="Some One", Title="THEIRS"),
    ]
    path = box / "dk_bank_details_20250401_090000.csv"
    path.write_bytes(ledger_b(lines))
    land(config, path)
    con = built_from(plan, config.data_dir)
    before = unresolved(con)
    assert {"store", "territory", "track", "artist"} <= before.keys()
    groups, _ = suggestions(con)
    assert [row[:2] for row in groups["seed_tracks"]] == [("ODD - SONG (FEAT. X)", "2")]
    assert [row[:3] for row in groups["seed_track_aliases"]] == [("GLASS-CITY", "2", "")]
    pasted(groups, box / "seeds")
    assert unresolved(built_from(plan, config.data_dir, box / "seeds")) == {}

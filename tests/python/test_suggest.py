"""Seed rows for names that did not resolve: the right seed, nothing guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import cli
from small_warehouse import publish

from loaders.seeds import seed_files
from loaders.settings import Settings
from warehouse.suggest import HEADERS, place_of


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
        ("('territory', 'XY', 'distrokid', 1, 1, 1)", "seed_territories", ",XY,,,"),
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
    assert lines[:2] == [f"# {place_of(Settings(_env_file=None), seed)}: {','.join(HEADERS[seed])}", row]
    assert [line for line in lines[2:] if line] == []


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

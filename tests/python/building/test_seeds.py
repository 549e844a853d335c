"""The seeds: where they are, and their mistakes named by file and line before dbt starts."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from support.commands import PROJECT_DIR, cli

from common.errors import UsageError
from common.seeds import label_environment, seed_files
from common.settings import DEMO_MARK, Settings
from warehouse.building import seed_checks
from warehouse.building.seed_checks import check_seeds


@pytest.fixture
def label(tmp_path: Path) -> Settings:
    """A label whose seeds are outside the checkout."""
    folder = Path(shutil.copytree(PROJECT_DIR / "demo" / "seeds", tmp_path / "the label's seeds"))
    return Settings(data_dir=tmp_path / "data", seeds_dir=folder, default_artist="NOBODY", _env_file=None)


def edit(config: Settings, seed: str, old: str, new: str) -> None:
    path = config.seeds_dir / f"{seed}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_seeds_of_the_label_and_of_the_demo_have_no_mistake() -> None:
    for folder in ("seeds/label", "demo/seeds"):
        check_seeds(Settings(seeds_dir=PROJECT_DIR / folder, _env_file=None))


@pytest.mark.parametrize(
    ("seed", "old", "new", "wrong"),
    [
        ("seed_tracks", "title,primary_artist_id,", "title;primary_artist_id;", "line 1: column title;primary_artist_id;isrc is not one of"),
        ("seed_goals", "goal_id,goal_name,metric,target_value,start_date,due_date", "goal_id;goal_name;metric;target_value;start_date;due_date", "line 1: columns are separated by semicolons"),
        ("seed_artists", "2,ZONE A0,", "1,ZONE A0,", "line 4: artist_id '1' is on line 3 already"),
        ("seed_artists", "2,ZONE A0,", "2,pig1987,", "line 4: artist_name 'pig1987' is on line 3 already"),
        ("seed_artists", "2,ZONE A0,,active", "2,ZONE A0,,gone", "line 4: status 'gone' is none of active, inactive, archived"),
        ("seed_artists", "2,ZONE A0,,active", "two,ZONE A0,,active", "line 4: artist_id 'two' is no whole number"),
        ("seed_artists", "2,ZONE A0,,active", "2,ZONE A0,active", "line 4: 3 cells, the header has 4"),
        ("seed_artists", "2,ZONE A0,,active", ",,,", "line 4: a blank row"),
        ("seed_artists", "2,ZONE A0,,active", "2,,,active", "line 4: artist_name is blank"),
        ("seed_artist_aliases", "ZONEA0,2,", "PIG 1987,2,2024-01-01", "line 9: alias 'PIG 1987' means 2 here and 1 on line 2, on the same days"),
        ("seed_artist_aliases", "ZONEA0,2,", "PIG 1987,2,", "line 9: alias 'PIG 1987' is on line 2 already"),
        ("seed_artist_aliases", "ZONEA0,2,", "pig1987,2,", "line 9: alias 'pig1987' is the name of artist 1"),
        ("seed_artist_aliases", "ZONEA0,2,", "ZONEA0,77,", "line 9: artist_id '77' is not in seed_artists"),
        ("seed_promo_codes", "2026-01-01", "1/1/2026", "line 2: valid_from '1/1/2026' is no date like 2026-01-31"),
        ("seed_goals", "100000000", "100 million", "line 2: target_value '100 million' is no whole number"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_file_and_line(label: Settings, seed: str, old: str, new: str, wrong: str) -> None:
    edit(label, seed, old, new)
    with pytest.raises(UsageError, match=re.escape(f"{seed}.csv {wrong}")):
        check_seeds(label)


def test_a_rate_that_is_no_number_is_named_so(label: Settings) -> None:
    rates = label.seeds_dir / "seed_exchange_rates.csv"
    rates.write_text("currency_code,rate_date,usd_per_unit,rate_source\nEUR,2026-01-31,one,ECB\n", encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape("line 2: usd_per_unit 'one' is no number.")):
        check_seeds(label)


@pytest.mark.parametrize(
    ("seed", "what"), [("seed_artists", "artist"), ("seed_platforms", "platform"), ("seed_territories", "territory")]
)
def test_a_seed_without_its_unknown_member_is_named_with_the_line_to_restore(
    label: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, seed: str, what: str
) -> None:
    source = seed_files(label)[f"{seed}.csv"]
    header, unknown, *rest = source.read_text(encoding="utf-8").splitlines()
    edited = tmp_path / f"{seed}.csv"
    edited.write_text("\n".join([header, *rest, ""]), encoding="utf-8")
    monkeypatch.setattr(seed_checks, "seed_files", lambda config: seed_files(config) | {edited.name: edited})
    with pytest.raises(UsageError, match=re.escape(f": row 0, the unknown {what}, is missing; restore the line `{unknown}`")):
        check_seeds(label)


def test_an_alias_may_pass_from_one_artist_to_another(label: Settings) -> None:
    aliases = label.seeds_dir / "seed_artist_aliases.csv"
    aliases.write_text(aliases.read_text(encoding="utf-8") + "NOVA,1,,2024-12-31,\nNOVA,2,2025-01-01,,\n", encoding="utf-8")
    check_seeds(label)
    edit(label, "seed_artist_aliases", "2024-12-31", "2025-01-01")
    with pytest.raises(UsageError, match="alias 'NOVA' means 2 here and 1 on line"):
        check_seeds(label)


def test_a_seed_that_is_missing_or_no_utf_8_is_named(label: Settings) -> None:
    (label.seeds_dir / "seed_goals.csv").unlink()
    (label.seeds_dir / "seed_tracks.csv").write_bytes("title,primary_artist_id\nÉTÉ,1\n".encode("cp1252"))
    with pytest.raises(UsageError, match=r"seed_goals\.csv is missing: copy it from seeds/label") as error:
        check_seeds(label)
    assert "seed_tracks.csv: no UTF-8 text" in str(error.value) and "2 more" not in str(error.value)


def test_a_build_ends_before_dbt_starts(label: Settings) -> None:
    edit(label, "seed_artists", "2,ZONE A0,", "1,ZONE A0,")
    ended = cli(label.data_dir, "build", BEDROT_SEEDS_DIR=str(label.seeds_dir))
    assert ended.returncode == 2 and "seed_artists.csv line 4: artist_id '1' is on line 3 already" in ended.stderr
    assert not (label.data_dir / "warehouse").exists()


def test_seeds_outside_the_checkout_are_given_to_dbt_from_within(label: Settings) -> None:
    """dbt writes to its target folder joined with a seed's path: an absolute one would be the seed itself."""
    given = label_environment(label)
    path = PROJECT_DIR / given["BEDROT_SEEDS_PATH"]
    assert given["BEDROT_DEFAULT_ARTIST"] == "NOBODY"
    assert not Path(given["BEDROT_SEEDS_PATH"]).is_absolute() and ".." not in given["BEDROT_SEEDS_PATH"]
    assert {one.name: one.read_bytes() for one in path.iterdir()} == {
        one.name: one.read_bytes() for one in label.seeds_dir.iterdir()
    }
    assert label_environment(label) == given
    edit(label, "seed_goals", "100000000", "7")
    other = label_environment(label)["BEDROT_SEEDS_PATH"]
    assert "seed_goals.csv" in seed_files(label) and other != given["BEDROT_SEEDS_PATH"]
    for one in (given["BEDROT_SEEDS_PATH"], other):
        shutil.rmtree(PROJECT_DIR / one)


def test_the_demos_folder_has_the_demos_seeds(label: Settings) -> None:
    label.data_dir.mkdir()
    (label.data_dir / DEMO_MARK).write_text("{}")
    assert label_environment(label) == {"BEDROT_SEEDS_PATH": "demo/seeds", "BEDROT_DEFAULT_ARTIST": "ZONE A0"}

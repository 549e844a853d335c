"""One today for builds, lags and health: the label's day, the demo's day, or the one that is set."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from support.commands import cli, dbt

from common import settings as module
from common.settings import Settings

LATE_EVENING = datetime(2026, 7, 4, 23, 30)
DEMO_DAY = date(2026, 7, 5)


@pytest.mark.parametrize(
    ("zone", "expected"),
    [("UTC", date(2026, 7, 4)), ("Europe/Berlin", date(2026, 7, 5)), ("America/Los_Angeles", date(2026, 7, 4))],
)
def test_today_is_the_labels_day(config: Settings, monkeypatch: pytest.MonkeyPatch, zone: str, expected: date) -> None:
    monkeypatch.setattr(module, "utc_now", lambda: LATE_EVENING)
    assert config.model_copy(update={"timezone": zone}).today == expected
    assert config.model_copy(update={"timezone": zone, "as_of": date(2020, 1, 1)}).today == date(2020, 1, 1)


@pytest.mark.parametrize("setting", ["BEDROT_TIMEZONE", "BEDROT_FILE_TIMEZONE", "BEDROT_SPARK_TIMEZONE"])
@pytest.mark.parametrize("zone", ["Mars/X", "", "../etc/passwd", "Europe"])
def test_what_is_no_zone_is_refused_by_name(tmp_path: Path, setting: str, zone: str) -> None:
    told = cli(tmp_path / "data", "status", **{setting: zone})
    assert told.returncode == 2 and len(told.stderr.splitlines()) == 1, told.stderr
    assert told.stderr.startswith(f"error: setting {setting}: ") and "is no time zone" in told.stderr


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_bare_dbt_takes_the_same_day(config: Settings, zone: str) -> None:
    asked = ("compile", "--inline", "select {{ as_of_date() }}", "--output", "json", "--quiet")
    before = config.model_copy(update={"timezone": zone}).today
    compiled = dbt(config.data_dir, *asked, BEDROT_AS_OF="", BEDROT_TIMEZONE=zone)
    after = config.model_copy(update={"timezone": zone}).today
    assert compiled.returncode == 0, compiled.stdout
    assert json.loads(compiled.stdout)["compiled"].strip() in {f"select cast('{day}' as date)" for day in (before, after)}


def test_a_folder_marked_as_the_demos_has_the_demos_day(demo: Path, config: Settings) -> None:
    assert Settings(data_dir=demo, _env_file=None).today == DEMO_DAY
    assert Settings(data_dir=demo, as_of=date(2026, 8, 1), _env_file=None).today == date(2026, 8, 1)
    config.data_dir.mkdir()
    (config.data_dir / "demo.json").write_text("{")
    assert config.today == config.day_of(module.utc_now())


def test_a_build_and_status_of_the_demo_use_its_day(demo_copy: Path) -> None:
    again = cli(demo_copy, "build")
    assert again.returncode == 0 and again.stdout.startswith("Nothing new since"), again.stdout + again.stderr
    health = json.loads(cli(demo_copy, "status", "--json").stdout)["health"]
    assert health["today"] == str(DEMO_DAY)
    lags = {(unit["source"], unit["account"]): unit["lag_days"] for unit in health["units"]}
    assert lags[("distrokid", "main")] < 45 and lags[("tiktok", "zone.a0")] < 6, lags

"""Everything at once: what lies in the inbox is landed and built, whatever fails is told once, and the exit code says it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.commands import cli
from support.ledgers import ledger_a, sale
from support.receiver import TOKEN, Receiver, listening

from common.errors import BuildError, StorageError, UsageError
from warehouse.run import attempted, exit_code_of


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    yield from listening()


def test_a_run_lands_builds_writes_metrics_and_tells_trouble_once(receiver: Receiver, tmp_path: Path) -> None:
    data, metrics = tmp_path / "data", tmp_path / "bedrot.prom"
    (data / "inbox").mkdir(parents=True)
    export = data / "inbox" / "dk_bank_details_20260701_101500.tsv"
    export.write_bytes(ledger_a([sale("2026-06-20", "2026-04")]))
    settings = {"BEDROT_NOTIFY_URLS": receiver.url, "BEDROT_METRICS_FILE": str(metrics), "BEDROT_AS_OF": "2026-07-04"}
    broken = settings | {"DBT_PRINTER_WIDTH": "none"}

    failed = cli(data, "run", **broken)
    assert failed.returncode == 9 and "landed 1 row" in failed.stdout and "Health       FAILED" in failed.stdout
    assert failed.stderr.count("error: build: nothing was published") == 1
    assert receiver.told() == ["Trouble: warehouse, build"]
    assert "bedrot_last_build_failed 1.0" in metrics.read_text()
    assert not export.exists()

    done = cli(data, "run", **settings)
    assert done.returncode == 0 and receiver.told() == ["Over: warehouse, build"]
    assert "no source is set up and the inbox is empty" in done.stdout
    assert "Published" in done.stdout and "Health       HEALTHY" in done.stdout
    assert "bedrot_last_build_failed 0.0" in metrics.read_text()

    (data / "demo.json").write_text("{}")
    refused = cli(data, "run", **settings)
    assert refused.returncode == 2 and "holds the demo's data" in refused.stderr
    assert receiver.told() == ["Trouble: warehouse, run"]
    assert "Health       FAILED" in cli(data, "status", **settings).stdout

    (data / "demo.json").unlink()
    receiver.status = 500
    again = cli(data, "run", **broken | {"BEDROT_AS_OF": "2026-07-05"})  # another day, else there is nothing to build
    assert again.returncode == 9 and again.stderr.count("not delivered") == 2
    assert sorted(receiver.told()) == ["Over: warehouse, run", "Trouble: warehouse, build"]
    records = [json.loads(path.read_text()) for path in sorted((data / "runs").glob("*/*/*_run_*.json"))]
    assert [(one["exit_code"], "error" in one) for one in records] == [(9, False), (0, False), (2, True), (9, False)]
    kept = "".join(path.read_text() for path in (data / "runs").rglob("*.json"))
    assert TOKEN not in kept + failed.stdout + failed.stderr + again.stdout + again.stderr + metrics.read_text()


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([0, 0], 0),
        ([3, 0], 3),
        ([4, 0], 4),
        ([3, 9], 9),
        ([8, 9], 9),
        ([3, 8], 8),
        ([8, 0], 8),
        ([0, 7], 7),
        ([3, 7], 3),
        ([0, 0, 2], 2),
    ],
)
def test_the_exit_code_is_the_builds_then_storages_then_the_first(codes: list[int], expected: int) -> None:
    assert exit_code_of(codes) == expected


def test_a_step_that_a_user_can_mend_stops_no_other_and_a_bug_does(capsys: pytest.CaptureFixture[str]) -> None:
    def failing(error: Exception) -> None:
        raise error

    assert attempted(lambda: 3) == 3 and attempted(lambda: Path()) == 0
    for error in (UsageError("one"), BuildError("two"), StorageError("three")):
        assert attempted(lambda error=error: failing(error)) == error.exit_code
    assert capsys.readouterr().err == "error: one\nerror: two\nerror: three\n"
    with pytest.raises(ZeroDivisionError):
        attempted(lambda: 1 / 0)

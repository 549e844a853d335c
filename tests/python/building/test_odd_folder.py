"""A data folder whose path holds whatever a path can: quotes, brackets, braces, `#`, `?`, a backslash."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from support.commands import cli
from support.ledgers import ledger_a, sale

ODD = 'it\'s "a" #1? [x] {{ y }} {z} \\n 100% é'


def test_a_label_lives_in_a_folder_with_any_name(tmp_path: Path) -> None:
    box = tmp_path / ODD / "box * [1]"
    box.mkdir(parents=True)
    data = tmp_path / ODD / "data"
    lines = [sale("2025-03-29", "2025-01", quantity=str(number)) for number in range(1, 10)]
    (box / "dk_bank_details_20250529_101500.tsv").write_bytes(ledger_a(lines))
    assert cli(data, "land", str(box)).stdout.startswith("landed 9 rows")
    built = cli(data, "build")
    assert built.returncode == 0, built.stderr
    asked = cli(data, "query", "select sum(net_revenue_usd) as net, count(*) as n from revenue_transactions", "--format", "json")
    assert json.loads(asked.stdout) == [{"net": 1.11111102, "n": 9}]
    assert cli(data, "status").returncode == 0
    (box / "dk_bank_details_20250629_101500.tsv").write_bytes(ledger_a([*lines, sale("2025-04-29", "2025-02", earnings="1")]))
    assert "1 landed" in cli(data, "land", str(box)).stdout
    again = cli(data, "build")
    assert again.returncode == 0 and "Built again" in again.stdout, again.stderr
    asked = cli(data, "query", "select count(*) as n from revenue_transactions", "--format", "csv")
    assert asked.stdout == "n\n10\n"
    for command in ("compact", "verify", "replay", "export", "docs", "suggest", "backup"):
        done = cli(data, command)
        assert done.returncode == 0, done.stderr
    page = (data / "exports" / "docs.html").read_text(encoding="utf-8")
    assert "read_parquet('data/landing/distrokid/bank_details/*.parquet'" in page and str(tmp_path) not in page
    restored = tmp_path / ODD / "restored"
    done = cli(data, "restore", "--into", str(restored))
    assert f"BEDROT_DATA_DIR={shlex.quote(str(restored))}: `python cli.py verify`" in done.stdout, done.stderr
    assert cli(restored, "verify").stdout.startswith("2 extracts, 0 sightings, 2 originals: all as landed.")

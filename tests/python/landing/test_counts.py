"""Counts in messages: one thing in the singular, and the same figures at the start and the end of a command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.commands import cli
from support.ledgers import ledger_a, sale

from common.printing import counted

MANY_OF_ONE = re.compile(r"(?<![\d,.])1 (?:further )?(?:\w+ies|\w*[^\Ws]s)\b")


@pytest.mark.parametrize(
    ("number", "what", "told"),
    [
        (0, "row", "0 rows"), (1, "row", "1 row"), (1_200, "row", "1,200 rows"), (1, "entry", "1 entry"), (2, "entry", "2 entries"),
        (2, "day", "2 days"), (1, "further original", "1 further original"),
    ],
)  # fmt: skip
def test_a_count_agrees_with_its_noun(number: int, what: str, told: str) -> None:
    assert counted(number, what) == told


def test_one_thing_is_told_in_the_singular(tmp_path: Path) -> None:
    """Of one row in one file, each command says so."""
    data, other = tmp_path / "data", tmp_path / "other"
    export = tmp_path / "dk_bank_details_20250529_101500.tsv"
    export.write_bytes(ledger_a([sale("2025-03-29", "2025-01")]))
    junk = tmp_path / "notes.txt"
    junk.write_text("nothing that a source exports\n", encoding="utf-8")
    told = {"land": cli(data, "land", str(export)).stdout, "refused": cli(data, "land", "bank", str(junk)).stderr}
    for command in ("verify", "replay", "quarantine list", "compact", "backup"):
        told[command] = cli(data, *command.split()).stdout
    [copy] = (data / "backups").glob("2*")
    told["restore"] = cli(other, "restore", str(copy)).stdout
    [original] = (data / "originals").rglob("*.tsv")
    original.unlink()
    told["backup without it"] = cli(data, "backup").stdout
    told["restore without it"] = cli(tmp_path / "third", "restore", str(sorted((data / "backups").glob("2*"))[-1])).stdout
    told["withdraw"] = cli(other, "withdraw", next((other / "landing").rglob("2*.parquet")).stem).stdout
    told["verify withdrawn"] = cli(other, "verify").stdout
    assert {command: MANY_OF_ONE.findall(text) for command, text in told.items()} == dict.fromkeys(told, [])
    assert "1 extract, 0 sightings, 1 original: all as landed." in told["verify"]
    assert "1 file is missing or damaged" in told["backup without it"]
    assert "1 file missing or damaged already" in told["restore without it"]
    assert told["withdraw"].startswith("withdrew 1 row of distrokid.bank_details")
    assert told["verify withdrawn"].endswith(
        "1 further original: withdrawn, parts of one export, of a stopped run, or landed already.\n"
    )


def test_a_backup_announces_what_it_ends_with(tmp_path: Path) -> None:
    """What is in quarantine counts, too: its file and its reason."""
    data = tmp_path / "data"
    export = tmp_path / "dk_bank_details_20250529_101500.tsv"
    export.write_bytes(ledger_a([sale("2025-03-29", "2025-01")]))
    junk = tmp_path / "notes.txt"
    junk.write_text("nothing that a source exports\n", encoding="utf-8")
    cli(data, "land", str(export), str(junk))
    first, _, last = cli(data, "backup").stdout.splitlines()
    announced = re.fullmatch(r"Backing up (.*) …", first)[1]
    assert last == f"{announced}, of which 0 shared with the backup before."

"""A file larger than the memory that landing may take lands whole: rows are streamed, never held."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.commands import PROJECT_DIR, rows
from support.ledgers import GENERATION_B, sale

from common.errors import SourceFormatError
from common.settings import Settings
from loaders.landing import exports as files
from loaders.landing.exports import Export

LINES = 400_000
PEAK_MIB = 550  # Python with its libraries, the limit, and what a reader holds of a file at a time
MEASURED = """
import resource, sys
from cli import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
"""


def write_ledger(path: Path, end: bytes) -> None:
    """Write a ledger of generation B whose lines differ by a long title: 590 MiB."""
    line = sale("2026-03-29", "2026-01", Title="{}") | {"Date Inserted": "2026-03-29", "Source Type": "Song"}
    front, back = ",".join(f'"{line.get(name, "")}"' for name in GENERATION_B).encode().split(b"{}")
    story = b"a title told at length " * 60
    with path.open("wb") as file:
        file.write(",".join(GENERATION_B).encode() + end)
        file.writelines(b"%s%d %s%s%s" % (front, number, story, back, end) for number in range(LINES))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="peak memory is in other units elsewhere")
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["by DuckDB", "by pyarrow"])
def test_a_ledger_larger_than_memory_lands_whole(tmp_path: Path, end: bytes) -> None:
    file = tmp_path / "dk_bank_details_20260401_090000.csv"
    write_ledger(file, end)
    config = Settings(data_dir=tmp_path / "data", _env_file=None)
    landed = subprocess.run(
        [sys.executable, "-c", MEASURED, "land", str(file)],
        env=os.environ | {"BEDROT_DATA_DIR": str(config.data_dir), "BEDROT_MEMORY_LIMIT": "150MB"},
        cwd=PROJECT_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert rows(config, "distrokid", "bank_details", "_row_number") == [(number + 1,) for number in range(LINES)]
    assert int(landed.stdout.split()[-1]) < PEAK_MIB < file.stat().st_size >> 20


def test_what_is_read_whole_has_a_stated_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "DOCUMENT_LIMIT_BYTES", 1000)
    page = tmp_path / "toolost_spotify.json"
    page.write_bytes(b"[" + b" " * 1000 + b"]")
    with pytest.raises(SourceFormatError, match="toolost_spotify.json: 1,002 bytes; a page or an answer has 1,000 at most"):
        _ = Export(page, page.name).document

"""Settings: a wrong one is named in one line before anything is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.commands import cli

from common.settings import Settings


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("BEDROT_FILE_TIMEZONE", "Mars/X", "'Mars/X' is no time zone"),
        ("BEDROT_FILE_TIMEZONE", "../../etc/passwd", "is no time zone"),
        ("BEDROT_SPARK_TIMEZONE", "", "is no time zone"),
        ("BEDROT_MEMORY_LIMIT", "banana", "'banana' is no size; write one like 4GB"),
        ("BEDROT_MEMORY_LIMIT", "4", "'4' is no size"),
        ("BEDROT_AS_OF", "yesterday", "date"),
        ("BEDROT_THREADS", "0", "greater than or equal to 1"),
        ("BEDROT_LOCK_WAIT_SECONDS", "-1", "greater than or equal to 0"),
        ("BEDROT_KEEP_BUILDS", "many", "integer"),
        ("BEDROT_QUERY_SECONDS", "0", "greater than 0"),
        ("BEDROT_DEBUG", "perhaps", "boolean"),
    ],
)
def test_a_wrong_setting_is_named_before_anything_is_done(tmp_path: Path, name: str, value: str, told: str) -> None:
    done = cli(tmp_path / "data", "status", **{name: value})
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith(f"error: setting {name}: ") and told in done.stderr and done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_a_data_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    done = cli(tmp_path / "data", "status")
    assert done.returncode == 2 and "setting BEDROT_DATA_DIR: " in done.stderr and "is a file" in done.stderr


@pytest.mark.parametrize("content", ["BEDROT_DATA_DIR=caf\xe9\n".encode("latin-1"), b"\x00\xff\xfe"])
def test_an_env_file_that_is_no_utf_8_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    done = cli(tmp_path / "data", "status", BEDROT_ENV_FILE=str(tmp_path / ".env"))
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert f"{tmp_path / '.env'}: can't be read" in done.stderr and "UTF-8" in done.stderr


@pytest.mark.parametrize(
    ("text", "size"),
    [("4GB", 4_000_000_000), ("1.5 GiB", 1_610_612_736), ("500mb", 500_000_000), ("64KiB", 65_536), ("7B", 7), (None, None)],
)
def test_a_memory_limit_in_bytes(text: str | None, size: int | None) -> None:
    assert Settings(memory_limit=text, _env_file=None).memory_bytes == size

"""What a command line can't mean is said in one line, with what it can be; exit code 2, nothing done."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.commands import cli

WRONG = {
    "an engine to build on": (("build", "--target", "prod"), "'prod' is not one of 'dev', 'spark'"),
    "a format to answer in": (("query", "select 1", "--format", "xml"), "'xml' is not one of 'table', 'csv', 'json', 'parquet'"),
    "a format to export": (("export", "--format", "xls"), "'xls' is not one of 'csv', 'parquet', 'xlsx'"),
    "an order of dates": (("land", "x.csv", "--dates", "sideways"), "'sideways' is not one of 'day-first', 'month-first'"),
    "an order at a retry": (("quarantine", "retry", "1", "--dates", "up"), "'up' is not one of 'day-first', 'month-first'"),
    "an engine to compare": (("compare", "duckdb", "postgres"), "'postgres' is not one of 'duckdb', 'spark'"),
    "an engine with itself": (("compare", "spark", "spark"), "it compares duckdb and spark"),
    "a number out of bounds": (("demo", "--scale", "0"), "greater than or equal to 1"),
    "an option": (("status", "--jsn"), "No such option: --jsn"),
    "a command": (("qery",), "No such command 'qery'"),
    "a command of a group": (("quarantine", "lost"), "No such command 'lost'"),
    "no argument": (("query",), "Missing argument"),
    "an option without its value": (("backup", "--output"), "Option '--output' requires an argument"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_command_line_is_one_line_that_says_what_can_be(tmp_path: Path, case: str) -> None:
    arguments, told = WRONG[case]
    done = cli(tmp_path / "data", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done.stderr
    assert done.stderr.startswith("error: ") and told in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("group", [(), ("quarantine",)])
def test_a_group_without_a_command_shows_its_help(tmp_path: Path, group: tuple[str, ...]) -> None:
    done = cli(tmp_path / "data", *group)
    assert (done.returncode, done.stdout) == (2, "") and "Commands:" in done.stderr

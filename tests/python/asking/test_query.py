"""Asking the published warehouse: what may be asked, and what the answers look like."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import psutil
import pyarrow.parquet as pq
import pytest
from support.commands import PROJECT_DIR, cli
from support.small_warehouse import publish

from common.errors import StorageError, UsageError
from common.settings import Settings
from warehouse.asking.query import SHOWN_ROWS, require_select
from warehouse.building.published import current


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a published warehouse."""
    folder = tmp_path_factory.mktemp("asked") / "data"
    publish(folder)
    return folder


def ask(data: Path, sql: str, *options: str, **environment: str) -> str:
    """Ask, and return what is printed."""
    answer = cli(data, "query", sql, *options, **environment)
    assert (answer.returncode, answer.stderr) == (0, "")
    return answer.stdout


def refused(data: Path, *arguments: str, **environment: str) -> str:
    """Ask for something wrong, and return the one line that says so."""
    answer = cli(data, "query", *arguments, **environment)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert answer.stderr.startswith("error: ") and answer.stderr.count("\n") == 1
    return answer.stderr


def test_a_table_shows_decimals_without_trailing_zeros_and_never_rounds(data: Path) -> None:
    shown = ask(data, "select net_revenue_usd, quantity, share from revenue_transactions order by transaction_id")
    assert [line.split() for line in shown.splitlines()[2:]] == [
        ["0.004183000001", "3", "0.5"],
        ["12.5", "900", "null"],
        ["-0.25", "null", "nan"],
        ["3", "rows"],
    ]
    assert shown.splitlines()[3].index("12.5") + 4 == shown.splitlines()[2].index("0.004183000001") + 14


def test_a_table_shows_text_as_it_is(data: Path) -> None:
    shown = ask(data, "select '[red]x[/] :smile:' as \"[b]\", chr(27) || '[31m' as escape, 'a' || chr(10) || 'b' as lines")
    assert "[b]" in shown and "[red]x[/] :smile:" in shown
    assert "\x1b" not in shown and "\\x1b[31m" in shown


def test_a_table_is_cut_at_a_thousand_rows_and_says_so(data: Path) -> None:
    shown = ask(data, "select range as number from range(1234) order by 1")
    assert "1,000 of 1,234 rows; 234 left out: a table shows 1,000, --format csv has them all." in shown.splitlines()[-1]
    assert len(shown.splitlines()) == SHOWN_ROWS + 3
    assert "left out" not in ask(data, "from range(1000)")


def test_a_table_keeps_to_the_rows_allowed_and_names_the_limit(data: Path) -> None:
    shown = ask(data, "from range(12)", BEDROT_QUERY_ROWS="5").splitlines()
    assert shown[-1] == "5 of 12 rows; 7 left out: BEDROT_QUERY_ROWS allows 5." and len(shown) == 5 + 3
    assert ask(data, "from range(5)", BEDROT_QUERY_ROWS="5").splitlines()[-1] == "5 rows"
    shown = ask(data, "from range(1234)", BEDROT_QUERY_ROWS="1200").splitlines()
    assert shown[-1] == "1,000 of 1,234 rows; 234 left out: a table shows 1,000, BEDROT_QUERY_ROWS allows 1,200."


@pytest.mark.parametrize("sql", ["-- each\nselect 1 as a", "--each\nselect 1 as a", "/* each */ select 1 as a"])
def test_sql_may_begin_with_a_comment(data: Path, sql: str) -> None:
    assert ask(data, sql, "--format", "csv") == "a\n1\n"
    assert cli(data, "query", "--format", "csv", sql).stdout == "a\n1\n"
    assert cli(data, "query", "--format", "csv", "--", sql).stdout == "a\n1\n"


def test_a_comment_alone_is_told_as_one_and_a_misspelled_option_as_an_option(data: Path) -> None:
    for sql in ("-- each month", "/* each month */", " "):
        assert "only a comment or nothing" in refused(data, sql)
    assert "No such option: --fromat" in cli(data, "query", "--fromat", "csv", "select 1").stderr


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal that a test can open")
def test_a_window_too_narrow_for_a_table_gets_a_line_a_value(data: Path) -> None:
    assert in_window(data, 50)[:4] == [
        "row 1",
        "transaction_id   line-2",
        "artist_id        1",
        "reporting_date   2026-05-20",
    ]
    assert in_window(data, 160)[0].split()[:3] == ["transaction_id", "artist_id", "reporting_date"]


def in_window(data: Path, columns: int) -> list[str]:
    """Ask in a terminal so wide; return its lines."""
    import pty

    outside, inside = pty.openpty()
    sql = "select * from revenue_transactions where transaction_id = 'line-2'"
    environment = os.environ | {"BEDROT_DATA_DIR": str(data), "COLUMNS": str(columns), "TERM": "xterm"}
    subprocess.run([sys.executable, str(PROJECT_DIR / "cli.py"), "query", sql], env=environment, stdout=inside, check=True)
    os.close(inside)
    read = os.read(outside, 100_000).decode()
    os.close(outside)
    return [re.sub(r"\x1b\[[0-9;]*m", "", line).rstrip() for line in read.splitlines()]


def test_csv_keeps_every_digit_and_every_text(data: Path) -> None:
    assert ask(data, "select * exclude (reporting_date) from revenue_transactions", "--format", "csv").splitlines() == [
        "transaction_id,artist_id,net_revenue_usd,quantity,title,share",
        "line-1,1,0.004183000001,3,NEON DRIFT,0.5",
        'line-2,1,12.500000000000,900,"=HYPERLINK(""http://x.test"")",',
        "line-3,2,-0.250000000000,,-5,nan",
    ]


def test_json_is_one_array_with_every_digit(data: Path) -> None:
    sql = """
        select artist_id, net_revenue_usd, reporting_date, title, share,
            170141183460469231731687303715884105727::hugeint as huge, 123456789012.123456789012::decimal(24, 12) as money,
            'inf'::double as infinite, [1.50::decimal(4, 2), null] as list, {'day': date '2026-01-02', 'ok': true} as struct,
            timestamp '2026-01-02 03:04:05' as moment, '{"a": 1.50}'::json as document, 7 as artist_id
        from revenue_transactions order by transaction_id
    """
    printed = ask(data, sql, "--format", "json")
    assert '"money": 123456789012.123456789012' in printed and '"document": {"a": 1.50}' in printed
    rows = json.loads(printed, parse_float=Decimal)
    assert rows[0] == {
        "artist_id": 1, "net_revenue_usd": Decimal("0.004183000001"), "reporting_date": "2026-05-20", "title": "NEON DRIFT",
        "share": Decimal("0.5"), "huge": 2**127 - 1, "money": Decimal("123456789012.123456789012"), "infinite": None,
        "list": [Decimal("1.50"), None], "struct": {"day": "2026-01-02", "ok": True}, "moment": "2026-01-02T03:04:05",
        "document": {"a": Decimal("1.50")}, "artist_id_1": 7,
    }  # fmt: skip
    assert list(rows[0])[:2] == ["artist_id", "net_revenue_usd"]
    assert (rows[1]["share"], rows[2]["share"]) == (None, None)
    assert rows[1]["title"] == '=HYPERLINK("http://x.test")'


def test_json_of_no_rows_is_an_empty_array(data: Path) -> None:
    assert ask(data, "select 1 as one where false", "--format", "json") == "[]\n"


def test_parquet_keeps_the_types_and_needs_a_file(data: Path, tmp_path: Path) -> None:
    assert "--output" in refused(data, "select 1", "--format", "parquet")
    target = tmp_path / "answer.parquet"
    sql = "select net_revenue_usd, sum(quantity) over () as total, 1 as net_revenue_usd from revenue_transactions"
    assert ask(data, sql, "--format", "parquet", "--output", str(target)) == ""
    written = pq.read_table(target)
    assert written.column_names == ["net_revenue_usd", "total", "net_revenue_usd_1"]
    assert str(written.schema.field("net_revenue_usd").type) == "decimal128(24, 12)"
    assert written["net_revenue_usd"][0].as_py() == Decimal("0.004183000001") and written["total"][0].as_py() == 903


@pytest.mark.parametrize(("format", "bad_row"), [("csv", 50_000), ("json", 50_000), ("parquet", 1_900_000)])
def test_a_file_appears_whole_or_not_at_all(data: Path, tmp_path: Path, format: str, bad_row: int) -> None:
    target = tmp_path / "answer"
    target.write_text("before")
    sql = f"select case when range = {bad_row} then 'x' else '1' end::int as number from range({bad_row} + 100000)"
    assert "Conversion Error" in refused(data, sql, "--format", format, "--output", str(target))
    assert target.read_text() == "before"
    ask(data, "select 1 as one", "--format", format, "--output", str(target))
    assert target.read_bytes() != b"before" and [path.name for path in tmp_path.iterdir()] == ["answer"]


def test_a_file_needs_a_folder_to_be_in(data: Path, tmp_path: Path) -> None:
    assert "does not exist" in refused(data, "select 1", "--output", str(tmp_path / "nowhere" / "answer"))
    assert "a folder" in refused(data, "select 1", "--output", str(tmp_path))


@pytest.mark.parametrize(
    "sql",
    [
        "with one as (select 1) select * from one",
        "from range(3)",
        "values (1), (2)",
        "select 1;",
        "/* a comment */ -- and\nselect 'pragma'",
        "describe artists",
        "pivot artists on artist_id in (1, 2) using count(*)",
    ],
)
def test_one_select_may_be_asked(data: Path, sql: str) -> None:
    require_select(duckdb.connect(), sql)
    assert ask(data, sql)


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("pragma version", "PRAGMA"),
        ("/* x */ -- y\nPRAGMA version", "PRAGMA"),
        ("insert into marts.artists values (3, 'X', true)", "INSERT"),
        ("with one as (select 1) delete from marts.artists", "DELETE"),
        ("create table t as select 1", "CREATE"),
        ("copy marts.artists to 'x.csv'", "COPY"),
        ("attach 'x.db'", "ATTACH"),
        ("install spatial", "LOAD"),
        ("set threads = 1", "SET"),
        ("explain select 1", "EXPLAIN"),
        ("select 1; select 2", "SELECT and SELECT"),
    ],
)
def test_anything_else_is_refused(sql: str, kind: str) -> None:
    with pytest.raises(UsageError, match=f"not {kind}"):
        require_select(duckdb.connect(), sql)


def test_sql_that_fails_is_one_line_with_the_hint(data: Path) -> None:
    assert 'Candidate bindings: "artist_id"' in refused(data, "select artist from artists")
    assert 'Did you mean "artists"?' in refused(data, "select *\nfrom artist") and "(line 2)" in refused(
        data, "select *\nfrom artist"
    )
    assert "Parser Error" in refused(data, "selec 1")
    assert "format" in refused(data, "select 1", "--format", "xml")
    assert "not SELECT and DROP" in refused(data, "select 1; drop table marts.artists")


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from range(10000000000) a, range(1000) b where a.range % 7 = b.range % 5",
        "select levenshtein(repeat('a', 100000), repeat('b', 100000))",
        "with recursive n as (select 1 as i union all select i + 1 from n) select count(*) from n",
    ],
)
def test_a_question_ends_in_time_however_the_engine_is_busy(data: Path, tmp_path: Path, sql: str) -> None:
    started = time.monotonic()
    told = refused(data, sql, BEDROT_QUERY_SECONDS="2")
    assert "no whole answer within 2 s" in told and "BEDROT_QUERY_SECONDS" in told
    assert time.monotonic() - started < 15


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of a process's memory")
@pytest.mark.parametrize(
    "sql",
    [
        "select sum(x) from (select unnest(generate_series(1, 1000000000)) as x)",
        "select length(array_agg(x)) from (select unnest(range(400000000)) as x)",
        "select length(repeat('x', 4000000000))",
    ],
)
def test_a_question_takes_no_more_memory_than_it_may(data: Path, sql: str) -> None:
    ended = cli(data, "query", sql, BEDROT_MEMORY_LIMIT="300MB", BEDROT_QUERY_SECONDS="30")
    assert ended.stderr.startswith("error: ") and ended.stderr.count("\n") == 1 and ended.returncode in (2, 8), ended


def test_an_answer_has_no_more_rows_than_it_may(data: Path, tmp_path: Path) -> None:
    for format in ("csv", "json", "parquet"):
        target = tmp_path / f"answer.{format}"
        told = refused(data, "from range(20000)", "--format", format, "--output", str(target), BEDROT_QUERY_ROWS="15000")
        assert "more than 15,000 rows" in told and not list(tmp_path.iterdir())
        ask(data, "from range(15000)", "--format", format, "--output", str(target), BEDROT_QUERY_ROWS="15000")
        target.unlink()


def test_what_is_spilled_is_private_and_goes(data: Path, tmp_path: Path) -> None:
    sql = "select count(distinct x) from (select range::varchar || repeat('y', 40) as x from range(3000000))"
    assert "3000000" in ask(data, sql, TMPDIR=str(tmp_path), BEDROT_MEMORY_LIMIT="100MB", BEDROT_THREADS="1")
    refused(data, "select 1 / 'x'::int", TMPDIR=str(tmp_path))
    refused(
        data, sql.replace("3000000", "300000000"), TMPDIR=str(tmp_path), BEDROT_MEMORY_LIMIT="100MB", BEDROT_QUERY_SECONDS="2"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="kills by a signal")
def test_the_process_that_answers_ends_with_the_one_that_asked(data: Path, tmp_path: Path) -> None:
    sql = "select count(*) from range(10000000000) a, range(1000) b where a.range % 7 = b.range % 5"
    command = [sys.executable, str(PROJECT_DIR / "cli.py"), "query", sql]
    with subprocess.Popen(command, env=os.environ | {"BEDROT_DATA_DIR": str(data), "TMPDIR": str(tmp_path)}) as process:
        deadline = time.monotonic() + 20
        while not (children := psutil.Process(process.pid).children()) and time.monotonic() < deadline:
            time.sleep(0.1)
        process.kill()
    assert psutil.wait_procs(children, timeout=10)[1] == []


@pytest.mark.parametrize(
    "sql",
    [
        "import database '/etc'",
        "call enable_logging(storage = 'file', storage_path = '/tmp/x')",
    ],
)
def test_a_statement_that_reaches_outside_is_refused_before_it_runs(data: Path, sql: str) -> None:
    ended = cli(data, "query", sql)
    assert ended.returncode in (2, 8) and ended.stderr.startswith("error: ") and ended.stderr.count("\n") == 1, ended.stderr
    assert "No such file" not in ended.stderr and not Path("/tmp/x").exists()


@pytest.mark.parametrize(
    "sql", ["select * from '/etc/names.csv'", "select * from read_text('/etc/hostname')", "select * from glob('*')"]
)
def test_no_other_file_can_be_read(data: Path, sql: str) -> None:
    assert "disabled by configuration" in refused(data, sql)


def test_nothing_published_a_vanished_and_a_damaged_build(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert "Nothing is published yet. Run `python cli.py build`." in refused(data, "select 1")
    path = publish(data)
    path.write_bytes(path.read_bytes()[:5000])
    damaged = cli(data, "query", "select count(*) from artists")
    assert damaged.returncode == 8 and damaged.stderr.count("\n") == 1 and "Traceback" not in damaged.stderr
    path.unlink()
    with pytest.raises(StorageError, match="gone"):
        current(Settings(data_dir=data, _env_file=None))
    (data / "warehouse" / "current.json").write_text("{")
    with pytest.raises(StorageError, match="names no build"):
        current(Settings(data_dir=data, _env_file=None))


def test_a_reader_who_stops_reading_is_no_error(data: Path) -> None:
    command = [sys.executable, str(PROJECT_DIR / "cli.py"), "query", "from range(1000000)", "--format", "csv"]
    environment = os.environ | {"BEDROT_DATA_DIR": str(data)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline().strip() == b"range"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="sends a signal")
def test_an_interrupted_question_ends_without_a_traceback(data: Path) -> None:
    sql = "select count(*) from range(100000000) a, range(100000) b where a.range % 7 = b.range % 5"
    with subprocess.Popen(
        [sys.executable, str(PROJECT_DIR / "cli.py"), "query", sql], env=os.environ | {"BEDROT_DATA_DIR": str(data)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:  # fmt: skip
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        try:
            printed, told = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, printed) == (130, "") and "Traceback" not in told

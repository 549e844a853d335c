"""Every mart as a file, for Excel, Power BI and whoever takes CSV or Parquet.

CSV is opened in spreadsheets, and some of its text comes from outside (campaigns, titles, bank lines): a text that
a spreadsheet would run as a formula gets an apostrophe before it. Numbers, and texts that are numbers, stay plain.
Parquet and `query --format csv` keep every text as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from common.choices import ExportFormat
from common.errors import UsageError
from common.printing import counted
from common.settings import settings
from common.sql_text import literal, quoted
from warehouse.asking.values import replacing
from warehouse.asking.workbook import write_workbook
from warehouse.building.published import connected, current

if TYPE_CHECKING:
    import duckdb

FORMULA = r"(?s)^[=+@\t\r\n-]."
NUMBER = r"[+-]?[0-9]+([.][0-9]+)?"


def export(format: ExportFormat = ExportFormat.CSV, output: Path | None = None) -> None:
    """Write every mart, each file by one rename, and print what was written.

    Raises UsageError when nothing is published, or a mart is too long for a sheet.
    """
    config = settings()
    published = current(config)
    folder = (output or config.data_dir / "exports" / published.build_id).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--output {folder}: a file. Name a folder.")
    with connected(published, writes_to=folder) as con:
        marts = [name for (name,) in con.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by table_name"
        ).fetchall()]  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        if format is ExportFormat.XLSX:
            write_workbook(con, published, marts, folder / "marts.xlsx")
            return
        for mart in marts:
            target = folder / f"{mart}.{format}"
            with replacing(target) as temporary:
                rows, guarded = copy(con, mart, format, temporary)
            note = f"  (apostrophe put before what looks like a formula: {guarded:,})" if guarded else ""
            print(f"{counted(rows, 'row'):>17}  {target}{note}")


def copy(con: duckdb.DuckDBPyConnection, mart: str, format: ExportFormat, target: Path) -> tuple[int, int]:
    """Write one mart; return its rows, and how many texts were guarded."""
    if format is ExportFormat.PARQUET:
        con.execute(f"copy marts.{quoted(mart)} to {literal(str(target))} (format parquet, compression zstd)")
        return con.execute(f"select count(*) from marts.{quoted(mart)}").fetchall()[0][0], 0
    columns = con.execute(f"select column_name, column_type from (describe marts.{quoted(mart)})").fetchall()
    kept = [guarded_text(name) if kind == "VARCHAR" else quoted(name) for name, kind in columns]
    rows = f"(select {', '.join(kept)} from marts.{quoted(mart)})"
    con.execute(f"copy {rows} to {literal(str(target))} (format csv, header true)")
    counts = [f"count(*) filter (where {is_formula(name)})" for name, kind in columns if kind == "VARCHAR"]
    return con.execute(f"select count(*), {' + '.join(counts) or '0'} from marts.{quoted(mart)}").fetchall()[0]


def is_formula(name: str) -> str:
    """Say, in SQL, whether a text begins like a formula and is no number."""
    column = quoted(name)
    return f"(regexp_matches({column}, '{FORMULA}') and not regexp_full_match({column}, '{NUMBER}'))"


def guarded_text(name: str) -> str:
    """Return the text column, with an apostrophe before what looks like a formula."""
    return f"case when {is_formula(name)} then '''' || {quoted(name)} else {quoted(name)} end as {quoted(name)}"

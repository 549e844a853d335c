"""The marts as one Excel workbook: a sheet each, and one that says what Excel can't hold."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.errors import UsageError
from common.printing import counted
from common.sql_text import quoted
from warehouse.asking.values import distinct, replacing, text
from warehouse.building.published import Published

if TYPE_CHECKING:
    import duckdb
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

SHEET_ROWS = 1_048_575
SHEET_NAME = 31
CELL_TEXT = 32_767
EXACT_BELOW = 10**15
CHUNK_ROWS = 10_000
NOTES = (
    "Excel keeps 15 digits of a number; money has up to 12 decimals. Where every digit counts, export csv or parquet.",
    "Whole numbers of more than 15 digits, and days before 1900, are text, so that they stay as they are.",
    "A text that begins like a formula is text, and never run. Text beyond 32,767 characters is cut and counted below.",
    "An empty cell is an unknown value, never a zero.",
)


def write_workbook(con: duckdb.DuckDBPyConnection, published: Published, marts: list[str], target: Path) -> None:
    """Write one sheet a mart, by one rename, and print what was written.

    Raises UsageError, before anything is written, when a mart has more rows than a sheet.
    """
    import xlsxwriter

    counts: dict[str, int] = {mart: con.execute(f"select count(*) from marts.{quoted(mart)}").fetchall()[0][0] for mart in marts}
    for mart, rows in counts.items():
        if rows > SHEET_ROWS:
            raise UsageError(f"{mart}: {rows:,} rows, an Excel sheet holds {SHEET_ROWS:,}. Use --format csv or parquet.")
    options = {"constant_memory": True}
    with replacing(target) as temporary, xlsxwriter.Workbook(str(temporary), options) as book:
        book.set_properties({"title": f"Marts of build {published.build_id}", "created": published.built_at})
        formats = {
            "head": book.add_format({"bold": True}),
            "day": book.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        readme = book.add_worksheet("README")
        cut: dict[str, int] = {}
        for mart, name in zip(marts, distinct([mart[: SHEET_NAME - 3] for mart in marts]), strict=True):
            cut[mart] = write_sheet(con, mart, book.add_worksheet(name), formats)
        write_readme(readme, published, counts, cut, formats)
    for mart, rows in counts.items():
        note = f"  (texts cut to {CELL_TEXT:,} characters: {cut[mart]:,})" if cut[mart] else ""
        print(f"{counted(rows, 'row'):>17}  {mart}{note}")
    print(f"Written {target}")


def write_sheet(con: duckdb.DuckDBPyConnection, mart: str, sheet: Worksheet, formats: dict[str, Format]) -> int:
    """Write a mart below its header; return how many texts were cut."""
    result = con.execute(f"select * from marts.{quoted(mart)}")
    columns = [name for name, *_ in result.description]
    sheet.set_column(0, len(columns) - 1, 18)
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(columns):
        sheet.write_string(0, place, name, formats["head"])
    line, cut = 0, 0
    while chunk := result.fetchmany(CHUNK_ROWS):
        for row in chunk:
            line += 1
            for place, value in enumerate(row):
                cut += write_value(sheet, line, place, value, formats)
    sheet.autofilter(0, 0, line, len(columns) - 1)
    return cut


def write_value(sheet: Worksheet, line: int, place: int, value: Any, formats: dict[str, Format]) -> bool:
    """Write one cell in the type that Excel has for it; say whether its text was cut."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return False
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, float) or (isinstance(value, int | Decimal) and -EXACT_BELOW < value < EXACT_BELOW):
        sheet.write_number(line, place, float(value))
    elif isinstance(value, datetime) and value.tzinfo is None and value.year >= 1900:
        sheet.write_datetime(line, place, value, formats["moment"])
    elif isinstance(value, date) and not isinstance(value, datetime) and value.year >= 1900:
        sheet.write_datetime(line, place, value, formats["day"])
    else:
        whole = text(value)
        sheet.write_string(line, place, whole[:CELL_TEXT])
        return len(whole) > CELL_TEXT
    return False


def write_readme(
    sheet: Worksheet, published: Published, counts: dict[str, int], cut: dict[str, int], formats: dict[str, Format]
) -> None:
    """Write what the workbook is, and what it can't hold."""
    sheet.set_column(0, 0, 34)
    head = (f"Build {published.build_id}", f"Built {published.built_at} UTC, as of {published.as_of_date}")
    line = 0
    for line, told in enumerate((*head, "", *NOTES)):
        sheet.write_string(line, 0, told)
    for place, name in enumerate(("mart", "rows", "texts cut")):
        sheet.write_string(line + 2, place, name, formats["head"])
    for number, (mart, rows) in enumerate(counts.items(), start=line + 3):
        sheet.write_string(number, 0, mart)
        sheet.write_number(number, 1, rows)
        sheet.write_number(number, 2, cut[mart])

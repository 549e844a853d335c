"""Delimited text: its header, its dialect and its lines, every value as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.errors import SourceFormatError
from common.printing import counted
from loaders.landing.encodings import decode_line, nul_bytes
from loaders.landing.tables import RESERVED, Table

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from loaders.landing.exports import Export

HEAD_BYTES = 1 << 16
BLOCK_BYTES = 2 << 20
SEPARATOR_LINE = re.compile(rb'"?sep=([,;\t|])"?[,;\t|]*', re.IGNORECASE)
DELIMITERS = {"\t": "a tab", ",": "a comma", ";": "a semicolon", "|": "a bar"}


@dataclass(frozen=True)
class TextTable:
    """A delimited text file: its header and dialect. Lines are read as a stream, every value as text.

    header_lines: how many lines there are up to the header, with it. is_bare: the header is all there is.
    """

    export: Export
    columns: tuple[str, ...]
    delimiter: str
    quoted: bool
    spelled: tuple[str, ...] = ()
    header_lines: int = 1
    is_bare: bool = False

    def reader(self, source: Path | io.BytesIO) -> pa.RecordBatchReader:
        """Return every line of UTF-8 text as text batches, in file order."""
        import pyarrow.csv as arrow_csv

        return arrow_csv.open_csv(source, **self._options())

    def _options(self) -> dict[str, Any]:
        import pyarrow as pa
        import pyarrow.csv as arrow_csv

        names = list(self.spelled or self.columns)
        return {
            "read_options": arrow_csv.ReadOptions(column_names=names, skip_rows=self.header_lines, block_size=BLOCK_BYTES),
            "parse_options": arrow_csv.ParseOptions(
                delimiter=self.delimiter, quote_char='"' if self.quoted else False, newlines_in_values=self.quoted
            ),
            "convert_options": arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=False
            ),
        }

    def frame(self, table: Table) -> pl.DataFrame:
        """Return the whole table as text, its header checked against `table`, without blank rows; for small files.

        Raises SourceFormatError as `check_header` and `Export.text` do, and for a header without rows.
        """
        import polars as pl

        checked = check_header(self, table)
        text = self.export.text.encode()
        with ragged_lines_named(checked):
            rows = pl.DataFrame(checked.reader(io.BytesIO(text)).read_all()).filter(pl.any_horizontal(pl.all() != ""))
        if not len(rows):
            raise table.without_rows(self.export.file_name)
        return rows


def sniff_table(export: Export) -> TextTable:
    """Find the header, the delimiter and the quoting of a text file.

    Blank lines before the header are skipped, and the line `sep=,` that spreadsheets write: it states the delimiter.
    A tab-delimited file with a bare header is taken as unquoted; any other may quote.
    """
    if b"\0" in export.head:
        raise nul_bytes(export.file_name, export.head.index(0))
    lines = re.split(rb"\r\n|\n|\r", export.head)
    filled = [place for place, line in enumerate(lines) if line.strip()]
    stated = SEPARATOR_LINE.fullmatch(lines[filled[0]].strip()) if len(filled) > 1 else None
    place = filled[1] if stated else filled[0] if filled else 0
    line = decode_line(lines[place]) or lines[place].decode("cp1252", "replace")
    bare = re.sub(r'"[^"]*"', "", line)
    delimiter = stated[1].decode() if stated else max(DELIMITERS, key=bare.count)
    quoted = delimiter != "\t" or '"' in line
    fields = next(csv.reader([line], delimiter=delimiter), []) if quoted else line.split(delimiter)
    columns = tuple(name.strip() or f"unnamed_{number}" for number, name in enumerate(fields, start=1))
    is_bare = export.size <= HEAD_BYTES and not any(one > place for one in filled)
    return TextTable(export, columns, delimiter, quoted, header_lines=place + 1, is_bare=is_bare)


def header_key(name: str) -> str:
    """How header names compare: trimmed, without case."""
    return name.strip().casefold()


def has_columns(table: TextTable, required: tuple[str, ...]) -> bool:
    """Say whether every required column is in the header, in any case."""
    found = {header_key(name) for name in table.columns}
    return all(any(header_key(name) in found for name in entry.split("|")) for entry in required)


def check_header(text: TextTable, table: Table) -> TextTable:
    """Return the table with its header in the contract's spelling.

    Raises SourceFormatError when a column is missing, renamed, doubled or named like one of landing's own, when the
    delimiter is another source's, and when the header is all there is.
    """
    name = text.export.file_name
    if text.delimiter not in table.delimiters:
        wanted = " or ".join(DELIMITERS[one] for one in table.delimiters)
        raise SourceFormatError(
            f"{name}: columns are separated by {DELIMITERS[text.delimiter]}, {table.label} by {wanted}. "
            "Export it again, without opening it in a spreadsheet."
        )
    keys = [header_key(column) for column in text.columns]
    doubled = sorted({column.strip() for column, key in zip(text.columns, keys, strict=True) if keys.count(key) > 1})
    if doubled:
        raise SourceFormatError(f"{name}: columns twice in the header: {', '.join(doubled)}. Export it with each column once.")
    if not table.any_columns:
        missing = [entry for entry in table.required if not any(header_key(one) in keys for one in entry.split("|"))]
        if missing:
            known = {header_key(column) for column in table.header}
            others = [column for column, key in zip(text.columns, keys, strict=True) if key not in known]
            hint = f" (instead there: {', '.join(others)})" if others else ""
            wanted = ", ".join(" or ".join(entry.split("|")) for entry in missing)
            raise SourceFormatError(f"{name}: columns missing for {table.label}: {wanted}{hint}. {mend(table, len(missing))}")
    spelling = {header_key(column): column for column in table.header}
    spelled = tuple(spelling.get(key, column.strip()) for column, key in zip(text.columns, keys, strict=True))
    own = {header_key(column) for column in (*RESERVED, *table.facts)}
    reserved = [column for column in spelled if header_key(column) in own]
    if reserved:
        raise SourceFormatError(
            f"{name}: columns with names that landing uses: {', '.join(reserved)}. Rename them, or leave them out."
        )
    if text.is_bare:
        raise table.without_rows(name)
    return replace(text, spelled=spelled)


def mend(table: Table, count: int) -> str:
    """Return what to do about a file that lacks so many columns."""
    lacking = "it" if count == 1 else "them"
    if table.own_file:
        return f"Add {lacking} to the file."
    return (
        f"Every known export has {lacking}: choose all columns where the site lets you choose, and land the file as it was "
        "downloaded."
    )


class ragged_lines_named:  # noqa: N801 - used like a function, in `with`
    """Turn the reader's error about a line into one that names the line and its number."""

    def __init__(self, table: TextTable) -> None:
        self.table = table

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        import pyarrow as pa

        if not isinstance(error, pa.ArrowInvalid) and "CSV" not in str(error):
            return
        name = self.table.export.file_name
        number, width = first_ragged_line(self.table)
        if number:
            raise SourceFormatError(
                f"{name}: line {number} has {counted(width, 'field')}, the header {len(self.table.columns)}: the download was "
                "cut off, or a text has a separator and no quotes. Download it again, or mend that line."
            ) from error
        raise SourceFormatError(f"{name}: lines that can't be read: {str(error).splitlines()[0][:160]}") from error


def first_ragged_line(table: TextTable) -> tuple[int, int]:
    """Return the number and the width of the first line that is not as wide as the header, else (0, 0)."""
    with table.export.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines: Iterator[list[str]]
        if table.quoted:
            csv.field_size_limit(1 << 30)
            lines = csv.reader(file, delimiter=table.delimiter)
        else:
            file.reconfigure(newline=None)
            lines = (line.rstrip("\r\n").split(table.delimiter) for line in file)
        for number, line in enumerate(lines, start=1):
            if number >= table.header_lines and len(line) != len(table.columns) and line not in ([], [""]):
                return number, len(line)
    return 0, 0

"""Delimited text: its header, its dialect and its lines, every value as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders.errors import SourceFormatError
from loaders.tables import LINEAGE, Table

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from loaders.files import Export

HEAD_BYTES = 1 << 16
BLOCK_BYTES = 2 << 20
DELIMITERS = {"\t": "a tab", ",": "a comma", ";": "a semicolon", "|": "a bar"}


@dataclass(frozen=True)
class TextTable:
    """A delimited text file: its header and dialect. Lines are read as a stream, every value as text."""

    export: Export
    columns: tuple[str, ...]
    delimiter: str
    quoted: bool
    spelled: tuple[str, ...] = field(default=())

    def reader(self, path: Path) -> pa.RecordBatchReader:
        """Return every line of the UTF-8 file at `path` as text batches, in file order."""
        import pyarrow.csv as arrow_csv

        return arrow_csv.open_csv(path, **self._options())

    def _options(self) -> dict[str, Any]:
        import pyarrow as pa
        import pyarrow.csv as arrow_csv

        names = list(self.spelled or self.columns)
        return {
            "read_options": arrow_csv.ReadOptions(column_names=names, skip_rows=1, block_size=BLOCK_BYTES),
            "parse_options": arrow_csv.ParseOptions(
                delimiter=self.delimiter, quote_char='"' if self.quoted else False, newlines_in_values=self.quoted
            ),
            "convert_options": arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=False
            ),
        }

    def frame(self, table: Table) -> pl.DataFrame:
        """Return the whole table as text, its header checked against `table`; for small files.

        Raises SourceFormatError as `check_header` and `Export.text` do, and for a header without lines.
        """
        import polars as pl
        import pyarrow as pa

        checked = check_header(self, table)
        text = self.export.text.encode()
        with ragged_lines_named(checked):
            arrow = checked.reader(io.BytesIO(text)).read_all()
        if not len(arrow):
            raise SourceFormatError(f"{self.export.file_name}: a header and no lines. Export it again, with data.")
        return pl.from_arrow(arrow if isinstance(arrow, pa.Table) else arrow)


def sniff_table(export: Export) -> TextTable:
    """Find the header, the delimiter and the quoting of a text file.

    A tab-delimited file with a bare header is taken as unquoted; any other may quote.
    """
    if b"\0" in export.head:
        raise SourceFormatError(
            f"{export.file_name}: NUL bytes at offset {export.head.index(0)}: damaged, or UTF-16. Export it again."
        )
    head = export.head
    try:
        text = head.decode("utf-8", "strict") if export.size <= HEAD_BYTES else head[: head.rfind(b"\n") + 1 or None].decode()
    except UnicodeDecodeError:
        text = head.decode("cp1252", "replace")
    line = re.split(r"\r\n|\n|\r", text.lstrip("\r\n"), maxsplit=1)[0]
    bare = re.sub(r'"[^"]*"', "", line)
    delimiter = max(DELIMITERS, key=bare.count)
    quoted = delimiter != "\t" or '"' in line
    if quoted:
        fields = next(csv.reader([line], delimiter=delimiter), [])
    else:
        fields = line.split(delimiter)
    columns = tuple(name.strip() or f"unnamed_{number}" for number, name in enumerate(fields, start=1))
    return TextTable(export, columns, delimiter, quoted)


def header_key(name: str) -> str:
    """How header names compare: trimmed, without case."""
    return name.strip().casefold()


def has_columns(table: TextTable, required: tuple[str, ...]) -> bool:
    """Say whether every required column is in the header, in any case."""
    found = {header_key(name) for name in table.columns}
    return all(any(header_key(name) in found for name in entry.split("|")) for entry in required)


def check_header(text: TextTable, table: Table) -> TextTable:
    """Return the table with its header in the contract's spelling.

    Raises SourceFormatError when a column is missing, renamed, doubled, or the delimiter is another source's.
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
        raise SourceFormatError(f"{name}: columns twice in the header: {', '.join(doubled)}. Export it again.")
    if not table.any_columns:
        missing = [entry for entry in table.required if not any(header_key(one) in keys for one in entry.split("|"))]
        if missing:
            known = {header_key(column) for column in table.columns}
            others = [column for column, key in zip(text.columns, keys, strict=True) if key not in known]
            hint = f" (instead there: {', '.join(others)})" if others else ""
            wanted = ", ".join(" or ".join(entry.split("|")) for entry in missing)
            raise SourceFormatError(f"{name}: columns missing for {table.label}: {wanted}{hint}. Export it again, unedited.")
    spelling = {header_key(column): column for column in table.columns}
    spelled = tuple(spelling.get(key, column.strip()) for column, key in zip(text.columns, keys, strict=True))
    reserved = [column for column in spelled if column in LINEAGE]
    if reserved:
        raise SourceFormatError(f"{name}: columns with names that landing uses: {', '.join(reserved)}.")
    return TextTable(text.export, text.columns, text.delimiter, text.quoted, spelled)


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
                f"{name}: line {number} has {width} fields, the header {len(self.table.columns)}. Export it again, unedited."
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
            if len(line) != len(table.columns) and line not in ([], [""]):
                return number, len(line)
    return 0, 0

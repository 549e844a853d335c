"""Files as people hand them over: text tables, JSON, pages and zips, read as text and bounded in size."""

from __future__ import annotations

import codecs
import csv
import hashlib
import html
import io
import json
import re
import shutil
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from loaders.errors import SourceFormatError
from loaders.tables import LINEAGE, Table

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

HEAD_BYTES = 1 << 16
CHUNK_BYTES = 1 << 20
BLOCK_BYTES = 2 << 20
DOCUMENT_LIMIT_BYTES = 256 << 20
KEYS_LIMIT = 1_000
KEY_LIMIT = 200
ZIP_LIMIT_BYTES = 8 << 30
ZIP_LIMIT_RATIO = 250
ZIP_LIMIT_MEMBERS = 20_000
DELIMITERS = {"\t": "a tab", ",": "a comma", ";": "a semicolon", "|": "a bar"}
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Export:
    """One file as received: where its bytes are, and what its name, folder and zip entry say."""

    path: Path
    name: str
    folder: str = ""
    zip_time: datetime | None = None

    @property
    def file_name(self) -> str:
        """The last folder and the name, as `_file_name` keeps them."""
        return f"{self.folder}/{self.name}" if self.folder else self.name

    @cached_property
    def size(self) -> int:
        return self.path.stat().st_size

    @cached_property
    def head(self) -> bytes:
        """The first bytes, without a byte order mark."""
        with self.path.open("rb") as file:
            return file.read(HEAD_BYTES).removeprefix(BOM)

    @property
    def kind(self) -> str:
        """`empty`, `zip`, `html`, `json`, `workbook` or `text`, by content alone."""
        start = self.head.lstrip()
        if not start:
            return "empty" if self.size <= HEAD_BYTES else "text"
        if start.startswith(b"PK\x03\x04") or start.startswith(b"PK\x05\x06"):
            return "workbook" if b"[Content_Types].xml" in self.head else "zip"
        if start.startswith((b"{", b"[")):
            return "json"
        if start.startswith(b"<"):
            return "html"
        return "text"

    @cached_property
    def text(self) -> str:
        """The whole content of a page or an answer, UTF-8 or else Windows-1252.

        Raises SourceFormatError when it is larger than a page can be, or no text.
        """
        if self.size > DOCUMENT_LIMIT_BYTES:
            raise SourceFormatError(f"{self.file_name}: {self.size:,} bytes, too large for a page or an answer.")
        return decode(self.path.read_bytes().removeprefix(BOM), self.file_name)

    @cached_property
    def document(self) -> Any:
        """The content as JSON; a number with a fraction keeps its digits (see RawFloat).

        Raises SourceFormatError when the text ends early or is no JSON.
        """
        try:
            return json.loads(self.text, parse_float=RawFloat)
        except json.JSONDecodeError as error:
            cut_short = error.msg.startswith("Unterminated string") or error.pos >= len(self.text.rstrip()) - 1
            where = "ends in the middle" if cut_short else "is no JSON"
            raise SourceFormatError(
                f"{self.file_name}: the answer {where} (line {error.lineno}, column {error.colno}). Download it again."
            ) from error
        except RecursionError as error:
            raise SourceFormatError(f"{self.file_name}: JSON nested too deeply to be an answer of a platform.") from error

    @cached_property
    def table(self) -> TextTable:
        """The content as a text table: header and dialect; lines are read later."""
        return sniff_table(self)

    @property
    def page_title(self) -> str:
        """The title of an HTML page, for messages."""
        found = re.search(rb"<title[^>]*>(.*?)</title", self.head, re.IGNORECASE | re.DOTALL)
        return html.unescape(found.group(1).decode("utf-8", "replace")).strip()[:80] if found else "no title"


class RawFloat(float):
    """A JSON number with a fraction or exponent that still knows its own text."""

    text: str

    def __new__(cls, text: str) -> RawFloat:
        number = super().__new__(cls, text)
        number.text = text
        return number


def decode(data: bytes, name: str) -> str:
    """Return bytes as text: UTF-8, else Windows-1252.

    Raises SourceFormatError on NUL bytes, or where neither fits.
    """
    if b"\0" in data:
        raise SourceFormatError(f"{name}: NUL bytes at offset {data.index(0)}: damaged, or UTF-16. Export it again.")
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise no_text(name)


def no_text(name: str) -> SourceFormatError:
    """Return the error for bytes that are text in neither encoding."""
    return SourceFormatError(f"{name}: neither UTF-8 nor Windows-1252 text. Export it again.")


def write_as_utf8(export: Export, target: Path) -> None:
    """Copy a Windows-1252 file of any size as UTF-8.

    Raises SourceFormatError where it is not Windows-1252 either.
    """
    try:
        with export.path.open(encoding="cp1252", newline="") as source, target.open("w", encoding="utf-8", newline="") as copy:
            shutil.copyfileobj(source, copy, CHUNK_BYTES)
    except UnicodeDecodeError as error:
        raise no_text(export.file_name) from error


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


@dataclass(frozen=True)
class Scan:
    """What one pass over a file's bytes tells: hash, encoding, number of lines, and their end where all have one kind."""

    sha256: str
    encoding: str
    lines: int
    line_end: str


def scan(path: Path, name: str) -> Scan:
    """Read a file of any size once, in pieces.

    Raises SourceFormatError on NUL bytes.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    digest, encoding, offset = hashlib.sha256(), "utf-8", 0
    feeds = returns = pairs = 0
    last = b"\n"
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            if (at := chunk.find(0)) >= 0:
                raise SourceFormatError(f"{name}: NUL bytes at offset {offset + at}: damaged, or UTF-16. Export it again.")
            if encoding == "utf-8":
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    encoding = "cp1252"
            feeds += chunk.count(b"\n")
            if chunk_returns := chunk.count(b"\r"):
                returns += chunk_returns
                pairs += chunk.count(b"\r\n")
            pairs += last == b"\r" and chunk[:1] == b"\n"
            offset += len(chunk)
            last = chunk[-1:]
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        encoding = "cp1252"
    kinds = {"\r\n": pairs, "\n": feeds - pairs, "\r": returns - pairs}
    used = [end for end, count in kinds.items() if count]
    lines = sum(kinds.values()) + (last not in (b"\n", b"\r"))
    return Scan(digest.hexdigest(), encoding, lines, used[0] if len(used) == 1 else "")


def as_text(value: Any) -> str | None:
    """Return a JSON value as the text that was sent; a subtree as JSON text; null as None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, RawFloat):
        return value.text
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def records_frame(records: list[dict[str, Any]], table: Table) -> pl.DataFrame:
    """Return JSON records as a frame of text columns: the contract's first, further keys after them.

    Raises SourceFormatError for keys that can't be columns.
    """
    import polars as pl

    names = [name for name in table.columns if name not in table.facts]
    extra = sorted({key for record in records for key in record} - set(names))
    refuse_keys(names, extra, table)
    data = {name: [as_text(record.get(name)) for record in records] for name in (*names, *extra)}
    return pl.DataFrame(data, schema={name: pl.String for name in data})


def refuse_keys(names: list[str], extra: list[str], table: Table) -> None:
    """Raise SourceFormatError for further keys that can't be columns: blank, endless, landing's own, or alike but for case."""
    times = Counter(header_key(name) for name in (*names, *extra, *table.facts, *LINEAGE))
    bad = [name for name in extra if not name.strip() or "\0" in name or len(name) > KEY_LIMIT or times[header_key(name)] > 1]
    if bad or len(extra) > KEYS_LIMIT:
        listed = ", ".join(ascii(name[:KEY_LIMIT]) for name in (bad or extra)[:5])
        raise SourceFormatError(f"{table.label}: an answer with {len(bad or extra):,} keys that can't be columns: {listed}.")


def zip_members(archive: Path, name: str, into: Path) -> Iterator[Export]:
    """Unpack a zip member by member below `into`, each as an export whose folder is the zip.

    Raises SourceFormatError for the whole zip when it is damaged, a bomb, or has an unsafe member.
    """
    try:
        with zipfile.ZipFile(archive) as bundle:
            members = [member for member in bundle.infolist() if not member.is_dir()]
            refuse_unsafe(members, name)
            for number, member in enumerate(members):
                target = into / f"{number:05d}{PurePosixPath(member.filename).suffix[:12]}"
                with bundle.open(member) as source, target.open("wb") as file:
                    while chunk := source.read(CHUNK_BYTES):
                        file.write(chunk)
                inner = PurePosixPath(member.filename)
                if inner.name.startswith(".") or "__MACOSX" in inner.parts:
                    continue
                folder = name if inner.parent == PurePosixPath(".") else inner.parent.name
                yield Export(target, inner.name, folder, zip_time=entry_time(member))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise SourceFormatError(f"{name}: damaged or truncated zip ({error}). Download it again.") from error


def entry_time(member: zipfile.ZipInfo) -> datetime | None:
    """Return the time stored with a zip entry, or None where its writer stored none (1980, or no date)."""
    try:
        stored = datetime(*member.date_time)
    except ValueError:
        return None
    return stored if stored.year > 1980 else None


def refuse_unsafe(members: list[zipfile.ZipInfo], name: str) -> None:
    """Raise SourceFormatError when a zip could write outside its folder, is encrypted, or unpacks to too much."""
    if len(members) > ZIP_LIMIT_MEMBERS or sum(member.file_size for member in members) > ZIP_LIMIT_BYTES:
        raise SourceFormatError(f"{name}: unpacks to more than landing takes. Unpack it by hand and land the folder.")
    for member in members:
        inner = member.filename.replace("\\", "/")
        is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
        if inner.startswith("/") or ".." in inner.split("/") or re.match(r"[A-Za-z]:", inner) or is_link:
            raise SourceFormatError(f"{name}: unsafe member {member.filename!r}: nothing of this zip is read.")
        if member.flag_bits & 1:
            raise SourceFormatError(f"{name}: {member.filename} is encrypted. Unpack it by hand and land the folder.")
        if member.file_size > (1 << 20) and member.file_size > ZIP_LIMIT_RATIO * max(member.compress_size, 1):
            raise SourceFormatError(f"{name}: {member.filename} is packed beyond what data packs to: a zip bomb?")


def iso_date(text: str) -> date | None:
    """Return an ISO day, or None."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None

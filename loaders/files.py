"""Files as people hand them over: what kind each is, read as text, a table or JSON, bounded in size."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders.encodings import BOM, decode
from loaders.errors import SourceFormatError
from loaders.tables import RESERVED, Table
from loaders.text_tables import HEAD_BYTES, TextTable, header_key, sniff_table

if TYPE_CHECKING:
    import polars as pl

DOCUMENT_LIMIT_BYTES = 64 << 20  # takes 15 s and 1 GB to read
HALF = re.compile(r"\\u[dD][89a-fA-F]")
ESCAPED = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", re.DOTALL
)
KEYS_LIMIT = 1_000
KEY_LIMIT = 200


@dataclass(frozen=True)
class Export:
    """One file as received: where its bytes are, and what its name, folder and zip entry say.

    dates: the order of day and month that a person gave for it.
    """

    path: Path
    name: str
    folder: str = ""
    zip_time: datetime | None = None
    dates: str | None = None

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
            raise SourceFormatError(
                f"{self.file_name}: {self.size:,} bytes; a page or an answer has {DOCUMENT_LIMIT_BYTES:,} at most. "
                "Save it in parts (a page of results, or a month, each)."
            )
        return decode(self.path.read_bytes().removeprefix(BOM), self.file_name)

    @cached_property
    def document(self) -> Any:
        """The content as JSON; a number with a fraction keeps its digits (see RawFloat).

        Raises SourceFormatError when the text ends early or is no JSON.
        """
        try:
            return json.loads(storable(self.text), parse_float=RawFloat)
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


def storable(text: str) -> str:
    r"""Return JSON in which half a surrogate pair, which no text can hold, is the six characters that were sent (`\ud800`)."""
    if not HALF.search(text):
        return text
    return ESCAPED.sub(lambda found: f"\\{found[0]}" if found[1] else found[0], text)


class RawFloat(float):
    """A JSON number with a fraction or exponent that still knows its own text."""

    text: str

    def __new__(cls, text: str) -> RawFloat:
        number = super().__new__(cls, text)
        number.text = text
        return number


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
    times = Counter(header_key(name) for name in (*names, *extra, *table.facts, *RESERVED))
    bad = [name for name in extra if not name.strip() or "\0" in name or len(name) > KEY_LIMIT or times[header_key(name)] > 1]
    if bad or len(extra) > KEYS_LIMIT:
        listed = ", ".join(ascii(name[:KEY_LIMIT]) for name in (bad or extra)[:5])
        raise SourceFormatError(f"{table.label}: an answer with {len(bad or extra):,} keys that can't be columns: {listed}.")


def iso_date(text: str) -> date | None:
    """Return an ISO day, or None."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None

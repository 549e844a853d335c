"""Files as people hand them over: what kind each is, read as text, a table or JSON, bounded in size."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from common.errors import SourceFormatError
from loaders.landing.encodings import BOM, decode
from loaders.landing.records import RawFloat, storable
from loaders.landing.text_tables import HEAD_BYTES, TextTable, sniff_table

DOCUMENT_LIMIT_BYTES = 64 << 20  # takes 15 s and 1 GB to read


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
        """How many bytes it has."""
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


def iso_date(text: str) -> date | None:
    """Return an ISO day, or None."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None

"""Text as bytes: which encoding it has, its hash and its lines, read in pieces whatever its size."""

from __future__ import annotations

import codecs
import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from loaders.errors import SourceFormatError

CHUNK_BYTES = 1 << 20
BOM = b"\xef\xbb\xbf"


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


def write_as_utf8(path: Path, target: Path, name: str) -> None:
    """Copy a Windows-1252 file of any size as UTF-8.

    Raises SourceFormatError where it is not Windows-1252 either.
    """
    try:
        with path.open(encoding="cp1252", newline="") as source, target.open("w", encoding="utf-8", newline="") as copy:
            shutil.copyfileobj(source, copy, CHUNK_BYTES)
    except UnicodeDecodeError as error:
        raise no_text(name) from error


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

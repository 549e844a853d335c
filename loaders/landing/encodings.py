"""Text as bytes: the encoding of each line, the hash and the number of lines, read in pieces whatever the size."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from common.errors import SourceFormatError

CHUNK_BYTES = 1 << 20
LINE_LIMIT_BYTES = 256 << 20
BOM = b"\xef\xbb\xbf"
UTF8, CP1252, MIXED = "utf-8", "cp1252", "utf-8 and cp1252"
LINE_END = re.compile(rb"\r\n|\n|\r")
LETTER = re.compile(rb"[\x80-\xff]")  # part of one, in either encoding
PAIRS = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def decode(data: bytes, name: str) -> str:
    """Return bytes as text, each line as UTF-8, else as Windows-1252.

    Raises SourceFormatError on NUL bytes, where neither fits, or where it can't be told.
    """
    if b"\0" in data:
        raise nul_bytes(name, data.index(0))
    try:
        return data.decode(UTF8)
    except UnicodeDecodeError:
        return "".join(Lines(name).decoded([data]))


def decode_line(line: bytes) -> str | None:
    """Return one line as text: UTF-8, else Windows-1252; None where it is neither."""
    for encoding in (UTF8, CP1252):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


class Lines:
    """Decodes text a line at a time, and counts which encoding the lines have.

    A line that is no UTF-8 is Windows-1252. Where such a line also holds letters as UTF-8 writes them, beside others of
    UTF-8, it is in both at once and can't be read as either.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.number = self.utf8 = self.cp1252 = self.first_cp1252 = self.first_both = self.pairs = self.strays = 0

    @property
    def encoding(self) -> str:
        """The name of what the lines were read as."""
        return UTF8 if not self.cp1252 else MIXED if self.utf8 else CP1252

    @property
    def warning(self) -> str:
        """What to tell of lines that are no UTF-8."""
        if not self.utf8:
            return "read as Windows-1252"
        lines = "line" if self.cp1252 == 1 else "lines"
        return f"{self.cp1252:,} {lines} read as Windows-1252 (the first is line {self.first_cp1252}), the others as UTF-8"

    def decoded(self, chunks: Iterable[bytes]) -> Iterator[str]:
        """Yield the text piece by piece: lines of plain ASCII together, every other line by itself.

        Raises SourceFormatError where a line is neither, or where it can't be told.
        """
        for block in whole_lines(chunks, self.name):
            place = 0
            while letter := LETTER.search(block, place):
                start = max(block.rfind(end, place, letter.start()) + 1 for end in (b"\n", b"\r"))
                start, end = max(start, place), LINE_END.search(block, letter.start())
                yield self._plain(block[place:start])
                place = end.end() if end else len(block)
                self.number += 1
                yield self._decoded(block[start:place])
            yield self._plain(block[place:])
        if self.first_both and (self.utf8 or self.pairs > self.strays):
            raise SourceFormatError(
                f"{self.name}: line {self.first_both} is part UTF-8, part Windows-1252. Save the file as UTF-8 where it was made."
            )

    def _plain(self, lines: bytes) -> str:
        self.number += lines.count(b"\n") + lines.count(b"\r") - lines.count(b"\r\n")
        return lines.decode("ascii")

    def _decoded(self, line: bytes) -> str:
        text = decode_line(line)
        if text is None:
            raise SourceFormatError(f"{self.name}: line {self.number} is neither UTF-8 nor Windows-1252 text. Save it as UTF-8.")
        if text.encode() == line:
            self.utf8 += 1
            return text
        self.cp1252 += 1
        self.first_cp1252 = self.first_cp1252 or self.number
        if pairs := PAIRS.findall(line):
            self.first_both = self.first_both or self.number
            self.pairs += len(pairs)
            self.strays += sum(byte > 127 for byte in PAIRS.sub(b"", line))
        return text


def whole_lines(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Yield bytes that come in pieces so that each piece is whole lines, with their ends.

    Raises SourceFormatError for a line without an end, so that it is never held in memory.
    """
    rest: list[bytes] = []
    for chunk in chunks:
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r", 0, -1)) + 1  # a last CR may be half of a line end
        if end:
            yield b"".join((*rest, chunk[:end]))
            rest = []
        rest.append(chunk[end:])
        if sum(map(len, rest)) > LINE_LIMIT_BYTES:
            raise SourceFormatError(f"{name}: a line of more than {LINE_LIMIT_BYTES:,} bytes: damaged, or another kind of file.")
    yield b"".join(rest)


def write_as_utf8(path: Path, target: Path, name: str) -> Lines:
    """Copy a file of any size as UTF-8, each line decoded for itself; return which encodings its lines have.

    Raises SourceFormatError where a line is neither, or where it can't be told.
    """
    lines = Lines(name)
    with path.open("rb") as source, target.open("w", encoding=UTF8, newline="") as copy:
        copy.writelines(lines.decoded(chunks_of(source)))
    return lines


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield an open file in pieces."""
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


@dataclass(frozen=True)
class Scan:
    """What one pass over a file's bytes tells: hash, encoding, number of lines, and their end where all have one kind."""

    sha256: str
    is_utf8: bool
    lines: int
    line_end: str


def scan(path: Path, name: str) -> Scan:
    """Read a file of any size once, in pieces.

    Raises SourceFormatError on NUL bytes.
    """
    decoder = codecs.getincrementaldecoder(UTF8)()
    digest, is_utf8, offset = hashlib.sha256(), True, 0
    feeds = returns = pairs = 0
    last = b"\n"
    with path.open("rb") as file:
        for chunk in chunks_of(file):
            digest.update(chunk)
            if (at := chunk.find(0)) >= 0:
                raise nul_bytes(name, offset + at)
            is_utf8 = is_utf8 and decodes(decoder, chunk)
            feeds += chunk.count(b"\n")
            if chunk_returns := chunk.count(b"\r"):
                returns += chunk_returns
                pairs += chunk.count(b"\r\n")
            pairs += last == b"\r" and chunk[:1] == b"\n"
            offset += len(chunk)
            last = chunk[-1:]
    is_utf8 = is_utf8 and decodes(decoder, b"", final=True)
    kinds = {"\r\n": pairs, "\n": feeds - pairs, "\r": returns - pairs}
    used = [end for end, count in kinds.items() if count]
    lines = sum(kinds.values()) + (last not in (b"\n", b"\r"))
    return Scan(digest.hexdigest(), is_utf8, lines, used[0] if len(used) == 1 else "")


def decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    """Say whether the next piece of a text goes on as the decoder's encoding."""
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def nul_bytes(name: str, offset: int) -> SourceFormatError:
    """Return the error for a file with bytes that no text has."""
    return SourceFormatError(f"{name}: NUL bytes at offset {offset}: UTF-16, or damaged. Save it as UTF-8, or download it again.")

"""Tell, by its first bytes, a file that holds no data: a picture, a sound, a film, a document."""

from __future__ import annotations

import re

HEAD_BYTES = 1 << 16
BINARY_SHARE = 0.05
PICTURE, SOUND, FILM, DOCUMENT, ARCHIVE, PROGRAM, BINARY, WORKBOOK = (
    "a picture", "a sound", "a film", "a document", "an archive that is no zip", "a program or a database", "no text",
    "an Excel workbook (save the sheet as CSV)",
)  # fmt: skip
KINDS: tuple[tuple[str, str], ...] = (
    (r"\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|RIFF....WEBP|II\*\x00|MM\x00\*|BM....\x00\x00|8BPS|\x00\x00\x01\x00.\x00", PICTURE),
    (r"....ftyp(heic|heix|mif1|msf1|avif)", PICTURE),
    (r"RIFF....WAVE|RF64....WAVE|FORM....AIF[FC]|ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]|fLaC|OggS|MThd|caff\x00", SOUND),
    (r"....ftyp(M4A|M4B)", SOUND),
    (r"....ftyp|RIFF....AVI |\x1a\x45\xdf\xa3|FLV\x01|\x00\x00\x01[\xb3\xba]", FILM),
    (r"%PDF-|\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\{\\rtf|%!PS", DOCUMENT),
    (r"PK\x03\x04.{22,60}mimetypeapplication/(vnd\.oasis|epub)", DOCUMENT),
    (r"PK\x03\x04.{26}Index/[A-Za-z]+\.iwa", DOCUMENT),
    (r"Rar!\x1a|7z\xbc\xaf|\x1f\x8b|BZh[1-9]|\xfd7zXZ|\x28\xb5\x2f\xfd", ARCHIVE),
    (r"\x7fELF|MZ.\x00|SQLite format 3|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe", PROGRAM),
)
PATTERNS = tuple((re.compile(pattern.encode("latin-1"), re.DOTALL), kind) for pattern, kind in KINDS)
CONTROLS = bytes(code for code in range(32) if chr(code) not in "\t\n\f\r\x1a\x1b")


def foreign_kind(head: bytes) -> str | None:
    """Return what a file is that no source exports; None for text, a page, JSON, a zip, or text that is damaged."""
    found = next((kind for pattern, kind in PATTERNS if pattern.match(head)), None)
    if found is None and head.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in head:
        return WORKBOOK if b"xl/" in head else DOCUMENT
    return found or (BINARY if is_binary(head) else None)


def is_binary(head: bytes) -> bool:
    """Say whether bytes are neither a zip nor text in any encoding, UTF-16 included."""
    if head.startswith(b"PK") or b"\0" not in head or b"\0" in head[:2] or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return False
    return len(head) - len(head.translate(None, CONTROLS)) > BINARY_SHARE * len(head)

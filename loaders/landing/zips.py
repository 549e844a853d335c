"""Zips as people hand them over: unpacked member by member, refused whole where they are damaged or unsafe."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath

from common.errors import SourceFormatError
from common.printing import readable
from loaders.landing.encodings import CHUNK_BYTES
from loaders.landing.exports import Export

LIMIT_BYTES = 8 << 30
LIMIT_RATIO = 250
LIMIT_MEMBERS = 20_000
SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,11}")


def zip_members(archive: Path, name: str, into: Path) -> Iterator[Export]:
    """Unpack a zip member by member below `into`, each as an export whose folder is the zip.

    Raises SourceFormatError for the whole zip when it is damaged, a bomb, or has an unsafe member.
    """
    with reading(archive, name) as bundle:
        members = [member for member in bundle.infolist() if not member.is_dir()]
        refuse_unsafe(members, name)
        for number, member in enumerate(members):
            inner = PurePosixPath(member.filename)
            target = into / f"{number:05d}{inner.suffix if SUFFIX.fullmatch(inner.suffix) else ''}"
            with target.open("wb") as file:
                for chunk in chunks_of(bundle, member, name):
                    file.write(chunk)
            if inner.name.startswith(".") or "__MACOSX" in inner.parts:
                continue
            folder = name if inner.parent == PurePosixPath(".") else readable(inner.parent.name)
            yield Export(target, readable(inner.name), folder, zip_time=entry_time(member))


def reading(archive: Path, name: str) -> zipfile.ZipFile:
    """Open a zip.

    Raises SourceFormatError where its directory is damaged.
    """
    try:
        return zipfile.ZipFile(archive)
    except Exception as error:
        raise damaged(name, error) from error


def chunks_of(bundle: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """Yield a member's content.

    Raises SourceFormatError where it is damaged: the decoders raise a dozen different errors on flipped bits.
    """
    try:
        with bundle.open(member) as source:
            while chunk := source.read(CHUNK_BYTES):
                yield chunk
    except Exception as error:
        raise damaged(name, error) from error


def damaged(name: str, error: Exception) -> SourceFormatError:
    """Return the error for a zip that can't be read to its end."""
    told = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return SourceFormatError(f"{name}: damaged or truncated zip ({told}). Download it again.")


def entry_time(member: zipfile.ZipInfo) -> datetime | None:
    """Return the time stored with a zip entry, or None where its writer stored none (1980, or no date)."""
    try:
        stored = datetime(*member.date_time)
    except ValueError:
        return None
    return stored if stored.year > 1980 else None


def refuse_unsafe(members: list[zipfile.ZipInfo], name: str) -> None:
    """Raise SourceFormatError when a zip could write outside its folder, is encrypted, or unpacks to too much."""
    if len(members) > LIMIT_MEMBERS or sum(member.file_size for member in members) > LIMIT_BYTES:
        raise SourceFormatError(f"{name}: unpacks to more than landing takes. Unpack it by hand and land the folder.")
    for member in members:
        inner = member.filename.replace("\\", "/")
        is_link = (member.external_attr >> 16) & 0o170000 == 0o120000
        if inner.startswith("/") or ".." in inner.split("/") or re.match(r"[A-Za-z]:", inner) or is_link:
            raise SourceFormatError(f"{name}: unsafe member {member.filename!r}: nothing of this zip is read.")
        if member.flag_bits & 1:
            raise SourceFormatError(f"{name}: {member.filename} is encrypted. Unpack it by hand and land the folder.")
        if member.file_size > (1 << 20) and member.file_size > LIMIT_RATIO * max(member.compress_size, 1):
            raise SourceFormatError(f"{name}: {member.filename} is packed beyond what data packs to: a zip bomb?")

"""Land several files as one export: the parts that a platform gives where the whole is too large for it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

from loaders.durable import CHUNK_BYTES
from loaders.errors import ReplacementError, SourceFormatError, UsageError
from loaders.files import Export
from loaders.intake import Outcome, Request, cut_off, land_or_refuse, origin_of, refuse
from loaders.landing import Landing, Part, store_original
from loaders.private import private_folder
from loaders.received import received
from loaders.recognition import recognise
from loaders.settings import Settings
from loaders.sql import run
from loaders.stamps import stamp_in
from loaders.tables import Table
from loaders.text_tables import HEAD_BYTES, header_key

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)")


@dataclass(frozen=True)
class Piece:
    """One file of an export: what is read of it, and the source that knows it."""

    export: Export
    module: ModuleType
    part: Part

    @property
    def table(self) -> Table:
        return self.part.table


def land_as_one(settings: Settings, landing: Landing, exports: list[Export], request: Request) -> list[Outcome]:
    """Join files and land them as one export, under the name of the newest; nothing lands where one of them is refused.

    Raises UsageError for files that are not parts of one export.
    """
    with contextlib.ExitStack() as stack:
        pieces: list[Piece] = []
        for export in exports:
            copy = stack.enter_context(received(settings, export))
            try:
                pieces.append(piece_of(copy, request))
            except SourceFormatError as error:
                return [refuse(settings, copy, error, request)]
        require_one_export(pieces)
        folder = stack.enter_context(private_folder(settings))
        whole = joined(settings, pieces, folder)
        warnings: list[str] = []
        twice = lines_in_several(landing, pieces, settings)
        for piece in pieces:
            origin = origin_of(settings, piece.export, stack)
            store_original(settings, piece.export.path, piece.export.path.suffix, origin.sha256)
            if origin.lines - piece.export.table.header_lines == piece.table.most_rows:
                warnings.append(f"{piece.export.file_name} {cut_off(piece.table)}")
        if twice and not request.accept:
            names = ", ".join(piece.export.file_name for piece in pieces)
            error = ReplacementError(
                f"{whole.file_name}, joined: {twice:,} lines are in more than one of {names}. Filters that overlap? Export the "
                "parts again; if they are different sales, `python cli.py quarantine accept`."
            )
            return [refuse(settings, whole, error, request)]
        outcome = land_or_refuse(settings, landing, whole, True, request)
    return [replace(outcome, warnings=(*outcome.warnings, *warnings))]


def piece_of(export: Export, request: Request) -> Piece:
    """Return a file as a part of an export.

    Raises UsageError for what can't be one, SourceFormatError for a file that is broken.
    """
    found = recognise(export, request.source)
    module, parts = found or (None, [])
    if export.kind != "text" or len(parts) != 1:
        raise UsageError(f"--as-one: {export.file_name} is no text export of one table and account. Land it on its own.")
    if parts[0].table.private:
        raise UsageError(f"--as-one: {export.file_name} is of {parts[0].table.label}, whose exports are cut. Land it on its own.")
    return Piece(export, module, parts[0])


def require_one_export(pieces: list[Piece]) -> None:
    """Raise UsageError where files differ in table, account, header or what their names state."""
    first = pieces[0]
    for piece in pieces[1:]:
        for what, one, other in (
            ("another table", first.table.label, piece.table.label),
            ("another account", first.part.account, piece.part.account),
            ("another song or release", first.part.limited_to, piece.part.limited_to),
            ("another month or window in its name", first.part.facts, piece.part.facts),
            ("another header", header_of(first), header_of(piece)),
        ):
            if one != other:
                raise UsageError(f"--as-one: {piece.export.file_name} has {what} than {first.export.file_name}. Nothing landed.")


def header_of(piece: Piece) -> tuple[object, ...]:
    """Return what the lines of two parts must have in common."""
    table = piece.export.table
    return table.delimiter, table.quoted, tuple(header_key(name) for name in table.columns)


def joined(settings: Settings, pieces: list[Piece], folder: Path) -> Export:
    """Write the first file, then the lines of the others without their headers; return it as an export."""
    newest = max(pieces, key=lambda piece: (str(stamp_in(piece.export.name, settings.zone) or ""), piece is pieces[0]))
    target = folder / f"joined{newest.export.path.suffix}"
    with target.open("wb") as whole:
        for piece in pieces:
            with piece.export.path.open("rb") as source:
                head = source.read(HEAD_BYTES)
                source.seek(0 if piece is pieces[0] else header_end(head, piece.export.table.header_lines))
                shutil.copyfileobj(source, whole, CHUNK_BYTES)
                source.seek(-1, os.SEEK_END)
                if source.read(1) not in (b"\n", b"\r"):
                    whole.write(b"\r" if b"\r" in head and b"\n" not in head else b"\n")
    return Export(target, newest.export.name, newest.export.folder, newest.export.zip_time)


def header_end(content: bytes, lines: int) -> int:
    """Return where the lines below a header begin."""
    place = 0
    for _ in range(lines):
        found = LINE.match(content, place)
        place = found.end() if found else len(content)
    return place


def lines_in_several(landing: Landing, pieces: list[Piece], settings: Settings) -> int:
    """Count the different lines that are in more than one of the files."""
    with contextlib.ExitStack() as stack:
        stack.callback(landing.release)
        selects = []
        for number, piece in enumerate(pieces):
            rows, _ = landing.read_part(piece.part, origin_of(settings, piece.export, stack))
            selects.append(f"select {number} as piece, _row_sha from {rows}")
        every = " union all ".join(selects)
        return run(
            landing.con,
            f"select count(*) from (select _row_sha from ({every}) group by _row_sha having count(distinct piece) > 1)",
        )[0][0]

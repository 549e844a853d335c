"""Land several files as one export: the parts that a platform gives where the whole is too large for it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from common.durable_files import CHUNK_BYTES
from common.errors import ReplacementError, SourceFormatError, UsageError
from common.printing import counted
from common.private_files import private_folder
from common.settings import Settings
from common.sql_text import columns_of, run
from loaders.commands.intake import Job, Outcome, Request, land_or_refuse, origin_of, refuse
from loaders.commands.notes import cut_off
from loaders.commands.recognition import recognise
from loaders.landing.exports import Export
from loaders.landing.extracts import Landing, Part
from loaders.landing.received import received
from loaders.landing.replacement import NAMED, amount, exact
from loaders.landing.row_sql import observed_day
from loaders.landing.store import store_original
from loaders.landing.tables import DATE_ORDER, DAY_FIRST, Table
from loaders.landing.text_tables import HEAD_BYTES, header_key
from loaders.landing.timestamps import stamp_in
from loaders.source import Source

LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)")


@dataclass(frozen=True)
class Piece:
    """One file of an export: what is read of it, and the source that knows it."""

    export: Export
    declared: Source
    part: Part

    @property
    def table(self) -> Table:
        """The table that its rows go to."""
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
        doubled = lines_in_several(landing, pieces, settings)
        for piece in pieces:
            origin = origin_of(settings, piece.export, stack)
            store_original(settings, piece.export.path, piece.export.path.suffix, origin.sha256)
            if origin.lines - piece.export.table.header_lines == piece.table.most_rows:
                warnings.append(f"{piece.export.file_name} {cut_off(piece.table)}")
        if doubled and not request.accept:
            problem = ReplacementError(
                f"{whole.file_name}, joined: {doubled[0]}. Filters that overlap? Export the parts again; if they are different "
                "sales, `python cli.py quarantine accept ID`.",
                (f"{doubled[0]}; each will count, which adds:", *doubled[1:]),
            )
            return [refuse(settings, whole, problem, request)]
        outcome = land_or_refuse(Job(settings, landing, whole, named=True, request=request))
    if len(pieces) > 1 and outcome.status != "quarantined":
        outcome = replace(outcome, file_name=f"{' + '.join(piece.export.file_name for piece in pieces)} as one")
    return [replace(outcome, warnings=(*outcome.warnings, *warnings))]


def piece_of(export: Export, request: Request) -> Piece:
    """Return a file as a part of an export.

    Raises UsageError for what can't be one, SourceFormatError for a file that is broken.
    """
    found = recognise(export, request.source)
    if not found or export.kind != "text" or len(found[1]) != 1:
        raise UsageError(f"--as-one: {export.file_name} is no text export of one table and account. Land it on its own.")
    declared, [part] = found
    if part.table.private:
        raise UsageError(f"--as-one: {export.file_name} is of {part.table.label}, whose exports are cut. Land it on its own.")
    return Piece(export, declared, part)


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


def lines_in_several(landing: Landing, pieces: list[Piece], settings: Settings) -> list[str]:
    """Say which lines are in more than one of the files; an empty list where none is.

    First their number and the files; then the rows, and the money of them, that are there beyond what one file alone has:
    in all, and by month.
    """
    table, selects = pieces[0].table, []
    measures = table.replacement.measures if table.replacement else ()
    with contextlib.ExitStack() as stack:
        stack.callback(landing.release)
        for number, piece in enumerate(pieces):
            rows, _ = landing.read_part(piece.part, origin_of(settings, piece.export, stack))
            found = columns_of(landing.con, rows)
            day = observed_day(table, DAY_FIRST if DATE_ORDER in found else None) if table.observed else "null::date"
            amounts = "".join(f", {amount(name, found)} as amount_{place}" for place, name in enumerate(measures))
            selects.append(f"select {number} as piece, _row_sha, strftime({day}, '%Y-%m') as month{amounts} from {rows}")
        sums = "".join(f", sum(further * amount_{place})" for place in range(len(measures)))
        firsts = "".join(f", any_value(amount_{place}) as amount_{place}" for place in range(len(measures)))
        months = run(
            landing.con,
            f"""
            select month, count(*), sum(further){sums} from (
                select _row_sha, any_value(month) as month, (sum(copies) - max(copies))::integer as further{firsts} from (
                    select piece, _row_sha, any_value(month) as month, count(*) as copies{firsts}
                    from ({" union all ".join(selects)}) group by piece, _row_sha
                ) group by _row_sha having count(*) > 1
            ) group by month order by month nulls last
            """,
        )
    if not months:
        return []
    lines = sum(month[1] for month in months)
    names = ", ".join(piece.export.file_name for piece in pieces)
    columns = ([one for one in values if one is not None] for values in zip(*(month[2:] for month in months), strict=True))
    in_all = [sum(known) if known else None for known in columns]
    told = [f"{counted(lines, 'line')} {'is' if lines == 1 else 'are'} in more than one of {names}"]
    told += [f"  in all: {rows_and_money(measures, in_all)}"]
    told += [f"  {month or 'without a date'}: {rows_and_money(measures, values)}" for month, _, *values in months[:NAMED]]
    return told + ([f"  and in {counted(len(months) - NAMED, 'further month')}"] if len(months) > NAMED else [])


def rows_and_money(measures: tuple[str, ...], values: list[Any]) -> str:
    """Return rows and their money as a person reads it; an amount that is no number is left out."""
    sums = [f"{name} {exact(value)}" for name, value in zip(measures, values[1:], strict=True) if value is not None]
    return "; ".join([counted(values[0], "row"), *sums])

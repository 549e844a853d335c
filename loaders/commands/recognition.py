"""Whose export a file is: by its content, else by its name, and what to say of one that no source can read."""

from __future__ import annotations

import contextlib

from common.errors import SourceFormatError
from loaders.landing import quarantine
from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.file_names import begins_like
from loaders.landing.languages import APPS, foreign_language, foreign_source, set_to_english
from loaders.landing.text_tables import check_header
from loaders.registry import SOURCES
from loaders.source import Source


def recognise(export: Export, source: str | None) -> tuple[Source, list[Part]] | None:
    """Return the source that a file is from, and its parts; None where no source knows it.

    Raises SourceFormatError for a file that a source knows, by content or by name, and that is broken.
    """
    modules = [SOURCES[source]] if source else list(SOURCES.values())
    if export.kind in ("text", "json", "html"):
        for declared in modules:
            parts = read_by(declared, export)
            if parts is not None:
                return declared, parts
    if export.kind == "text":
        meant = quarantine.closest_table(export.table.columns, [table for declared in modules for table in declared.tables])
        if meant:
            check_header(export.table, meant)
        if source_meant := foreign_source(export.table.columns, [declared.name for declared in modules]):
            raise foreign_language(export.file_name, source_meant, export.table.columns)
    for declared in modules:
        if begins_like(declared.file_names, export.name):
            raise not_what_its_name_says(export, declared)
    if export.kind == "empty":
        raise SourceFormatError(f"{export.file_name}: an empty file. Download it again.")
    return None


def likely_source(export: Export) -> str | None:
    """Return the source that a refused file is from, by its content, else its header or name; None where none tells."""
    with contextlib.suppress(Exception):  # whatever is wrong with it is told already
        found = recognise(export, None)
        return found[0].name if found else None
    with contextlib.suppress(Exception):
        tables = [table for declared in SOURCES.values() for table in declared.tables]
        meant = quarantine.closest_table(export.table.columns, tables) if export.kind == "text" else None
        if meant:
            return meant.source
    return next((declared.name for declared in SOURCES.values() if begins_like(declared.file_names, export.name)), None)


def read_by(declared: Source, export: Export) -> list[Part] | None:
    """Return what a source's loader makes of a file; None where it is none of its own.

    Raises SourceFormatError where a page or an answer begins like the source's and goes on like none.
    """
    try:
        return declared.read(export)
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        if export.kind == "text":
            raise
        raise SourceFormatError(
            f"{export.file_name}: begins like an answer of {declared.name}, but holds something else ({error}). Save it again."
        ) from error


def not_what_its_name_says(export: Export, declared: Source) -> SourceFormatError:
    """Return the error for a file named like a source's export whose content is something else."""
    wrong = {
        "empty": "an empty file",
        "html": f"an HTML page ({export.page_title!r}) without data: a login page",
        "zip": "a zip",
        "workbook": "an Excel workbook; save it as CSV",
        "json": "JSON of another kind",
        "text": f"text with other columns: {', '.join(export.table.columns[:6])}" if export.kind == "text" else "",
    }[export.kind]
    is_translated = export.kind == "text" and declared.name in APPS
    mend = set_to_english(declared.name) if is_translated else "Log in and download it again."
    return SourceFormatError(f"{export.file_name}: named like an export of {declared.name}, but {wrong}. {mend}")


def unrecognised(export: Export, source: str | None) -> SourceFormatError:
    """Return the error for a file that was named directly and that no source knows."""
    what = {
        "html": f"an HTML page ({export.page_title!r})", "json": "JSON", "workbook": "an Excel workbook", "zip": "a zip",
        "empty": "an empty file", "text": "text",
    }[export.kind]  # fmt: skip
    if export.kind == "text":
        what = f"text with the columns {', '.join(export.table.columns[:6])}"
    of = f"{source}'s" if source else "a known source's"
    return SourceFormatError(f"{export.file_name}: {what}, none of {of} exports. See README, 'What can be landed'.")

"""Whose export a file is: by its content, else by its name, and what to say of one that no source can read."""

from __future__ import annotations

import contextlib
from types import ModuleType

from common.errors import SourceFormatError
from loaders.landing import quarantine
from loaders.landing.exports import Export
from loaders.landing.extracts import Part
from loaders.landing.file_names import begins_like
from loaders.landing.languages import APPS, foreign_language, foreign_source, set_to_english
from loaders.landing.text_tables import check_header
from loaders.registry import SOURCES


def recognise(export: Export, source: str | None) -> tuple[ModuleType, list[Part]] | None:
    """Return the source that a file is from, and its parts; None where no source knows it.

    Raises SourceFormatError for a file that a source knows, by content or by name, and that is broken.
    """
    modules = [SOURCES[source]] if source else list(SOURCES.values())
    if export.kind in ("text", "json", "html"):
        for module in modules:
            parts = read_by(module, export)
            if parts is not None:
                return module, parts
    if export.kind == "text":
        meant = quarantine.closest_table(export.table.columns, [table for module in modules for table in module.TABLES])
        if meant:
            check_header(export.table, meant)
        if source_meant := foreign_source(export.table.columns, [module.SOURCE for module in modules]):
            raise foreign_language(export.file_name, source_meant, export.table.columns)
    for module in modules:
        if begins_like(module.NAMES, export.name):
            raise not_what_its_name_says(export, module)
    if export.kind == "empty":
        raise SourceFormatError(f"{export.file_name}: an empty file. Download it again.")
    return None


def likely_source(export: Export) -> str | None:
    """Return the source that a refused file is from, by its content, else its header or name; None where none tells."""
    with contextlib.suppress(Exception):  # whatever is wrong with it is told already
        found = recognise(export, None)
        return found[0].SOURCE if found else None
    with contextlib.suppress(Exception):
        tables = [table for module in SOURCES.values() for table in module.TABLES]
        meant = quarantine.closest_table(export.table.columns, tables) if export.kind == "text" else None
        if meant:
            return meant.source
    return next((module.SOURCE for module in SOURCES.values() if begins_like(module.NAMES, export.name)), None)


def read_by(module: ModuleType, export: Export) -> list[Part] | None:
    """Return what a source's loader makes of a file; None where it is none of its own.

    Raises SourceFormatError where a page or an answer begins like the source's and goes on like none.
    """
    try:
        return module.read(export)
    except (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError) as error:
        if export.kind == "text":
            raise
        raise SourceFormatError(
            f"{export.file_name}: begins like an answer of {module.SOURCE}, but holds something else ({error}). Save it again."
        ) from error


def not_what_its_name_says(export: Export, module: ModuleType) -> SourceFormatError:
    """Return the error for a file named like a source's export whose content is something else."""
    wrong = {
        "empty": "an empty file",
        "html": f"an HTML page ({export.page_title!r}) without data: a login page",
        "zip": "a zip",
        "workbook": "an Excel workbook; save it as CSV",
        "json": "JSON of another kind",
        "text": f"text with other columns: {', '.join(export.table.columns[:6])}" if export.kind == "text" else "",
    }[export.kind]
    is_translated = export.kind == "text" and module.SOURCE in APPS
    mend = set_to_english(module.SOURCE) if is_translated else "Log in and download it again."
    return SourceFormatError(f"{export.file_name}: named like an export of {module.SOURCE}, but {wrong}. {mend}")


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

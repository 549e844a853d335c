"""What a landed table is: its columns, its kind, its observation date and how a replacement is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from common.choices import DateOrder
from common.errors import EmptyExportError, SourceFormatError

LINEAGE = {
    "_source": "varchar",
    "_table": "varchar",
    "_account": "varchar",
    "_extract_id": "varchar",
    "_extracted_at": "timestamp",
    "_landed_at": "timestamp",
    "_sequence": "bigint",
    "_file_name": "varchar",
    "_file_sha256": "varchar",
    "_row_number": "bigint",
    "_row_sha": "varchar",
    "_occurrence": "bigint",
    "_covers_from": "date",
    "_covers_to": "date",
}

RESERVED = (*LINEAGE, "file_row_number")  # names that no column of an export can have, in any case

ISO_DAY = "%Y-%m-%d"
ISO_MONTH = "%Y-%m"
US_DAY = "%m/%d/%Y"
US_SHORT_DAY = "%m/%d/%y"
MONTH_FIRST: Final = DateOrder.MONTH_FIRST
DAY_FIRST: Final = DateOrder.DAY_FIRST
DATE_ORDER = "_header_date_order"  # the fact that an extract's dates are day first; it has no such column elsewhere
IN_DAY_FIRST = {US_DAY: "%d/%m/%Y", US_SHORT_DAY: "%d/%m/%y"}


@dataclass(frozen=True)
class Replacement:
    """How a later extract is compared with an earlier one, on the dates both cover.

    line: the columns that make two rows equal (numbers by value, to six places).
    entries: in a file that is kept whole, the ways to know an entry; none may go. Nothing else is compared there.
    measures: additive columns that must not fall by more than 5 % in total.
    optional_measures: further ones, compared where both exports have them; a fall of a few is no loss.
    counts: further columns that are compared by value, such as quantities.
    groups: columns for whose values a measure must not fall to nothing.
    ledger_dates: in a ledger that only grows, the number of last dates whose lines may go; None elsewhere.
    provisional_days: the last days of the earlier extract, which the platform revises; not compared.
    """

    line: tuple[str, ...] = ()
    entries: tuple[tuple[str, ...], ...] = ()
    measures: tuple[str, ...] = ()
    optional_measures: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    ledger_dates: int | None = None
    provisional_days: int = 0


@dataclass(frozen=True)
class Table:
    """One landed table: the contract that a file is checked against.

    required: one entry a column; an entry with `|` names spellings of which exactly one is sent.
    optional: columns that some exports have.
    breakdowns: columns that split a row into smaller ones; they land only where an export has them.
    facts: `_name_*` columns, stated by the file's name alone; `_header_*`, by the header alone.
    whose: the column that names the account (a card's digits); between accounts the other required columns are compared.
    generations: its exports differ in further columns and in how they write numbers, so that rows of two accounts are compared
        by the required columns alone, numbers by value.
    shared: several accounts may have the same rows (a release of two artists, shares of an audience); not compared between
        accounts.
    observed, formats: the observation column (of several, with `|`, the first that can be read) and its date formats.
    private: originals are cut to the parts that are read before they are stored.
    own_file: kept by the label itself, so the landing time is its clock.
    counted_days: days may come without a year; the first is in `_covers_from` and each row is one day later.
    dates: columns whose dates may be written day or month first; where ranges follow each other, the row's day, first and last.
    date_order: the order that the source documents; None where it depends on the account's language.
    dates_follow: the ranges of its rows follow each other, so a gap shows that they are read in the wrong order.
    any_columns: the header is not established, so every column lands as it comes.
    delimiters: what separates columns in a text export.
    unsigned: amounts whose sign depends on the export, so that lines of two exports are compared by magnitude.
    most_rows: the most rows that the platform puts into one export.
    daily_from: in a table of days, how many points show that a series is weeks or months; fewer where every day is sent.
    needs_account: an export is of one account of many, so one that nothing names is refused.
    may_be_empty: a header without rows is an export of a small account, and ignored; elsewhere it is refused.
    """

    source: str
    name: str
    kind: Literal["replace", "snapshot", "append"]
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    whose: str | None = None
    generations: bool = False
    shared: bool = False
    observed: str | None = None
    formats: tuple[str, ...] = (ISO_DAY,)
    replacement: Replacement | None = None
    private: bool = False
    own_file: bool = False
    counted_days: bool = False
    dates: tuple[str, ...] = ()
    date_order: Literal[DateOrder.MONTH_FIRST] | None = None
    dates_follow: bool = False
    any_columns: bool = False
    delimiters: tuple[str, ...] = (",",)
    unsigned: tuple[str, ...] = ()
    most_rows: int | None = None
    daily_from: int = 0
    needs_account: bool = False
    may_be_empty: bool = False
    breakdowns: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of a full row, in order, without the lineage and the breakdowns."""
        spelled = tuple(name for entry in self.required for name in entry.split("|"))
        return spelled + self.optional + self.facts

    @property
    def header(self) -> tuple[str, ...]:
        """Every known column, in the order of the schema file, without the lineage."""
        return self.columns + self.breakdowns

    @property
    def observed_columns(self) -> tuple[str, ...]:
        """The observation columns, of which the first that can be read counts; none in a table without days."""
        return tuple(self.observed.split("|")) if self.observed else ()

    @property
    def label(self) -> str:
        """`source.table`, as messages name it."""
        return f"{self.source}.{self.name}"

    def without_rows(self, file_name: str) -> SourceFormatError:
        """Return the error for a file with a header and no rows."""
        if self.may_be_empty:
            return EmptyExportError(f"a header without rows for {self.label}: an empty export")
        return SourceFormatError(f"{file_name}: a header and no lines for {self.label}. Export it again, with data.")

    def formats_in(self, order: str | None) -> tuple[str, ...]:
        """The formats of the observation column in an order of day and month; None is month first."""
        return tuple(IN_DAY_FIRST.get(form, form) for form in self.formats) if order == DAY_FIRST else self.formats

"""The SQL that landing is made of: identifiers, literals, and what is computed of a landed row."""

from __future__ import annotations

from common.sql_text import literal, quoted
from loaders.landing.tables import Table

ROW_SHA_DIGITS = 32  # of a SHA-1: it tells rows apart and guards nothing


def hashed(names: list[str], facts: dict[str, str | None], nullable: bool) -> str:
    """A row's own columns, what the file's name states, and the hash of its own values."""
    columns = [quoted(name) for name in names]
    columns += [f"{literal(value)}::varchar as {quoted(name)}" for name, value in facts.items()]
    return f"{', '.join(columns)}, {row_sha(names, nullable)} as _row_sha"


def row_sha(names: list[str], nullable: bool) -> str:
    """The hash of a row's own values."""
    return sha_of([f"coalesce({quoted(name)}, chr(30))" if nullable else quoted(name) for name in sorted(names)])


def sha_of(values: list[str]) -> str:
    """The hash of texts, none of them null."""
    return f"left(sha1(concat_ws(chr(31), {', '.join(values)})), {ROW_SHA_DIGITS})"


def leading_bits(sha: str) -> str:
    """The first 60 bits of a row's hash."""
    return f"('0x' || substr({sha}, 1, 15))::bigint"


def multiset_sums(sha: str) -> str:
    """The hash of rows as a multiset: the sums of two parts of their hashes."""
    return f"sum({leading_bits(sha)}), sum(('0x' || substr({sha}, 16, 15))::bigint)"


def observed_day(table: Table, order: str | None = None) -> str:
    """The observation day of a row, null where it can't be read, or can't be: the year 0001 or 9999 stands for no date."""
    columns = [quoted(name) for name in table.observed_columns]
    tries = ", ".join(f"try_strptime(trim({column}), '{form}')" for column in columns for form in table.formats_in(order))
    day = f"coalesce({tries})::date"
    return f"case when {day} between date '1900-01-01' and date '2099-12-31' then {day} end"


def day_of(table: Table, first: str, order: str | None = None) -> str:
    """The observation day of a row; where days come without a year, counted from the first."""
    if not table.counted_days:
        return observed_day(table, order)
    return f"coalesce({observed_day(table, order)}, {first} + (_row_number - 1)::int)"

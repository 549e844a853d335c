"""JSON records as rows of text: every value as it was sent."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from common.errors import SourceFormatError
from loaders.landing.tables import RESERVED, Table
from loaders.landing.text_tables import header_key

if TYPE_CHECKING:
    import polars as pl

HALF = re.compile(r"\\u[dD][89a-fA-F]")


ESCAPED = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", re.DOTALL
)


KEYS_LIMIT = 1_000


KEY_LIMIT = 200


def storable(text: str) -> str:
    r"""Return JSON in which half a surrogate pair, which no text can hold, is the six characters that were sent (`\ud800`)."""
    if not HALF.search(text):
        return text
    return ESCAPED.sub(lambda found: f"\\{found[0]}" if found[1] else found[0], text)


class RawFloat(float):
    """A JSON number with a fraction or exponent that still knows its own text."""

    text: str

    def __new__(cls, text: str) -> RawFloat:
        """Make the number of a text, and keep the text with it."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def as_text(value: Any) -> str | None:
    """Return a JSON value as the text that was sent; a subtree as JSON text; null as None."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, RawFloat):
        return value.text
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def records_frame(records: list[dict[str, Any]], table: Table) -> pl.DataFrame:
    """Return JSON records as a frame of text columns: the contract's first, further keys after them.

    Raises SourceFormatError for keys that can't be columns.
    """
    import polars as pl

    names = [name for name in table.columns if name not in table.facts]
    extra = sorted({key for record in records for key in record} - set(names))
    refuse_keys(names, extra, table)
    data = {name: [as_text(record.get(name)) for record in records] for name in (*names, *extra)}
    return pl.DataFrame(data, schema=dict.fromkeys(data, pl.String))


def refuse_keys(names: list[str], extra: list[str], table: Table) -> None:
    """Raise SourceFormatError for further keys that can't be columns: blank, endless, landing's own, or alike but for case."""
    times = Counter(header_key(name) for name in (*names, *extra, *table.facts, *RESERVED))
    bad = [name for name in extra if not name.strip() or "\0" in name or len(name) > KEY_LIMIT or times[header_key(name)] > 1]
    if bad or len(extra) > KEYS_LIMIT:
        listed = ", ".join(ascii(name[:KEY_LIMIT]) for name in (bad or extra)[:5])
        raise SourceFormatError(f"{table.label}: an answer with {len(bad or extra):,} keys that can't be columns: {listed}.")

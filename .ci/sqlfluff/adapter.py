"""What dbt's `adapter` is while sqlfluff renders a model: the DuckDB form of each macro, and its quoting."""

from __future__ import annotations

from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context


@pass_context
def dispatch(context: Context, name: str, *_: Any) -> Any:
    """Return the macro that DuckDB uses."""
    return context.resolve(f"duckdb__{name}")


def quote(name: str) -> str:
    """Return a name as an identifier."""
    return f'"{name}"'

"""Leaves out a library that is installed and not used here."""

from __future__ import annotations

import sys


class Without:
    """Ends the import of a library as if it were not installed."""

    def __init__(self, name: str) -> None:
        self.name = name

    def find_spec(self, name: str, *_: object) -> None:
        if name == self.name:
            raise ModuleNotFoundError(f"{name} is left out of this process", name=name)


def without_pandas() -> None:
    """Leave out pandas: DuckDB loads it, where it is installed, at the first parameter of a query, which takes 0.4 s."""
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, Without("pandas"))

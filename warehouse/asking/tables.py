"""Tables for people: as wide as they need where nobody looks, within the window on a terminal."""

from __future__ import annotations

from typing import Any, TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from warehouse.asking.values import cell

NARROW = 14
GAP = 3


def show(file: TextIO, columns: list[str], numeric: list[bool], rows: list[tuple[Any, ...]], title: str = "") -> None:
    """Write rows as a table, numbers to the right; one line a value where the window is too narrow for that."""
    cells = [[cell(value) for value in row] for row in rows]
    widths = [
        max(cell_len(line) for one in (name, *(row[place] for row in cells)) for line in one.split("\n") or [""])
        for place, name in enumerate(columns)
    ]
    console = Console(file=file, highlight=False, markup=False, emoji=False)
    needed = sum(width + GAP for width in widths)
    if not console.is_terminal:
        console.width = max(needed, cell_len(title))
    least = sum((width if number else min(width, NARROW)) + GAP for width, number in zip(widths, numeric, strict=True))
    if least > console.width:
        show_records(console, columns, cells, title)
        return
    head = Text(title) if title else None
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, title=head, title_justify="left")
    for name, width, number in zip(columns, widths, numeric, strict=True):
        table.add_column(
            Text(name), justify="right" if number else "left", no_wrap=number, overflow="fold",
            min_width=width if number else min(width, NARROW),
        )  # fmt: skip
    for texts, values in zip(cells, rows, strict=True):
        table.add_row(*(Text(one, style="dim" if value is None else "") for one, value in zip(texts, values, strict=True)))
    console.print(table)


def show_records(console: Console, columns: list[str], cells: list[list[str]], title: str) -> None:
    """Write one block a row, one line a value."""
    if title:
        console.print(Text(title, style="bold"))
    wide = max(map(cell_len, columns))
    for number, row in enumerate(cells, start=1):
        console.print(Text(f"row {number}", style="dim"))
        for name, value in zip(columns, row, strict=True):
            console.print(Text(f"{name}{' ' * (wide - cell_len(name))}  ").append(value), soft_wrap=True)

"""How values are written and shown: with every digit, as plain text, whole files or none."""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO, TypeVar

from common.durable_files import sync
from common.errors import UsageError
from common.printing import visible
from common.progress import progress_bar

Item = TypeVar("Item")
MANY = 20


def text(value: Any) -> str:
    """Return a value as a CSV cell: null is empty, a decimal keeps every digit, nested values are JSON."""
    return TEXTS.get(type(value), str)(value)


def cell(value: Any) -> str:
    """Return a value as a person reads it: decimals without trailing zeros, control characters made visible."""
    if value is None:
        return "null"
    shown = text(value)
    if isinstance(value, Decimal) and "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return "\n".join(map(visible, shown.split("\n")))


def json_text(value: Any) -> str:
    """Return a value as JSON; numbers keep every digit, and what JSON has no number for is null."""
    form = JSONS.get(type(value))
    return form(value) if form else in_quotes(text(value))


def json_object(value: dict[Any, Any]) -> str:
    """Return named values as a JSON object."""
    members = (f"{in_quotes(text(name))}: {json_text(one)}" for name, one in value.items())
    return f"{{{', '.join(members)}}}"


def json_array(value: Iterable[Any]) -> str:
    """Return values as a JSON array."""
    return f"[{', '.join(map(json_text, value))}]"


in_quotes = json.JSONEncoder(ensure_ascii=False).encode
TEXTS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    bool: lambda value: "true" if value else "false",
    Decimal: "{:f}".format,
    bytes: bytes.hex,
    dict: json_object,
    list: json_array,
    tuple: json_array,
}
JSONS: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "null",
    bool: TEXTS[bool],
    int: str,
    float: lambda value: str(value) if math.isfinite(value) else "null",
    Decimal: TEXTS[Decimal],
    str: in_quotes,
    datetime: lambda value: f'"{value.isoformat()}"',
    dict: json_object,
    list: json_array,
    tuple: json_array,
}


def distinct(names: list[str]) -> list[str]:
    """Return column names of which no two are equal: the second `a` is `a_1`."""
    found: list[str] = []
    for name in names:
        candidate, number = name, 0
        while candidate in found or (number and candidate in names):
            number += 1
            candidate = f"{name}_{number}"
        found.append(candidate)
    return found


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a path to write to beside the target; it becomes the target by one rename, or goes when writing fails.

    Raises UsageError when the target's folder is not there, or the target is a folder.
    """
    target = target.expanduser().absolute()
    if not target.parent.is_dir():
        raise UsageError(f"{target}: the folder {target.parent} does not exist.")
    if target.is_dir():
        raise UsageError(f"{target}: a folder. Name a file.")
    temporary = temporary_of(target, os.getpid())
    try:
        yield temporary
        sync(temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def temporary_of(target: Path, pid: int) -> Path:
    """Return where a process writes a file before it has its name."""
    return target.with_name(f".{target.name}.{pid}.tmp")


@contextlib.contextmanager
def standard_output() -> Iterator[TextIO]:
    """Yield stdout, in UTF-8; a reader who closes it early (`| head`) has had enough."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def opened(output: Path | None) -> Iterator[TextIO]:
    """Yield a file that appears when all is written, or stdout."""
    if output is None:
        with standard_output() as file:
            yield file
        return
    with replacing(output) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        yield file


def tracked(items: Iterable[Item], label: str) -> Iterator[Item]:
    """Yield the items, with a progress bar on a terminal when they are many."""
    every = list(items)
    if len(every) < MANY:
        yield from every
        return
    with progress_bar() as bar:
        yield from bar.track(every, description=label) if bar else every

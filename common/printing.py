"""Print what came from outside (file names, values, platforms' messages) so that it can't act on a terminal."""

from __future__ import annotations

import io
import re
import sys
from typing import TextIO

# control characters, line separators, marks that turn the direction of text, and halves of surrogate pairs
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
SURROGATE = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    r"""Return one line of text in which control characters are spelled out (`\x1b`)."""
    return UNSEEN.sub(spelled, text)


def spelled(found: re.Match[str]) -> str:
    r"""Return a character as `\x1b` or `\u202e`."""
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def say(text: str, file: TextIO | None = None) -> None:
    """Print one line, to stdout by default; a character that the terminal's encoding lacks is spelled out."""
    file = file or sys.stdout
    if isinstance(file, io.TextIOWrapper) and file.errors == "strict":
        file.reconfigure(errors="backslashreplace")
    print(visible(text), file=file, flush=True)


def counted(number: int, what: str) -> str:
    """Return a number of things: `1 line`, `1,200 lines`, `2 entries`."""
    return f"{number:,} {what if number == 1 else plural(what)}"


def plural(what: str) -> str:
    """Return the plural of a noun, which may stand behind an adjective."""
    return f"{what[:-1]}ies" if re.search("[^aeiou]y$", what) else f"{what}s"


def is_or_are(number: int) -> str:
    """Return the verb of a number of things."""
    return "is" if number == 1 else "are"


def readable(name: str) -> str:
    r"""Return a file's name as text that can be stored: a byte that is no UTF-8 is spelled out (`caf\xe9.csv`)."""
    return SURROGATE.sub(lambda found: spelled_byte(ord(found[0])), name)


def spelled_byte(code: int) -> str:
    r"""Return a lone surrogate as the byte that the system met (`\xe9`), or as itself (`\ud800`)."""
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"

"""What a file's name states, without what a browser or a computer adds to a second download."""

from __future__ import annotations

import re

ADDED = (
    r" ?\([0-9]{1,3}\)",  # browsers, Windows
    r" [2-9]| [1-9][0-9]|-[2-9]",  # macOS
    r"(?: -)? (?:copy|kopie|copie|copia|cópia|kopia|kopi|копия)",  # Finder, Explorer
    r" \([0-9]{8}T[0-9]{6}Z(?: [0-9]+)?\)",  # the inbox's own `done`
)
COPY = re.compile(rf"(?P<name>.+?)(?:{'|'.join(ADDED)})(?P<suffix>\.[a-z0-9]{{1,8}})?", re.IGNORECASE)


def plain_name(name: str) -> str:
    """Return the name of a file, folder or zip without ` (1)`, ` 2`, `-2`, ` copy`, ` - Copy` and the like at its end."""
    return readings(name)[0]


def stated_by(pattern: re.Pattern[str], name: str) -> re.Match[str] | None:
    """Match a whole name, first without what second downloads add, then with more and more of its end, at last as it is.

    The later tries are for names whose own end looks like such a suffix: a channel's id that ends in `-2`.
    """
    return next((found for one in readings(name) if (found := pattern.fullmatch(one))), None)


def begins_like(patterns: tuple[str, ...], name: str) -> bool:
    """Say whether a name begins like one of these patterns, in any case, with or without such a suffix."""
    return any(re.match(pattern, one, re.IGNORECASE) for pattern in patterns for one in readings(name))


def readings(name: str) -> list[str]:
    """Return a name without any of such suffixes, then with one more each, at last as it is."""
    found = [name]
    while copy := COPY.fullmatch(found[0]):
        found.insert(0, copy["name"] + (copy["suffix"] or ""))
    return found

"""When a platform gave a file: the time stamps in file and folder names."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from common.errors import UsageError
from loaders.landing.file_names import plain_name

MOMENT = re.compile(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)[T_ -](\d\d)[-:_.]?(\d\d)[-:_.]?(\d\d)(?:[_.](\d{6}))?(?!\d)")
DAY = re.compile(r"(?<!\d)(20\d\d)(-?)(\d\d)\2(\d\d)(?!\d)")


def stamp_in(name: str, zone: ZoneInfo) -> datetime | None:
    """Return the moment, else the day, that a name states, read in `zone`, as UTC; None where it states neither.

    What a second download adds to a name states nothing.
    """
    name = plain_name(name)
    for match in MOMENT.finditer(name):
        year, month, day, hour, minute, second, micros = (int(part or 0) for part in match.groups())
        stated = _local((year, month, day, hour, minute, second, micros), zone)
        if stated:
            return stated
    for match in DAY.finditer(name):
        stated = _local((int(match[1]), int(match[3]), int(match[4]), 0, 0, 0, 0), zone)
        if stated:
            return stated
    return None


def to_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment as UTC without zone; one without a zone is read in `zone`."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return aware.astimezone(UTC).replace(tzinfo=None)


def parse_moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the moment that a person gave (`2026-01-31`, `2026-01-31T09:15`), as UTC.

    Raises UsageError when it is no ISO date or time.
    """
    try:
        return to_utc(datetime.fromisoformat(text), zone)
    except ValueError as error:
        raise UsageError(f"--extracted-at {text!r}: no ISO date or time. Write it like 2026-01-31T09:15.") from error


def _local(parts: tuple[int, int, int, int, int, int, int], zone: ZoneInfo) -> datetime | None:
    try:
        return to_utc(datetime(*parts), zone)
    except ValueError:
        return None

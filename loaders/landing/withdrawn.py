"""Records of extracts that a person took back: what they stated, and whether they were accepted again.

A record is beside the extracts that are left, so that a gap in the landing sequence is explained, and content that was
taken back does not land again unasked.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path

from common.durable_files import write_durably
from common.settings import Settings
from loaders.landing.tables import Table
from loaders.landing.timeline import Entry, files_in, table_dir

WITHDRAWN = "_withdrawn"


@dataclass(frozen=True)
class Withdrawn:
    """An extract that was taken back, and the sightings of it, which went with it."""

    entry: Entry
    sightings: list[Entry]
    withdrawn_at: str
    accepted_at: str | None = None

    @property
    def entries(self) -> list[Entry]:
        """The extract, and each time that it was seen again."""
        return [self.entry, *self.sightings]

    def to_json(self) -> bytes:
        """The record as stored."""
        values = {
            "entry": json.loads(self.entry.to_json()),
            "sightings": [json.loads(one.to_json()) for one in self.sightings],
            "withdrawn_at": self.withdrawn_at,
            "accepted_at": self.accepted_at,
        }
        return json.dumps(values, ensure_ascii=False, indent=1).encode()


def read_withdrawn(path: Path) -> Withdrawn:
    """Return a record.

    Raises ValueError, KeyError or TypeError for a damaged one.
    """
    values = json.loads(path.read_text(encoding="utf-8"))
    entry, *sightings = (Entry.from_values(one, None) for one in (values["entry"], *values["sightings"]))
    return Withdrawn(entry, sightings, values["withdrawn_at"], values["accepted_at"])


def withdrawn_in(folder: Path) -> list[Withdrawn]:
    """Return the records of a table's folder; a damaged one is left out, and `verify` names it."""
    found = []
    for file in files_in(folder / WITHDRAWN, ".json"):
        with contextlib.suppress(ValueError, KeyError, TypeError, OSError):
            found.append(read_withdrawn(Path(file)))
    return found


def write_record(folder: Path, record: Withdrawn) -> None:
    """Store a record durably in a table's folder."""
    (folder / WITHDRAWN).mkdir(exist_ok=True)
    write_durably(folder / WITHDRAWN / f"{record.entry.extract_id}.json", record.to_json())


def still_withdrawn(settings: Settings, table: Table, entry: Entry) -> Withdrawn | None:
    """Return the record of this content where it was taken back from this account, and not accepted since."""
    same = [
        one for one in withdrawn_in(table_dir(settings, table))
        if (one.entry.account, one.entry.content_hash) == (entry.account, entry.content_hash)
    ]  # fmt: skip
    return next((one for one in same if not one.accepted_at), None)

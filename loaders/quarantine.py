"""Quarantine: the bytes of what was refused, and why, until a person decides (design §3)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from loaders.durable import sync, write_durably
from loaders.errors import LoaderError, ReplacementError, UsageError
from loaders.files import Export
from loaders.secrets import strike
from loaders.settings import Settings, utc_now
from loaders.tables import Table

REASON_FILE = "reason.json"


@dataclass(frozen=True)
class Refused:
    """One refused file: where it came from, how it was asked to land, and what is wrong with it."""

    id: str
    file_name: str
    stored_as: str
    sha256: str
    bytes: int
    source: str | None
    account: str | None
    extracted_at: str | None
    zip_time: str | None
    quarantined_at: str
    reason: str
    acceptable: bool

    def folder(self, settings: Settings) -> Path:
        return settings.quarantine_dir / self.id

    def export(self, settings: Settings) -> Export:
        """The refused file again, under the name it came with."""
        folder, _, name = self.file_name.rpartition("/")
        zip_time = datetime.fromisoformat(self.zip_time) if self.zip_time else None
        return Export(self.folder(settings) / self.stored_as, name, folder, zip_time)


def put(
    settings: Settings, export: Export, error: LoaderError, source: str | None, account: str | None, extracted_at: datetime | None
) -> Refused:
    """Keep a refused file's bytes and reason; the same file refused again keeps its entry."""
    digest = hashlib.sha256()
    with export.path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    sha256 = digest.hexdigest()
    known = next((one for one in entries(settings) if one.sha256 == sha256 and one.file_name == export.file_name), None)
    moment = utc_now()
    refused = Refused(
        id=known.id
        if known
        else f"{moment:%Y%m%dT%H%M%SZ}_{hashlib.sha256((sha256 + export.file_name).encode()).hexdigest()[:8]}",
        file_name=export.file_name,
        stored_as="content" + (export.path.suffix if len(export.path.suffix) <= 9 else ""),
        sha256=sha256,
        bytes=export.size,
        source=source,
        account=account,
        extracted_at=extracted_at.isoformat() if extracted_at else None,
        zip_time=export.zip_time.isoformat() if export.zip_time else None,
        quarantined_at=known.quarantined_at if known else moment.isoformat(),
        reason=strike(str(error)),
        acceptable=isinstance(error, ReplacementError),
    )
    reason = json.dumps(asdict(refused), ensure_ascii=False, indent=2).encode()
    if known:
        write_durably(known.folder(settings) / REASON_FILE, reason)
        return refused
    settings.quarantine_dir.mkdir(parents=True, exist_ok=True)
    os.chmod(settings.quarantine_dir, 0o700)
    temporary = Path(tempfile.mkdtemp(prefix=".incoming-", dir=settings.quarantine_dir))
    write_durably(temporary / refused.stored_as, export.path)
    write_durably(temporary / REASON_FILE, reason)
    os.replace(temporary, refused.folder(settings))
    sync(settings.quarantine_dir)
    return refused


def entries(settings: Settings) -> list[Refused]:
    """Return what is in quarantine, oldest first."""
    found = sorted(settings.quarantine_dir.glob(f"*/{REASON_FILE}"))
    return [Refused(**json.loads(path.read_text(encoding="utf-8"))) for path in found if not path.parent.name.startswith(".")]


def entry(settings: Settings, refused_id: str) -> Refused:
    """Return one entry, by its id or the start of it.

    Raises UsageError when there is none, or several.
    """
    found = [one for one in entries(settings) if one.id.startswith(refused_id) or one.id.endswith(refused_id)]
    if len(found) != 1:
        wrong = "nothing" if not found else f"{len(found)} files"
        raise UsageError(f"quarantine {refused_id}: {wrong} with this id. See `python cli.py quarantine list`.")
    return found[0]


def discard(settings: Settings, refused: Refused) -> None:
    """Delete a refused file for good."""
    shutil.rmtree(refused.folder(settings))


def closest_table(columns: tuple[str, ...], tables: list[Table]) -> Table | None:
    """Return the table that a broken header was most likely meant for: most of its columns, at least three of them."""
    found = {name.strip().casefold() for name in columns}

    def hits(table: Table) -> int:
        return sum(any(name.casefold() in found for name in entry.split("|")) for entry in table.required)

    likely = [table for table in tables if hits(table) >= 3 and hits(table) >= 0.6 * len(table.required)]
    return max(likely, key=hits, default=None)

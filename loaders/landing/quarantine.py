"""Quarantine: the bytes of what was refused, and why, until a person decides (docs/how-it-works.md, "Quarantine")."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from common.durable_files import copy_synced, digest, is_intact, link_or_copy, sync, write_durably
from common.errors import BusyError, LoaderError, ReplacementError, StorageError, UsageError
from common.locks import hold_lock
from common.printing import counted, readable
from common.private_files import received_dir
from common.secrets import strike
from common.settings import Settings, utc_now
from loaders.landing.exports import Export
from loaders.landing.tables import Table

REASON_FILE = "reason.json"
COMMAND = re.compile(r"\b(quarantine (?:accept|retry|discard)) ID\b")  # in an error's text: its id is known once it is kept
ID_LENGTH = 8


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
    withdrawn: dict[str, Any] | None = None  # of an extract that was taken back: table, account, id, when it was seen again
    dates: str | None = None
    known_source: str | None = None  # what it is from, where nobody said it
    effects: list[str] = field(default_factory=list)  # what accepting it does, where its bytes alone don't tell

    def folder(self, settings: Settings) -> Path:
        """The folder that holds its bytes and its reason."""
        return settings.quarantine_dir / self.id

    def export(self, settings: Settings) -> Export:
        """The refused file again, under the name it came with."""
        folder, _, name = self.file_name.rpartition("/")
        zip_time = datetime.fromisoformat(self.zip_time) if self.zip_time else None
        return Export(self.folder(settings) / self.stored_as, name, folder, zip_time)


def put(
    settings: Settings, export: Export, error: LoaderError, source: str | None, account: str | None,
    extracted_at: datetime | None, withdrawn: dict[str, Any] | None = None, dates: str | None = None,
    known_source: str | None = None,
) -> Refused:  # fmt: skip
    """Keep a refused file's bytes and reason; the same file refused again keeps its entry."""
    sha256 = digest(export.path)
    settings.quarantine_dir.mkdir(parents=True, exist_ok=True)
    settings.quarantine_dir.chmod(0o700)
    moment = utc_now()
    refused_id, known = id_of(settings, sha256, export.file_name, withdrawn)
    refused = Refused(
        id=refused_id,
        file_name=export.file_name,
        stored_as=known.stored_as if known else "content" + (export.path.suffix if len(export.path.suffix) <= 9 else ""),
        sha256=sha256,
        bytes=export.size,
        source=source,
        account=account,
        extracted_at=extracted_at.isoformat() if extracted_at else None,
        zip_time=export.zip_time.isoformat() if export.zip_time else None,
        quarantined_at=known.quarantined_at if known else moment.isoformat(),
        reason=readable(strike(COMMAND.sub(rf"\1 {refused_id}", str(error)))),
        acceptable=isinstance(error, ReplacementError),
        withdrawn=withdrawn,
        dates=dates,
        known_source=known_source,
        effects=[readable(line) for line in getattr(error, "effects", ())],
    )
    reason = json.dumps(asdict(refused), ensure_ascii=False, indent=2).encode()
    if known and is_intact(known.folder(settings) / known.stored_as, sha256):
        if refused == known:
            return known
        with contextlib.suppress(FileNotFoundError):  # discarded meanwhile: it is refused anew
            write_durably(known.folder(settings) / REASON_FILE, reason)
            return refused
    temporary = Path(tempfile.mkdtemp(prefix=".incoming-", dir=settings.quarantine_dir))
    content = temporary / refused.stored_as
    (link_or_copy if received_dir(settings) in export.path.parents else copy_synced)(content, export.path)
    write_durably(temporary / REASON_FILE, reason)  # which syncs the folder
    if known:
        set_aside(settings, refused.id)
    try:
        temporary.replace(refused.folder(settings))
    except OSError:
        if not refused.folder(settings).exists():
            raise
        shutil.rmtree(temporary)  # another run refused the same file meanwhile
    sync(settings.quarantine_dir)
    return refused


def id_of(settings: Settings, sha256: str, file_name: str, withdrawn: dict[str, Any] | None) -> tuple[str, Refused | None]:
    """Return the id of a file in quarantine, and its entry where it is there already.

    The id is made from content and name, so that nothing else in quarantine is read to find it. It has eight characters;
    more where another file has the same eight.
    """
    of_extract = withdrawn["extract_id"] if withdrawn else ""
    whole = hashlib.sha256((sha256 + file_name + of_extract).encode()).hexdigest()
    old = next((name for name in names_in(settings) if name.endswith(f"Z_{whole[:ID_LENGTH]}")), None)  # as ids once were
    for refused_id in (*([old] if old else []), *(whole[:length] for length in range(ID_LENGTH, len(whole) + 1, 4))):
        if not (settings.quarantine_dir / refused_id).exists():
            return refused_id, None
        found = read_entry(settings, refused_id)
        if (found.sha256, found.file_name, found.withdrawn) == (sha256, file_name, withdrawn):
            return refused_id, found
    raise AssertionError("64 digits of a SHA-256 tell any two files apart")


def names_in(settings: Settings) -> list[str]:
    """Return the names of quarantine's entries, without reading any."""
    with contextlib.suppress(FileNotFoundError):
        return [path.name for path in settings.quarantine_dir.iterdir() if not path.name.startswith(".")]
    return []


def read_entry(settings: Settings, refused_id: str) -> Refused:
    """Return an entry; one whose reason can't be read says so, and can be discarded."""
    folder = settings.quarantine_dir / refused_id
    try:
        found = Refused(**json.loads((folder / REASON_FILE).read_text(encoding="utf-8")))
        if any(not isinstance(one, str) for one in (found.file_name, found.stored_as, found.sha256, found.quarantined_at)):
            raise ValueError("of another form")
        return replace(found, id=refused_id)
    except (OSError, ValueError, TypeError, RecursionError) as error:
        stored = next((path for path in sorted(folder.glob("content*")) if path.is_file()), None)
        why = f"its {REASON_FILE} can't be read ({type(error).__name__}): land {stored or folder} by hand, or discard it."
        return Refused(
            refused_id, "?", stored.name if stored else "", "", stored.stat().st_size if stored else 0, None, None, None, None,
            moment_of(folder), why, False,
        )  # fmt: skip


def moment_of(folder: Path) -> str:
    """Return when a folder was last changed."""
    return datetime.fromtimestamp(folder.lstat().st_mtime, UTC).replace(tzinfo=None, microsecond=0).isoformat()


def entries(settings: Settings) -> list[Refused]:
    """Return what is in quarantine, oldest first."""
    found = []
    for name in names_in(settings):
        with contextlib.suppress(FileNotFoundError):  # decided on meanwhile
            found.append(read_entry(settings, name))
    return sorted(found, key=lambda one: (one.quarantined_at, one.id))


def entry(settings: Settings, refused_id: str) -> Refused:
    """Return one entry, by its id, or the start or the end of it.

    Raises UsageError when there is none, or several.
    """
    names = names_in(settings)
    if refused_id in names:
        names = [refused_id]
    found = [name for name in names if refused_id and (name.startswith(refused_id) or name.endswith(refused_id))]
    with contextlib.suppress(FileNotFoundError):  # decided on meanwhile
        if len(found) == 1:
            return read_entry(settings, found[0])
    wrong = counted(len(found), "file") if found else "nothing"
    raise UsageError(f"quarantine {refused_id}: {wrong} with this id. See `python cli.py quarantine list`.")


@contextlib.contextmanager
def deciding(settings: Settings, refused_id: str) -> Iterator[Refused]:
    """Hold one entry while it is decided on, and yield it as it is then.

    Raises UsageError where there is none any more, BusyError while another command decides on it.
    """
    found = entry(settings, refused_id)
    busy = f"quarantine {found.id}: another command is deciding on it. See `quarantine list` when it has ended."
    with hold_lock(settings.locks_dir / f"quarantine.{found.id}.lock", 0, busy):
        yield entry(settings, found.id)


def require_intact(settings: Settings, refused: Refused) -> None:
    """Raise UsageError where an entry's reason can't be read, StorageError where its bytes are not those that were refused."""
    if not refused.sha256:
        raise UsageError(f"quarantine {refused.id}: {refused.reason}")
    if not is_intact(refused.folder(settings) / refused.stored_as, refused.sha256):
        raise StorageError(
            f"quarantine {refused.id}: its bytes are not those of {refused.file_name} that were refused: the disk is failing, or "
            "someone changed them. Discard it, and land the file again."
        )


def discard(settings: Settings, refused: Refused) -> None:
    """Delete a refused file for good; the caller holds it (`deciding`). Killed at any moment, it is there whole or gone."""
    gone = set_aside(settings, refused.id)
    shutil.rmtree(gone, ignore_errors=True)  # what a kill leaves of it is swept
    with contextlib.suppress(OSError):
        (settings.locks_dir / f"quarantine.{refused.id}.lock").unlink()


def settle(settings: Settings, export: Export, account: str | None) -> str:
    """Discard the entry of a file whose bytes have landed since under the same name; return its id, blank where there is none.

    What was withdrawn, was to land for another account or is being decided on stays.
    """
    if not names_in(settings):
        return ""
    refused_id, known = id_of(settings, digest(export.path), export.file_name, None)
    if known and known.account in (None, account):
        with contextlib.suppress(BusyError, UsageError), deciding(settings, refused_id) as refused:
            discard(settings, refused)
            return refused_id
    return ""


def set_aside(settings: Settings, refused_id: str) -> Path:
    """Take an entry out of quarantine by one rename; return where it is then."""
    gone = settings.quarantine_dir / f".discarded-{refused_id}-{secrets.token_hex(4)}"
    (settings.quarantine_dir / refused_id).rename(gone)
    sync(settings.quarantine_dir)
    return gone


def closest_table(columns: tuple[str, ...], tables: list[Table]) -> Table | None:
    """Return the table that a broken header was most likely meant for: most of its columns, at least three of them."""
    found = {name.strip().casefold() for name in columns}

    def hits(table: Table) -> int:
        return sum(any(name.casefold() in found for name in entry.split("|")) for entry in table.required)

    likely = [table for table in tables if hits(table) >= 3 and hits(table) >= 0.6 * len(table.required)]
    return max(likely, key=hits, default=None)

"""The timeline of a table's accounts: which extracts there are, in order, and which were seen again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.durable_files import write_durably
from common.errors import FileError
from common.settings import Settings
from common.sql_text import escaped_glob, literal, run
from loaders.landing.damage import naming_damage
from loaders.landing.tables import Table

if TYPE_CHECKING:
    import duckdb

SCHEMA_FILE = "_schema.parquet"
SIGHTINGS = "_sightings"
STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Entry:
    """One point in an account's timeline: an extract, or a sighting of the one before it."""

    extract_id: str
    account: str
    extracted_at: datetime
    sequence: int
    content_hash: str
    covers_from: date | None
    covers_to: date | None
    rows: int
    landed_at: datetime
    file_name: str
    file_sha256: str
    encoding: str = "utf-8"
    zip_time: datetime | None = None
    date_order: str | None = None
    path: Path | None = None

    @property
    def order(self) -> tuple[datetime, int]:
        """What entries are sorted by."""
        return self.extracted_at, self.sequence

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and last day that it covers; None where its rows have no days."""
        return (self.covers_from, self.covers_to) if self.covers_from and self.covers_to else None

    @property
    def file(self) -> Path:
        """The file that holds an extract's rows; a sighting has none.

        Raises ValueError for a sighting.
        """
        if self.path is None:
            raise ValueError(f"{self.extract_id}: a sighting has no file")
        return self.path

    def to_json(self) -> str:
        """The entry as stored in a Parquet footer or a sighting."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "path"}
        if self.date_order is None:
            del values["date_order"]
        return json.dumps({name: v.isoformat() if isinstance(v, date) else v for name, v in values.items()})

    @classmethod
    def from_json(cls, text: str, path: Path | None) -> Entry:
        """The entry that the text of a sighting states."""
        return cls.from_values(json.loads(text), path)

    @classmethod
    def from_values(cls, values: dict[str, Any], path: Path | None) -> Entry:
        """The entry of what a footer or a sighting holds."""
        for name in ("extracted_at", "landed_at", "zip_time"):
            values[name] = datetime.fromisoformat(values[name]) if values[name] else None
        for name in ("covers_from", "covers_to"):
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        return cls(**values, path=path)


def table_dir(settings: Settings, table: Table) -> Path:
    """The folder of a table's extracts."""
    return settings.landing_dir / table.source / table.name


def read_timeline(con: duckdb.DuckDBPyConnection, settings: Settings, table: Table, account: str | None) -> list[Entry]:
    """Return an account's extracts and sightings in order (every account's where None)."""
    import duckdb

    folder = table_dir(settings, table)
    sightings = {key_of(one): one.path for one in files_in(folder / SIGHTINGS, ".json")}
    extracts = {key_of(one): one.path for one in files_in(folder, ".parquet")}
    try:
        learn_sightings({key: path for key, path in sightings.items() if key not in _known})
        learn_footers(con, {key: path for key, path in extracts.items() if key not in _known})
    except (duckdb.IOException, FileError, FileNotFoundError):
        if all(Path(path).exists() for path in (*sightings.values(), *extracts.values())):
            raise
        return read_timeline(con, settings, table, account)  # compacted meanwhile: what was listed is in other files now
    stated = (entry for key in (*sightings, *extracts) for entry in _known.get(key, ()))
    entries = {(entry.account, entry.extract_id): entry for entry in stated if account in (None, entry.account)}
    return sorted(entries.values(), key=lambda entry: (entry.account, entry.order))


Key = tuple[str, int, int]
_known: dict[Key, tuple[Entry, ...]] = {}  # what files state, each read once a process


def key_of(file: os.DirEntry[str]) -> Key:
    """What tells a file from another of its name: a file is never changed, but one may be deleted and landed again."""
    found = file.stat()
    return file.path, found.st_mtime_ns, found.st_size


def learn_sightings(files: dict[Key, str]) -> None:
    """Read sightings."""
    for key, path in files.items():
        with naming_damage(path):
            _known[key] = (Entry.from_json(Path(path).read_text(encoding="utf-8"), None),)


def learn_footers(con: duckdb.DuckDBPyConnection, files: dict[Key, str]) -> None:
    """Read what extracts state in their footers."""
    if files:
        keys = {path: key for key, path in files.items()}
        try:
            stated = list(stated_in(con, list(keys)))
        except Exception:
            for path in keys:  # the one that is damaged is named
                with naming_damage(path):
                    list(stated_in(con, [path]))
            raise
        _known.update((keys[str(path)], tuple(entries)) for path, entries in stated)


def stated_in(con: duckdb.DuckDBPyConnection, paths: list[str]) -> Iterator[tuple[Path, list[Entry]]]:
    """Yield what each file states of its extracts: of one, or of several where they were compacted into one file."""
    footers = run(
        con,
        "select file_name, decode(value) from parquet_kv_metadata(?) where decode(key) = 'bedrot'",
        [[escaped_glob(path) for path in paths]],
    )
    for name, text in footers:
        values = json.loads(text)
        yield Path(name), [Entry.from_values(one, Path(name)) for one in (values if isinstance(values, list) else [values])]


def files_in(folder: Path, suffix: str) -> list[os.DirEntry[str]]:
    """Return the files of a folder that hold extracts or sightings, in order of their names; none where there is no folder."""
    with contextlib.suppress(FileNotFoundError), os.scandir(folder) as files:
        found = [one for one in files if one.name.endswith(suffix) and not one.name.startswith(".") and one.name != SCHEMA_FILE]
        return sorted(found, key=lambda one: one.name)
    return []


def name_of(entries: list[Entry]) -> str:
    """The name, without suffix, of the file that holds these extracts: the id of one; of several, one made of all their ids.

    It begins as the id of the one that landed last, so that it has its place in the landing sequence.
    """
    last = max(entries, key=lambda entry: entry.sequence).extract_id
    if len(entries) == 1:
        return last
    ids = "\n".join(sorted(entry.extract_id for entry in entries))
    return f"{last.rpartition('_')[0]}_{hashlib.sha256(ids.encode()).hexdigest()[:12]}_{len(entries)}"


def named(entry: Entry) -> Entry:
    """Return an entry with the id that its moment, its number and its content make."""
    extract_id = f"{entry.extracted_at.strftime(STAMP)}_{entry.sequence:06d}_{entry.content_hash[:12]}"
    return replace(entry, extract_id=extract_id)


def nearest(entries: Iterable[Entry], entry: Entry) -> Entry | None:
    """Return the first entry whose coverage overlaps; the first of all where neither has days."""
    return next((one for one in entries if overlap(one, entry) or not (one.covers_from or entry.covers_from)), None)


def overlap(one: Entry, other: Entry) -> bool:
    """Say whether two extracts cover a day in common."""
    if not (one.days and other.days):
        return False
    return one.days[0] <= other.days[1] and one.days[1] >= other.days[0]


def holder_of(entry: Entry, timeline: list[Entry]) -> Entry | None:
    """Return the extract that holds an entry's rows: itself, or the one that it saw again."""
    if entry.path:
        return entry
    same = [one for one in timeline if one.path and one.content_hash == entry.content_hash]
    earlier = [one for one in same if one.order < entry.order]
    return next(reversed(earlier or same), None)


def rows_of(extract: Entry) -> str:
    """The rows of an extract, in whatever file they are."""
    file = literal(escaped_glob(extract.file))
    return f"(select * from read_parquet({file}) where _extract_id = {literal(extract.extract_id)})"


def write_sighting(folder: Path, entry: Entry) -> None:
    """Store, durably, that the extract before was seen again."""
    (folder / SIGHTINGS).mkdir(exist_ok=True)
    write_durably(folder / SIGHTINGS / f"{entry.extract_id}.json", entry.to_json().encode())

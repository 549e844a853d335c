"""Parse the originals again: today's loaders must read what yesterday's landed."""

from __future__ import annotations

import contextlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from common.errors import SourceFormatError, StorageError
from common.printing import counted, say
from common.settings import Settings, settings
from loaders.commands.intake import origin_of, parse_again, require_source
from loaders.landing.exports import Export
from loaders.landing.extracts import Landing, Part, content_hash_of
from loaders.landing.locks import files_shared
from loaders.landing.tables import Table
from loaders.landing.timeline import Entry, read_timeline
from loaders.registry import all_tables
from warehouse.asking.values import tracked
from warehouse.checks.originals import Originals

Landed = tuple[Table, Entry]
Again = tuple[Part, list[str], int, tuple[str, str]]


def replay(source: str | None = None) -> int:
    """Print, per table, how many extracts and sightings come out equal, and each difference; return 0, or 6 for any.

    Raises UsageError for an unknown source, StorageError for an extract that can't be read.
    """
    require_source(source)
    config = settings()
    equal: Counter[str] = Counter()
    differences: list[str] = []
    originals = Originals(config)
    with files_shared(config), Landing(config) as landing:
        files = landed_files(landing, config, source)
        for group in tracked(files, "replaying"):
            for (table, entry), difference in compared(landing, originals, group):
                equal[table.label] += not difference
                if difference:
                    differences.append(f"{table.label} {entry.account} {entry.extract_id}: {difference}")
    for label, count in equal.items():
        print(f"{label}: {count:,} equal")
    for difference in differences:
        say(difference)
    told = counted(len(differences), "difference") if differences else "no difference"
    print(f"{counted(len(files), 'original')} parsed again: {told}.")
    return SourceFormatError.exit_code if differences else 0


def landed_files(landing: Landing, config: Settings, source: str | None) -> list[list[Landed]]:
    """Return what landed, grouped by the file it came from and the order in which its dates were read."""
    import duckdb

    files: dict[tuple[str, str, str | None], list[Landed]] = defaultdict(list)
    for table in all_tables():
        if source not in (None, table.source):
            continue
        try:
            timeline = read_timeline(landing.con, config, table, None)
        except (duckdb.Error, ValueError, KeyError, TypeError) as error:
            raise StorageError(f"{table.label}: an extract can't be read. See `python cli.py verify`.") from error
        for entry in timeline:
            files[entry.file_sha256, entry.file_name, entry.date_order].append((table, entry))
    return list(files.values())


def compared(landing: Landing, originals: Originals, group: list[Landed]) -> Iterator[tuple[Landed, str | None]]:
    """Yield each thing that landed from one file, with what differs now, or None."""
    entry = group[0][1]
    try:
        if damage := originals.problem(entry.file_sha256):
            raise SourceFormatError(damage)
        found = read_again(landing, originals.paths[entry.file_sha256], entry, {table.label for table, _ in group})
    except SourceFormatError as error:
        yield from ((one, str(error)) for one in group)
        return
    for table, one in group:
        hashes = [
            (content_hash_of(part.table, part.facts, one.account, names, count, sums), count)
            for part, names, count, sums in found
            if part.table is table
        ]
        if not hashes:
            yield (table, one), "nothing of this table is found in its original any more"
        elif one.content_hash not in [content_hash for content_hash, _ in hashes]:
            counts = " or ".join(counted(count, "row") for _, count in hashes)
            yield (table, one), f"other content: {counts} now, {one.rows:,} landed"
        else:
            yield (table, one), None


def read_again(landing: Landing, original: Path, entry: Entry, labels: set[str]) -> list[Again]:
    """Return the parts of an original in these tables, read and hashed as at landing.

    Raises SourceFormatError when it can't be read any more.
    """
    folder, _, name = entry.file_name.rpartition("/")
    found: list[Again] = []
    with contextlib.ExitStack() as stack:
        origin = origin_of(landing.settings, Export(original, name, folder, entry.zip_time), stack)
        stack.callback(landing.release)
        for part in parse_again(original, entry):
            if part.table.label in labels:
                rows, names = landing.read_part(part, origin)
                count, _, sums, *_ = landing.figures_of(rows, part)
                found.append((part, names, count, sums))
    return found

"""Many small extracts into few files: every row, every lineage column and every extract's own statement stay as they are.

The files are opened one by one by everything that reads landing. What is small and has one header is copied into one
file, aside; it is compared with what it replaces, row for row, and checked as `verify` does; then a folder with it takes
the place of the table's folder in one step. Until then the small files are untouched, and no row is ever twice there.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from common.durable_files import sync
from common.errors import BusyError, StorageError
from common.locks import hold_lock
from common.printing import counted
from common.run_records import recorded
from common.settings import Settings, settings
from common.sql_text import escaped_glob, literal
from loaders.commands.intake import require_source
from loaders.landing.extracts import Landing
from loaders.landing.locks import files_alone, files_shared, new_folder, replace_folder
from loaders.landing.store import write_extract
from loaders.landing.tables import Table
from loaders.landing.timeline import Entry, files_in, name_of, stated_in, table_dir
from loaders.registry import all_tables
from warehouse.checks.verify import wrong_file

SMALL_BYTES = 8 << 20
PAYS_FROM = 200  # small files of one header: they take 40 ms to open, whenever a model or a test reads the table
MOST = 2_000  # extracts in one file, so that its footer stays small
GROUP_ROWS = 20_480


def compact(source: str | None = None) -> None:
    """Compact every table of a source, or of all, that has two small files or more of one header; print what came of it.

    Raises UsageError for an unknown source, BusyError while another run uses the files.
    """
    require_source(source)
    config = settings()
    with recorded(config, "compact", source=source) as record:
        record["compacted"] = list(compacted(config, least=2, source=source))
    if not record["compacted"]:
        print("Nothing to compact.")


def compact_where_it_pays(config: Settings) -> None:
    """Compact the tables with so many small files that it pays; where other commands use the files, the next run does it."""
    with contextlib.suppress(BusyError):
        list(compacted(config, least=PAYS_FROM))


def compacted(config: Settings, least: int, source: str | None = None) -> Iterator[str]:
    """Compact each table with so many small files of one header; yield, and print, a line for each.

    Raises BusyError while another compaction runs, or other commands hold the files for too long.
    """
    busy = "compact: another compaction is running. Try again when it has ended."
    with hold_lock(config.locks_dir / "compact.lock", config.lock_wait_seconds, busy):
        for table in all_tables():
            if source in (None, table.source) and len(small_files(config, table)) >= least:
                with Landing(config) as landing:
                    told = compact_table(landing, config, table, least)
                if told:
                    print(told, flush=True)
                    yield told


def small_files(config: Settings, table: Table) -> list[str]:
    """Return the paths of a table's small files, oldest first."""
    return [one.path for one in files_in(table_dir(config, table), ".parquet") if one.stat().st_size < SMALL_BYTES]


def compact_table(landing: Landing, config: Settings, table: Table, least: int) -> str | None:
    """Compact a table's small files, a file a header; return a line that says so, None where no header has enough of them.

    Raises StorageError where an extract can't be read.
    """
    import duckdb

    folder = table_dir(config, table)
    made: dict[Path, list[str]] = {}
    with files_shared(config):
        try:
            stated = {str(path): entries for path, entries in stated_in(landing.con, small_files(config, table))}
            for paths in alike(landing, sorted(stated)):
                for part in parts_of(paths, stated) if len(paths) >= least else ():
                    made[written(landing, table, part, [entry for path in part for entry in stated[path]])] = part
        except (duckdb.Error, ValueError, KeyError, TypeError) as error:
            raise StorageError(f"{table.label}: an extract can't be read. See `python cli.py verify`.") from error
    if not made:
        return None
    with files_alone(config):
        replaced = set(itertools.chain.from_iterable(made.values()))
        put_together(folder, list(made), replaced)
        replace_folder(folder)
    return f"compacted {table.label}: {counted(len(replaced), 'file')} into {len(made):,}"


def alike(landing: Landing, paths: list[str]) -> list[list[str]]:
    """Group files that have the same columns, of the same types, in the same order."""
    if not paths:
        return []
    columns = landing.con.execute(
        "select file_name, name, type from parquet_schema(?) where name <> 'duckdb_schema'",
        [[escaped_glob(path) for path in paths]],
    ).fetchall()
    headers: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path, *column in columns:
        headers[path].append(tuple(column))
    groups: dict[tuple[tuple[str, str], ...], list[str]] = defaultdict(list)
    for path in paths:
        groups[tuple(headers[path])].append(path)
    return list(groups.values())


def parts_of(paths: list[str], stated: dict[str, list[Entry]]) -> Iterator[list[str]]:
    """Cut a list of files where more extracts than one file should hold come together; what stays alone is left out."""
    parts: list[list[str]] = []
    room = 0
    for path in paths:
        if len(stated[path]) > room:
            parts.append([])
            room = MOST
        parts[-1].append(path)
        room -= len(stated[path])
    yield from (part for part in parts if len(part) > 1)


def written(landing: Landing, table: Table, paths: list[str], entries: list[Entry]) -> Path:
    """Write the rows of several files, and what is stated of each extract in them, into one file aside; return where.

    Raises StorageError where it does not hold exactly what they hold, or that is not what landed.
    """
    target = landing.aside / f"{name_of(entries)}.parquet"
    rows = f"(from read_parquet([{', '.join(literal(escaped_glob(path)) for path in paths)}]))"
    texts = json.dumps([json.loads(entry.to_json()) for entry in entries])
    write_extract(landing.con, target, f"from {rows}", texts, GROUP_ROWS)
    require_equal(landing, rows, entries, target)
    damaged = next(wrong_file(landing, table, target, entries), None)
    if damaged:
        raise StorageError(f"{table.label}: {damaged}. Nothing was compacted; see `python cli.py verify`.")
    return target


def require_equal(landing: Landing, rows: str, entries: list[Entry], target: Path) -> None:
    """Raise StorageError where a file does not hold these rows, each as often, and what is stated of these extracts."""
    again = f"(from read_parquet({literal(escaped_glob(target))}))"
    differ = landing.con.execute(
        f"select (select count(*) from (from {rows} except all from {again})), "
        f"(select count(*) from (from {again} except all from {rows}))"
    ).fetchall()[0]
    [(_, stated)] = stated_in(landing.con, [str(target)])
    if any(differ) or [one.to_json() for one in stated] != [one.to_json() for one in entries]:
        raise StorageError(f"{target.name}: does not hold what it was made from. The disk is failing; nothing was replaced.")


def put_together(folder: Path, made: list[Path], replaced: set[str]) -> None:
    """Make, beside a table's folder, what takes its place: the new files, and all that they do not replace.

    Raises StorageError where a file that is replaced is not there any more.
    """
    gone = [path for path in replaced if not Path(path).exists()]
    if gone:
        raise StorageError(f"{gone[0]}: gone meanwhile. Look why, and try again.")
    new = new_folder(folder)
    new.mkdir(exist_ok=True)
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith(".") and str(path) not in replaced:
            link(path, new / path.relative_to(folder))
    for path in made:
        path.replace(new / path.name)
    shutil.copymode(folder, new)
    for one in (*(path for path in new.rglob("*") if path.is_dir()), new, new.parent):
        sync(one)


def link(source: Path, target: Path) -> None:
    """Give a file a second name; where the disk can't, copy it durably."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):
        os.link(source, target)
        return
    shutil.copy2(source, target)
    sync(target)

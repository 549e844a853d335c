"""Landing: the only place that writes raw extracts (design §3).

An extract is one file's rows of one table and account. It appears by one rename, after its bytes and
folder are synced, and is never changed. What equals the extract before it leaves only a sighting.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders.errors import BusyError, ReplacementError, SourceFormatError
from loaders.private import private_folder
from loaders.settings import Settings
from loaders.tables import LINEAGE, Replacement, Table
from loaders.text_tables import TextTable, check_header, ragged_lines_named

if TYPE_CHECKING:
    import duckdb
    import polars as pl
    import pyarrow as pa

SCHEMA_FILE = "_schema.parquet"
SIGHTINGS = "_sightings"
OF_THE_ROW = ("_row_number", "_row_sha", "_occurrence")
ROW_SHA_DIGITS = 32  # of a SHA-1: it tells rows apart and guards nothing
LINE_LIMIT_BYTES = 16 << 20
BUFFER_BYTES = 2 * LINE_LIMIT_BYTES
GROUP_BYTES = 20 << 20
GROUP_ROWS = 122_880
STAMP = "%Y%m%dT%H%M%SZ"
LOST_ROWS_SHARE = 0.2
KEPT_MEASURE_SHARE = 0.95


@dataclass
class Part:
    """The rows of one table and account in one file, as its loader read them.

    account: what the file states (a handle, an artist, a card's digits), or None.
    facts: `_name_*` values, stated by the file's name alone.
    limited_to: the one song or release that the rows are limited to; it becomes part of the account.
    covers: first and last observation day where the rows alone don't say it.
    extracted_at: when the platform gave it, where only the loader can read it (TikTok's epoch), in UTC.
    """

    table: Table
    rows: TextTable | pl.DataFrame
    account: str | None = None
    facts: dict[str, str | None] = field(default_factory=dict)
    limited_to: str | None = None
    covers: tuple[date, date] | None = None
    extracted_at: datetime | None = None


@dataclass(frozen=True)
class Origin:
    """Where a part comes from: the file's name, the hash of the original as it is stored, and a UTF-8 copy to read."""

    file_name: str
    sha256: str
    landed_at: datetime
    path: Path
    lines: int
    line_end: str
    encoding: str = "utf-8"
    zip_time: datetime | None = None

    @property
    def group_rows(self) -> int:
        """How many rows to gather before they are written: GROUP_BYTES of text, which a writer holds several times."""
        line_bytes = self.path.stat().st_size // max(self.lines, 1)
        return max(min(GROUP_BYTES // max(line_bytes, 1), GROUP_ROWS), 1)


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
    path: Path | None = None

    @property
    def order(self) -> tuple[datetime, int]:
        return self.extracted_at, self.sequence

    def to_json(self) -> str:
        """The entry as stored in a Parquet footer or a sighting."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "path"}
        return json.dumps({name: v.isoformat() if isinstance(v, date) else v for name, v in values.items()})

    @classmethod
    def from_json(cls, text: str, path: Path | None) -> Entry:
        return cls.from_values(json.loads(text), path)

    @classmethod
    def from_values(cls, values: dict[str, Any], path: Path | None) -> Entry:
        """The entry of what a footer or a sighting holds."""
        for name in ("extracted_at", "landed_at", "zip_time"):
            values[name] = datetime.fromisoformat(values[name]) if values[name] else None
        for name in ("covers_from", "covers_to"):
            values[name] = date.fromisoformat(values[name]) if values[name] else None
        return cls(**values, path=path)


@dataclass
class Staged:
    """A part read, hashed and checked, ready to be committed."""

    part: Part
    entry: Entry
    rows: str
    names: list[str]
    group_rows: int
    has_twins: bool
    timeline: list[Entry]
    unchanged: bool
    seen_again: Entry | None


class Landing:
    """One writer. Use it in `with`; `stage` every part of a file, then `commit` them all.

    Rows are never held: a part is streamed into a Parquet file aside, in file order, and from there to its place.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._numbers = itertools.count()

    def __enter__(self) -> Landing:
        import duckdb

        self._stack = contextlib.ExitStack()
        self.aside = self._stack.enter_context(private_folder(self.settings))
        config: dict[str, Any] = {"temp_directory": str(self.aside / "spill"), "preserve_insertion_order": True}
        if self.settings.memory_limit:
            config["memory_limit"] = self.settings.memory_limit
        if self.settings.threads:
            config["threads"] = self.settings.threads
        self.con: duckdb.DuckDBPyConnection = self._stack.enter_context(duckdb.connect(":memory:", config=config))
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind:
            self.con.interrupt()  # else closing waits for a query that Ctrl-C left
        self._stack.close()

    # ---------------------------------------------------------------- reading

    def stage(self, part: Part, origin: Origin, account: str, extracted_at: datetime | None, accept: bool) -> Staged:
        """Read and hash a part, place it in its account's timeline and check what it replaces.

        The caller holds the lock of the table and account. `accept` skips the replacement check.
        Raises SourceFormatError when the part has no rows or no readable day, ReplacementError when it
        would take away what a neighbour states.
        """
        table = part.table
        rows, names = self.read_part(part, origin)
        count, has_twins, sums, low, high = self.figures_of(rows, table)
        if not count:
            raise SourceFormatError(f"{origin.file_name}: a header and no lines for {table.label}. Export it again, with data.")
        covers = part.covers or (low and (low, high))
        if table.observed and not covers:
            named = table.observed.replace("|", " or ")
            raise SourceFormatError(
                f"{origin.file_name}: no date that can be read in column {named!r} of {table.label}. Export it again."
            )
        covers_from, covers_to = covers or (None, None)
        content_hash = self.content_hash_of(part, account, names, count, sums)
        moment = min(extracted_at or self._newest_day(covers_to, table) or origin.landed_at, origin.landed_at)
        everyone = read_timeline(self.con, self.settings, table, None)
        timeline = [one for one in everyone if one.account == account]
        sequence = 1 + max((one.sequence for one in everyone), default=0)
        extract_id = f"{moment.strftime(STAMP)}_{sequence:06d}_{content_hash[:12]}"
        entry = Entry(
            extract_id,
            account,
            moment,
            sequence,
            content_hash,
            covers_from,
            covers_to,
            count,
            origin.landed_at,
            origin.file_name,
            origin.sha256,
            origin.encoding,
            origin.zip_time,
        )
        before = [one for one in timeline if one.order < entry.order]
        after = [one for one in timeline if one.order > entry.order]
        unchanged = bool(before) and before[-1].content_hash == content_hash
        seen_again = None
        if not unchanged:
            if after and after[0].path is None:
                seen_again = after[0]
            if not accept:
                self._check_replacement(table, rows, entry, before, after, timeline)
        return Staged(part, entry, rows, names, origin.group_rows, has_twins, timeline, unchanged, seen_again)

    def read_part(self, part: Part, origin: Origin) -> tuple[str, list[str]]:
        """Stream a part into a file aside; return it as a relation, and its own columns.

        The relation has them, the part's facts, each row's hash and its number in file order, and can be read again.
        """
        target = self.aside / f"part_{next(self._numbers)}.parquet"
        if isinstance(part.rows, TextTable):
            checked = check_header(part.rows, part.table)
            names, nullable = list(checked.spelled), False
        else:
            names, nullable = part.rows.columns, True
        columns = hashed(names, part.facts, nullable)
        if not isinstance(part.rows, TextTable):
            write_batches(target, part.rows.to_arrow().to_reader())
        elif self._read_fast(target, checked, columns, origin):
            columns = ", ".join(quoted(name) for name in (*names, *part.facts, "_row_sha"))
        else:
            with ragged_lines_named(checked):
                write_batches(target, checked.reader(origin.path))
        stored = f"read_parquet({literal(escaped_glob(target))}, file_row_number = true)"
        return f"(select {columns}, file_row_number + 1 as _row_number from {stored})", names

    def _read_fast(self, target: Path, table: TextTable, columns: str, origin: Origin) -> bool:
        """Read a plain file with DuckDB's own reader, on every core; say whether it read every line.

        It returns nothing, without an error, for some files (see DECISIONS.md): so it reads only what has one
        kind of line end, and its rows are counted against the lines of the file. Any doubt leaves it to pyarrow.
        """
        import duckdb

        if origin.line_end not in ("\n", "\r"):
            return False
        quote = '"' if table.quoted else ""
        types = ", ".join(f"{literal(name)}: 'varchar'" for name in table.spelled)
        source = (
            f"read_csv({literal(escaped_glob(origin.path))}, auto_detect = false, header = false, skip = 1, strict_mode = true, "
            f"delim = {literal(table.delimiter)}, quote = '{quote}', escape = '{quote}', "
            f"new_line = '{repr(origin.line_end)[1:-1]}', nullstr = '\x01', "
            f"max_line_size = {LINE_LIMIT_BYTES}, buffer_size = {BUFFER_BYTES}, columns = {{{types}}})"
        )
        options = f"(format parquet, row_group_size {origin.group_rows})"
        try:
            copied = run(self.con, f"copy (select {columns} from {source}) to {literal(str(target))} {options}")
        except duckdb.InvalidInputException:
            return False
        return copied[0][0] == origin.lines - 1

    def release(self) -> None:
        """Forget the parts of a file that is done with."""
        for path in self.aside.glob("part_*"):
            path.unlink()
        for (name,) in run(self.con, "select table_name from duckdb_tables() where temporary"):
            run(self.con, f"drop table {quoted(name)}")

    def figures_of(self, rows: str, table: Table) -> tuple[int, bool, tuple[str, str], date | None, date | None]:
        """Return the number of rows, whether two may be equal, their hash as a multiset, and the first and last day."""
        count, different, *sums = run(
            self.con,
            f"""
            select count(*), count(distinct {leading_bits("_row_sha")}), {multiset_sums("_row_sha")} from {rows}
            """,
        )[0]
        low = high = None
        if table.observed:
            columns = ", ".join(quoted(name) for name in table.observed.split("|"))
            texts = f"(select distinct {columns} from {rows})"
            low, high = run(self.con, f"select min({observed_day(table)}), max({observed_day(table)}) from {texts}")[0]
        return count, different < count, (str(sums[0]), str(sums[1])), low, high

    @staticmethod
    def content_hash_of(part: Part, account: str, names: list[str], count: int, sums: tuple[str, str]) -> str:
        """Hash the rows as a multiset, with the columns and the facts from the name."""
        facts = {name: value for name, value in sorted(part.facts.items()) if value is not None}
        stated = [part.table.label, account, sorted(names), facts, count, *sums]
        return hashlib.sha256(json.dumps(stated, ensure_ascii=False).encode()).hexdigest()

    @staticmethod
    def _newest_day(covers_to: date | None, table: Table) -> datetime | None:
        return datetime(covers_to.year, covers_to.month, covers_to.day) if covers_to and not table.own_file else None

    # --------------------------------------------------------------- checking

    def _check_replacement(
        self, table: Table, rows: str, entry: Entry, before: list[Entry], after: list[Entry], timeline: list[Entry]
    ) -> None:
        """Compare an extract with the nearest overlapping one on either side, on the dates both cover."""
        if not table.replacement or not (nearest(reversed(before), entry) or nearest(after, entry)):
            return
        own_day = day_of(table, f"date '{entry.covers_from}'")
        self._compare("own", table, f"(select *, {own_day} as _day from {rows})")
        for neighbour, is_earlier in ((nearest(reversed(before), entry), True), (nearest(after, entry), False)):
            holder = holder_of(neighbour, timeline) if neighbour else None
            if not holder:
                continue
            day = day_of(table, "_covers_from")
            self._compare("other", table, f"(select *, {day} as _day from {rows_of(holder)})")
            earlier, later = ("other", "own") if is_earlier else ("own", "other")
            first = neighbour if is_earlier else entry
            problem = self._loss(table.replacement, earlier, later, entry, neighbour, first)
            if problem:
                side = "of" if is_earlier else "that lands before the newer one of"
                raise ReplacementError(
                    f"{entry.file_name}: {table.label} {side} {neighbour.extracted_at:%Y-%m-%d %H:%M} "
                    f"({neighbour.file_name}): {problem}. "
                    "A filter, another account? Export it again, or `python cli.py quarantine accept`."
                )

    def _compare(self, name: str, table: Table, rows: str) -> None:
        """Make a table of what is compared: each row's day, the hash of its line, its measures and its groups."""
        rule = table.replacement
        measures = "".join(f", {number(one)} as measure_{place}" for place, one in enumerate(rule.measures))
        groups = "".join(f", upper(trim({quoted(one)})) as group_{place}" for place, one in enumerate(rule.groups))
        line = ", ".join(compared(one, rule) for one in rule.line)
        closed = ", ".join(compared(one, rule) for one in rule.line if one not in rule.measures)
        run(
            self.con,
            f"create or replace temp table {name} as "
            f"select _day, hash({line}) as line, hash({closed}) as closed_line{measures}{groups} from {rows}",
        )

    def _loss(self, rule: Replacement, earlier: str, later: str, one: Entry, two: Entry, first: Entry) -> str | None:
        """Say what the later rows lack of the earlier ones; None where nothing that matters is gone."""
        low, high = max(one.covers_from, two.covers_from), min(one.covers_to, two.covers_to)
        within = f"_day between date '{low}' and date '{high}'"
        if rule.provisional_days:
            within += f" and _day <= date '{first.covers_to}' - {rule.provisional_days}"
        had, lost = run(
            self.con,
            f"""
            select coalesce(sum(had), 0)::bigint, coalesce(sum(greatest(had - coalesce(has, 0), 0)), 0)::bigint
            from (select line, count(*) as had from {earlier} where {within} group by line)
            left join (select line, count(*) as has from {later} where {within} group by line) using (line)
            """,
        )[0]
        if had and lost > had * LOST_ROWS_SHARE:
            return f"{lost:,} of the {had:,} earlier rows from {low} to {high} have no equal in the later file"
        for place, measure in enumerate(rule.measures):
            problem = self._measure_loss(rule, measure, f"measure_{place}", earlier, later, within)
            if problem:
                return problem
        if rule.ledger_dates is not None:
            return self._ledger_loss(rule, earlier, later)
        return None

    def _measure_loss(self, rule: Replacement, measure: str, column: str, earlier: str, later: str, within: str) -> str | None:
        total = f"coalesce(sum({column}), 0)"
        had, has = (run(self.con, f"select {total} from {rows} where {within}")[0][0] for rows in (earlier, later))
        if had > 0 and has < had * KEPT_MEASURE_SHARE:
            return f"{measure} falls from {had:.10g} to {has:.10g} on the dates both cover"
        for place, group in enumerate(rule.groups):
            summed = f"select group_{place} as one, {total} as total from {{}} where {within} group by 1"
            gone = run(
                self.con,
                f"""
                select had.one, had.total from ({summed.format(earlier)}) as had
                left join ({summed.format(later)}) as has on had.one is not distinct from has.one
                where had.total > 0 and coalesce(has.total, 0) = 0 order by had.total desc limit 1
                """,
            )
            if gone:
                return f"{measure} of {group} {gone[0][0]!r} falls from {gone[0][1]:.10g} to nothing"
        return None

    def _ledger_loss(self, rule: Replacement, earlier: str, later: str) -> str | None:
        """In a ledger, earlier lines outside its last reporting dates must all be there still."""
        gone, since = run(
            self.con,
            f"""
            with last_dates as (
                select distinct _day from {earlier} where _day is not null order by _day desc limit {rule.ledger_dates}
            )
            select coalesce(sum(had - coalesce(has, 0)), 0)::bigint, min(day) from (
                select closed_line, min(_day) as day, count(*) as had from {earlier}
                where _day < (select min(_day) from last_dates) group by 1
            ) left join (select closed_line, count(*) as has from {later} group by 1) using (closed_line)
            where had > coalesce(has, 0)
            """,
        )[0]
        if gone:
            return f"{gone:,} lines of closed reporting dates (since {since}) are gone from a ledger that only grows"
        return None

    # ---------------------------------------------------------------- writing

    def commit(self, staged: Staged) -> bool:
        """Make a staged part part of landing; return False when it was unchanged.

        A later sighting of the extract before it lands first, so that newest-wins stays right.
        """
        table, entry = staged.part.table, staged.entry
        folder = table_dir(self.settings, table)
        folder.mkdir(parents=True, exist_ok=True)
        ensure_schema(self.con, self.settings, table)
        if staged.unchanged:
            same = (one for one in staged.timeline if one.content_hash == entry.content_hash)
            if all(one.extracted_at != entry.extracted_at for one in same):  # once per moment
                write_sighting(folder, entry)
            return False
        if staged.seen_again:
            self._land_sighting(table, staged.seen_again, staged.timeline)
        own = ", ".join(quoted(name) for name in (*staged.names, *staged.part.facts))
        rows, occurrence = staged.rows, "1::bigint"
        if staged.has_twins:
            rows, occurrence = f"{rows} left join ({self._twins_of(rows)}) using (_row_number)", "coalesce(number, 1)"
        self._copy(
            table,
            entry,
            f"select {own}, {lineage_literals(table, entry)}, _row_number, _row_sha, {occurrence} as _occurrence from {rows}",
            staged.group_rows,
        )
        return True

    @staticmethod
    def _twins_of(rows: str) -> str:
        """The rows that have an equal one before them: each row's number, and which of its equals it is, from 2 on."""
        return (
            "select _row_number, row_number() over (partition by _row_sha order by _row_number) as number "
            f"from {rows} qualify number > 1"
        )

    def _land_sighting(self, table: Table, sighting: Entry, timeline: list[Entry]) -> None:
        """Write the rows of a sighting, copied from the extract that it saw again."""
        holder = holder_of(sighting, timeline)
        file = literal(escaped_glob(holder.path))
        names = run(self.con, f"select name from parquet_schema({file}) where name <> 'duckdb_schema'")
        own = ", ".join(quoted(name) for (name,) in names if name not in LINEAGE)
        [(group_rows,)] = run(self.con, f"select max(row_group_num_rows) from parquet_metadata({file})")
        columns = f"{own}, {lineage_literals(table, sighting)}, {', '.join(OF_THE_ROW)}"
        self._copy(table, sighting, f"select {columns} from {rows_of(holder)}", group_rows)

    def _copy(self, table: Table, entry: Entry, query: str, group_rows: int) -> None:
        folder = table_dir(self.settings, table)
        target = folder / f"{entry.extract_id}.parquet"
        temporary = folder / f".{entry.extract_id}.tmp"
        write_extract(self.con, temporary, query, entry.to_json(), group_rows)
        os.replace(temporary, target)
        sync(folder)


# ------------------------------------------------------------------ the store


def run(con: duckdb.DuckDBPyConnection, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    """Run a statement to its end and return its rows: an unread result blocks a connection of DuckDB 2.x."""
    return con.execute(sql, parameters).fetchall()


def table_dir(settings: Settings, table: Table) -> Path:
    """The folder of a table's extracts."""
    return settings.landing_dir / table.source / table.name


@contextlib.contextmanager
def account_locks(settings: Settings, keys: set[tuple[Table, str]]) -> Iterator[None]:
    """Hold the kernel's lock of every table and account, taken in one order.

    Raises BusyError when another run holds one for longer than BEDROT_LOCK_WAIT_SECONDS.
    """
    from filelock import FileLock, Timeout

    folder = settings.landing_dir / ".locks"
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        for table, account in sorted(keys, key=lambda key: (key[0].label, key[1])):
            digest = hashlib.sha256(account.encode()).hexdigest()[:16]
            lock = FileLock(folder / f"{table.source}.{table.name}.{digest}.lock", timeout=settings.lock_wait_seconds)
            try:
                stack.enter_context(lock)
            except Timeout as error:
                raise BusyError(
                    f"{table.label} of {account}: another run is landing it. Try again when that run has ended."
                ) from error
        yield


def write_extract(con: duckdb.DuckDBPyConnection, target: Path, query: str, stated: str, group_rows: int) -> None:
    """Write rows with what is stated of them in the footer, durably."""
    run(
        con,
        f"copy ({query}) to {literal(str(target))} (format parquet, compression zstd, compression_level 1, "
        f"row_group_size {group_rows}, kv_metadata {{bedrot: {literal(stated)}}})",
    )
    sync(target)


def read_timeline(con: duckdb.DuckDBPyConnection, settings: Settings, table: Table, account: str | None) -> list[Entry]:
    """Return an account's extracts and sightings in order (every account's where None)."""
    import duckdb

    folder = table_dir(settings, table)
    sightings = {key_of(one): one.path for one in files_in(folder / SIGHTINGS, ".json")}
    extracts = {key_of(one): one.path for one in files_in(folder, ".parquet")}
    try:
        learn_sightings({key: path for key, path in sightings.items() if key not in _known})
        learn_footers(con, {key: path for key, path in extracts.items() if key not in _known})
    except (duckdb.IOException, FileNotFoundError):
        if all(os.path.exists(path) for path in (*sightings.values(), *extracts.values())):
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
        _known[key] = (Entry.from_json(Path(path).read_text(encoding="utf-8"), None),)


def learn_footers(con: duckdb.DuckDBPyConnection, files: dict[Key, str]) -> None:
    """Read what extracts state in their footers."""
    if files:
        keys = {path: key for key, path in files.items()}
        _known.update((keys[str(path)], tuple(entries)) for path, entries in stated_in(con, list(keys)))


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


def nearest(entries: Iterator[Entry] | list[Entry], entry: Entry) -> Entry | None:
    """Return the first entry whose coverage overlaps."""
    for other in entries:
        if (
            other.covers_from
            and entry.covers_from
            and other.covers_from <= entry.covers_to
            and other.covers_to >= entry.covers_from
        ):
            return other
    return None


def holder_of(entry: Entry, timeline: list[Entry]) -> Entry | None:
    """Return the extract that holds an entry's rows: itself, or the one that it saw again."""
    if entry.path:
        return entry
    same = [one for one in timeline if one.path and one.content_hash == entry.content_hash]
    earlier = [one for one in same if one.order < entry.order]
    return (earlier or same or [None])[-1]


def rows_of(extract: Entry) -> str:
    """The rows of an extract, in whatever file they are."""
    file = literal(escaped_glob(extract.path))
    return f"(select * from read_parquet({file}) where _extract_id = {literal(extract.extract_id)})"


def write_sighting(folder: Path, entry: Entry) -> None:
    """Store, durably, that the extract before was seen again."""
    (folder / SIGHTINGS).mkdir(exist_ok=True)
    write_durably(folder / SIGHTINGS / f"{entry.extract_id}.json", entry.to_json().encode())


def ensure_schema(con: duckdb.DuckDBPyConnection, settings: Settings, table: Table) -> None:
    """Write the zero-row file with the table's full typed header where it is missing or of another contract."""
    folder = table_dir(settings, table)
    target = folder / SCHEMA_FILE
    columns = {name: "varchar" for name in table.columns} | LINEAGE
    if target.exists():
        found = run(con, "select name from parquet_schema(?) where name <> 'duckdb_schema'", [escaped_glob(target)])
        if [name for (name,) in found] == list(columns):
            return
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{SCHEMA_FILE}.{os.getpid()}.tmp"
    header = ", ".join(f"null::{kind} as {quoted(name)}" for name, kind in columns.items())
    run(con, f"copy (select {header} limit 0) to {literal(str(temporary))} (format parquet)")
    sync(temporary)
    os.replace(temporary, target)
    sync(folder)


def sweep(settings: Settings, tables: set[Table]) -> None:
    """Remove what a killed run left half-written in these tables' folders, an hour old or older."""
    limit = datetime.now(UTC).timestamp() - 3600
    for table in tables:
        for path in table_dir(settings, table).glob(".*.tmp"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < limit:
                    path.unlink()


def write_batches(target: Path, batches: pa.RecordBatchReader) -> None:
    """Write Arrow's batches into a Parquet file as they come, holding one at a time."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(target, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def store_original(settings: Settings, source: Path | bytes, suffix: str, sha256: str) -> Path:
    """Keep the bytes as received under their hash, durably; return where."""
    suffix = suffix.lower() if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", suffix) else ".bin"
    target = settings.originals_dir / sha256[:2] / f"{sha256}{suffix}"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        write_durably(target, source)
    return target


def write_durably(target: Path, content: Path | bytes) -> None:
    """Write a file beside its place, sync it, and let it appear by one rename."""
    temporary = target.parent / f".{target.name}.{os.getpid()}.tmp"
    with temporary.open("wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            with content.open("rb") as source:
                while chunk := source.read(1 << 20):
                    file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, target)
    sync(target.parent)


def sync(path: Path) -> None:
    """Have the kernel write a file, or a folder's entries, to the disk."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# ------------------------------------------------------------------ SQL texts


def quoted(name: str) -> str:
    """A column's name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """A text as a literal."""
    return "null" if value is None else "'" + value.replace("'", "''") + "'"


def escaped_glob(path: Path | str) -> str:
    """A path that DuckDB reads as one file, whatever characters it has."""
    return re.sub(r"([\[\]*?])", r"[\1]", str(path))


def hashed(names: list[str], facts: dict[str, str | None], nullable: bool) -> str:
    """A row's own columns, what the file's name states, and the hash of its own values."""
    columns = [quoted(name) for name in names]
    columns += [f"{literal(value)}::varchar as {quoted(name)}" for name, value in facts.items()]
    return f"{', '.join(columns)}, {row_sha(names, nullable)} as _row_sha"


def row_sha(names: list[str], nullable: bool) -> str:
    """The hash of a row's own values."""
    values = [f"coalesce({quoted(name)}, chr(30))" if nullable else quoted(name) for name in sorted(names)]
    return f"left(sha1(concat_ws(chr(31), {', '.join(values)})), {ROW_SHA_DIGITS})"


def leading_bits(sha: str) -> str:
    """The first 60 bits of a row's hash."""
    return f"('0x' || substr({sha}, 1, 15))::bigint"


def multiset_sums(sha: str) -> str:
    """The hash of rows as a multiset: the sums of two parts of their hashes."""
    return f"sum({leading_bits(sha)}), sum(('0x' || substr({sha}, 16, 15))::bigint)"


def observed_day(table: Table) -> str:
    """The observation day of a row, null where it can't be read."""
    columns = [quoted(name) for name in table.observed.split("|")]
    tries = ", ".join(f"try_strptime(trim({column}), '{form}')" for column in columns for form in table.formats)
    return f"coalesce({tries})::date"


def day_of(table: Table, first: str) -> str:
    """The observation day of a row; where days come without a year, counted from the first."""
    if not table.counted_days:
        return observed_day(table)
    return f"coalesce({observed_day(table)}, {first} + (_row_number - 1)::int)"


def number(name: str) -> str:
    """A column by value, for comparing alone: null where it is no number."""
    return f"try_cast(replace({quoted(name)}, ',', '') as double)"


def compared(name: str, rule: Replacement) -> str:
    """A column as compared between two exports: a number by value to six places, other text trimmed, in capitals."""
    if name == "_day":
        return "_day"
    text = f"coalesce(upper(trim({quoted(name)})), '')"
    return f"coalesce(round({number(name)}, 6)::varchar, {text})" if name in (*rule.measures, *rule.counts) else text


def lineage_literals(table: Table, entry: Entry) -> str:
    """The lineage columns that are the same on every row of an extract.

    As enums of one value the texts are written as they are, and three times faster.
    """
    texts = {
        "_source": table.source, "_table": table.name, "_account": entry.account, "_extract_id": entry.extract_id,
        "_file_name": entry.file_name, "_file_sha256": entry.file_sha256,
    }  # fmt: skip
    columns = [f"{literal(value)}::enum({literal(value)}) as {name}" for name, value in texts.items()]
    columns.append(f"{entry.sequence}::bigint as _sequence")
    for name in ("extracted_at", "landed_at"):
        columns.append(f"timestamp '{getattr(entry, name)}' as _{name}")
    for name in ("covers_from", "covers_to"):
        value = getattr(entry, name)
        columns.append((f"date '{value}'" if value else "null::date") + f" as _{name}")
    return ", ".join(columns)

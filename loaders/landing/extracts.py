"""Landing: the only place that writes raw extracts (docs/how-it-works.md, "Extracts").

An extract is one file's rows of one table and account. It appears by one rename, after its bytes and
folder are synced, and is never changed. What equals the extract before it leaves only a sighting.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.durable_files import sync
from common.errors import FileError, ReplacementError, SourceFormatError
from common.private_files import private_folder
from common.settings import Settings
from common.sql_text import escaped_glob, literal, quoted, run
from loaders.landing.damage import naming_damage
from loaders.landing.date_order import other_facts, refuse_other_reading
from loaders.landing.leftovers import sweep
from loaders.landing.placing import Place, effects_of, find_place
from loaders.landing.points import ask_about_mixed, refuse_coarse
from loaders.landing.row_sql import hashed, leading_bits, multiset_sums, observed_day
from loaders.landing.store import ensure_schema, lineage_literals, write_batches, write_extract
from loaders.landing.tables import LINEAGE, Table
from loaders.landing.text_tables import TextTable, check_header, ragged_lines_named
from loaders.landing.timeline import Entry, holder_of, read_timeline, rows_of, table_dir, write_sighting
from loaders.landing.withdrawn import still_withdrawn, write_record

if TYPE_CHECKING:
    import duckdb
    import polars as pl

EXAMPLE = date(2026, 1, 31)
OF_THE_ROW = ("_row_number", "_row_sha", "_occurrence")
LINE_LIMIT_BYTES = 16 << 20
BUFFER_BYTES = 2 * LINE_LIMIT_BYTES
GROUP_BYTES = 20 << 20
GROUP_ROWS = 122_880


@dataclass
class Part:
    """The rows of one table and account in one file, as its loader read them.

    account: what the file states (a handle, an artist, a card's digits), or None.
    facts: `_name_*` values, stated by the file's name alone.
    limited_to: the one song or release that the rows are limited to; it becomes part of the account.
    covers: first and last observation day where the rows alone don't say it.
    extracted_at: when the platform gave it, where only the loader can read it (TikTok's epoch), in UTC.
    date_order: `day-first`, or the order that a person gave; None where dates are month first as ever, or ISO.
    note: what a person should know of how it was read; blank where there is nothing.
    """

    table: Table
    rows: TextTable | pl.DataFrame
    account: str | None = None
    facts: dict[str, str | None] = field(default_factory=dict)
    limited_to: str | None = None
    covers: tuple[date, date] | None = None
    extracted_at: datetime | None = None
    date_order: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Origin:
    """Where a part comes from: the file's name, the hash of the original as it is stored, and a UTF-8 copy to read.

    warning: what to tell of lines that are no UTF-8; blank where there are none.
    """

    file_name: str
    sha256: str
    landed_at: datetime
    path: Path
    lines: int
    line_end: str
    encoding: str = "utf-8"
    zip_time: datetime | None = None
    warning: str = ""

    @property
    def group_rows(self) -> int:
        """How many rows to gather before they are written: GROUP_BYTES of text, which a writer holds several times."""
        line_bytes = self.path.stat().st_size // max(self.lines, 1)
        return max(min(GROUP_BYTES // max(line_bytes, 1), GROUP_ROWS), 1)


@dataclass
class Staged:
    """A part read, hashed, placed and checked, ready to be committed.

    effects: what it takes away or doubles, and lands nevertheless, since it was accepted.
    """

    part: Part
    rows: str
    names: list[str]
    group_rows: int
    has_twins: bool
    stated_at: datetime | None
    place: Place
    effects: list[str]

    @property
    def entry(self) -> Entry:
        """The extract that it becomes."""
        return self.place.entry

    @property
    def unchanged(self) -> bool:
        """Whether the extract before has the same content."""
        return self.place.unchanged


def content_hash_of(
    table: Table, facts: dict[str, str | None], account: str, names: list[str], count: int, sums: tuple[str, str]
) -> str:
    """Hash the rows as a multiset, with the columns and the facts from the name."""
    known = {name: value for name, value in sorted(facts.items()) if value is not None}
    stated = [table.label, account, sorted(names), known, count, *sums]
    return hashlib.sha256(json.dumps(stated, ensure_ascii=False).encode()).hexdigest()


class Landing:
    """One writer. Use it in `with`; `stage` every part of a file, then `commit` them all.

    Rows are never held: a part is streamed into a Parquet file aside, in file order, and from there to its place.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._numbers = itertools.count()

    def __enter__(self) -> Landing:
        self._stack = contextlib.ExitStack()
        sweep(self.settings)
        self.aside = self._stack.enter_context(private_folder(self.settings))
        self._connect()
        return self

    def _connect(self) -> None:
        import duckdb

        config: dict[str, Any] = {"temp_directory": str(self.aside / "spill"), "preserve_insertion_order": True}
        if self.settings.memory_limit:
            config["memory_limit"] = self.settings.memory_limit
        if self.settings.threads:
            config["threads"] = self.settings.threads
        self.con: duckdb.DuckDBPyConnection = self._stack.enter_context(duckdb.connect(":memory:", config=config))

    def renew(self) -> None:
        """Connect again where an error inside DuckDB, as a damaged file can cause, has ended the connection."""
        import duckdb

        try:
            run(self.con, "select 1")
        except duckdb.Error:
            self._connect()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind:
            self.con.interrupt()  # else closing waits for a query that Ctrl-C left
        self._stack.close()

    # ---------------------------------------------------------------- reading

    def stage(self, part: Part, origin: Origin, account: str, extracted_at: datetime | None, accept: bool) -> Staged:
        """Read and hash a part, place it in its account's timeline and check what it replaces.

        The caller holds the lock of the table and account. `accept` skips what a person can accept.
        Raises SourceFormatError when the part has no rows or no readable day, or landed with its dates read in the other
        order; ReplacementError when it would take away what a neighbour states, or mixes days with weeks or months.
        """
        table = part.table
        rows, names = self.read_part(part, origin)
        count, has_twins, sums, low, high = self.figures_of(rows, part)
        if not count:
            raise table.without_rows(origin.file_name)
        covers = part.covers or (low and (low, high))
        if table.observed and not covers:
            named = " or ".join(table.observed_columns)
            raise SourceFormatError(
                f"{origin.file_name}: no date that can be read in column {named!r} of {table.label}; it is written like "
                f"{' or '.join(f'{EXAMPLE:{form}}' for form in table.formats)}. Export it in that form."
            )
        if table.daily_from:
            days = self._points_of(rows, table)
            refuse_coarse(days, table, origin.file_name)
        covers_from, covers_to = covers or (None, None)
        everyone = read_timeline(self.con, self.settings, table, None)
        entry = Entry(
            extract_id="",
            account=account,
            extracted_at=min(extracted_at or self._newest_day(covers_to, table) or origin.landed_at, origin.landed_at),
            sequence=1 + max((one.sequence for one in everyone), default=0),
            content_hash=content_hash_of(table, part.facts, account, names, count, sums),
            covers_from=covers_from,
            covers_to=covers_to,
            rows=count,
            landed_at=origin.landed_at,
            file_name=origin.file_name,
            file_sha256=origin.sha256,
            encoding=origin.encoding,
            zip_time=origin.zip_time,
            date_order=part.date_order,
        )
        is_guessed = extracted_at is None and covers_to is not None and not table.own_file
        timeline = [one for one in everyone if one.account == account]
        if table.daily_from and not accept:
            known = (self._points_of(rows_of(one), table) for one in timeline if one.path)
            ask_about_mixed(days, known, table, origin.file_name)
        place = find_place(self.con, table, rows, entry, timeline, is_guessed)
        if table.dates and not place.unchanged:
            other_hash = content_hash_of(table, other_facts(part.facts), account, names, count, sums)
            refuse_other_reading(entry, table, timeline, other_hash)
        taken_back = None if accept or place.unchanged else still_withdrawn(self.settings, table, place.entry)
        if taken_back:
            raise ReplacementError(
                f"{origin.file_name}: {table.label} of {account}: the same as {taken_back.entry.extract_id}, which was withdrawn "
                f"on {taken_back.withdrawn_at[:10]}. To have it back, `python cli.py quarantine accept ID`."
            )
        effects = [] if place.unchanged else effects_of(self.con, table, rows, names, place, everyone, accept)
        return Staged(part, rows, names, origin.group_rows, has_twins, extracted_at, place, effects)

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
        filled = self._without_blank_rows(stored, names) if isinstance(part.rows, TextTable) else ""
        return f"(select {columns}, file_row_number + 1 as _row_number from {stored}{filled})", names

    def _without_blank_rows(self, stored: str, names: list[str]) -> str:
        """Return the condition that leaves out rows without any value, such as a spreadsheet adds; blank where there are none."""
        blank = " and ".join(f"{quoted(name)} = ''" for name in names)
        [(count,)] = run(self.con, f"select count(*) from {stored} where {blank}")
        return f" where not ({blank})" if count else ""

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
            f"read_csv({literal(escaped_glob(origin.path))}, auto_detect = false, header = false, "
            f"skip = {table.header_lines}, strict_mode = true, "
            f"delim = {literal(table.delimiter)}, quote = '{quote}', escape = '{quote}', "
            f"new_line = '{repr(origin.line_end)[1:-1]}', nullstr = '\x01', "
            f"max_line_size = {LINE_LIMIT_BYTES}, buffer_size = {BUFFER_BYTES}, columns = {{{types}}})"
        )
        options = f"(format parquet, row_group_size {origin.group_rows})"
        try:
            copied = run(self.con, f"copy (select {columns} from {source}) to {literal(str(target))} {options}")
        except duckdb.InvalidInputException:
            return False
        return bool(copied[0][0] == origin.lines - table.header_lines)

    def release(self) -> None:
        """Forget the parts of a file that is done with."""
        for path in self.aside.glob("part_*"):
            path.unlink()
        for (name,) in run(self.con, "select table_name from duckdb_tables() where temporary"):
            run(self.con, f"drop table {quoted(name)}")

    def figures_of(self, rows: str, part: Part) -> tuple[int, bool, tuple[str, str], date | None, date | None]:
        """Return the number of rows, whether two may be equal, their hash as a multiset, and the first and last day."""
        count, different, *sums = run(
            self.con,
            f"""
            select count(*), count(distinct {leading_bits("_row_sha")}), {multiset_sums("_row_sha")} from {rows}
            """,
        )[0]
        low = high = None
        if part.table.observed:
            columns = ", ".join(quoted(name) for name in part.table.observed_columns)
            texts = f"(select distinct {columns} from {rows})"
            day = observed_day(part.table, part.date_order)
            low, high = run(self.con, f"select min({day}), max({day}) from {texts}")[0]
        return count, different < count, (str(sums[0]), str(sums[1])), low, high

    def _points_of(self, rows: str, table: Table) -> list[date]:
        """The days that rows of a table state, in order."""
        day = observed_day(table)
        return [one for (one,) in run(self.con, f"select distinct {day} from {rows} where {day} is not null order by 1")]

    @staticmethod
    def _newest_day(covers_to: date | None, table: Table) -> datetime | None:
        return datetime(covers_to.year, covers_to.month, covers_to.day) if covers_to and not table.own_file else None

    # ---------------------------------------------------------------- writing

    def commit(self, staged: Staged) -> bool:
        """Make a staged part part of landing; return False when it was unchanged.

        What must count after it, a later sighting of the extract before it for one, lands first.
        """
        table, entry = staged.part.table, staged.entry
        folder = table_dir(self.settings, table)
        folder.mkdir(parents=True, exist_ok=True)
        ensure_schema(self.con, self.settings, table)
        if staged.unchanged:
            same = (one for one in staged.place.timeline if one.content_hash == entry.content_hash)
            if all(one.extracted_at != entry.extracted_at for one in same):  # once per moment
                write_sighting(folder, entry)
            return False
        for again in staged.place.first:
            self._land_again(table, again, staged.place.timeline)
        own = ", ".join(quoted(name) for name in (*staged.names, *staged.part.facts))
        rows, occurrence = staged.rows, "1::bigint"
        if staged.has_twins:
            rows = f"{rows} as part left join ({self._twins_of(rows)}) as twins using (_row_number)"
            own = ", ".join(f"part.{quoted(name)}" for name in (*staged.names, *staged.part.facts))
            occurrence = "coalesce(twins.number, 1)"
        self._copy(
            table,
            entry,
            f"select {own}, {lineage_literals(table, entry)}, _row_number, _row_sha, {occurrence} as _occurrence from {rows}",
            staged.group_rows,
        )
        if taken_back := still_withdrawn(self.settings, table, entry):
            write_record(folder, replace(taken_back, accepted_at=entry.landed_at.isoformat()))
        return True

    @staticmethod
    def _twins_of(rows: str) -> str:
        """The rows that have an equal one before them: each row's number, and which of its equals it is, from 2 on."""
        return (
            "select _row_number, row_number() over (partition by _row_sha order by _row_number) as number "
            f"from {rows} qualify row_number() over (partition by _row_sha order by _row_number) > 1"
        )

    def _land_again(self, table: Table, again: Entry, timeline: list[Entry]) -> None:
        """Write the rows of an extract or a sighting at another moment, copied from the extract that has them."""
        holder = holder_of(again, timeline)
        if not holder:
            raise FileError(
                f"{table.label}: what {again.extract_id} saw again is missing. "
                "See `python cli.py verify`; put it back from a backup."
            )
        with naming_damage(holder.file):
            self._copy_again(table, again, holder)

    def _copy_again(self, table: Table, again: Entry, holder: Entry) -> None:
        file = literal(escaped_glob(holder.file))
        names = run(self.con, f"select name from parquet_schema({file}) where name <> 'duckdb_schema'")
        own = ", ".join(quoted(name) for (name,) in names if name not in LINEAGE)
        [(group_rows,)] = run(self.con, f"select max(row_group_num_rows) from parquet_metadata({file})")
        columns = f"{own}, {lineage_literals(table, again)}, {', '.join(OF_THE_ROW)}"
        self._copy(table, again, f"select {columns} from {rows_of(holder)}", group_rows)

    def _copy(self, table: Table, entry: Entry, query: str, group_rows: int) -> None:
        folder = table_dir(self.settings, table)
        target = folder / f"{entry.extract_id}.parquet"
        temporary = folder / f".{entry.extract_id}.tmp"
        write_extract(self.con, temporary, query, entry.to_json(), group_rows)
        temporary.replace(target)
        sync(folder)

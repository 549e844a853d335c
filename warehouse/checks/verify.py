"""Check what landed: every extract against its footer and hashes, every original against its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from common.errors import StorageError
from common.printing import counted, say
from common.settings import Settings, settings
from common.sql_text import escaped_glob, literal, quoted
from loaders.landing.extracts import OF_THE_ROW, Landing, content_hash_of
from loaders.landing.locks import files_shared
from loaders.landing.row_sql import multiset_sums, row_sha
from loaders.landing.tables import LINEAGE, Table
from loaders.landing.timeline import SIGHTINGS, Entry, files_in, holder_of, name_of, stated_in, table_dir
from loaders.landing.withdrawn import withdrawn_in
from loaders.registry import all_tables
from warehouse.asking.values import tracked
from warehouse.checks.filters import hidden_rows
from warehouse.checks.originals import Originals
from warehouse.checks.recount import recount
from warehouse.checks.replay import replay
from warehouse.checks.strays import damaged_records, foreign_files, is_own, number_of, unreadable_schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["replay", "verify"]


def verify(data: bool = False) -> int:
    """Print a line for each thing that is damaged or missing, and a summary; return 0, or 8 where there is any."""
    config = settings()
    originals = Originals(config)
    problems: list[str] = []
    extracts = sightings = 0
    with files_shared(config), Landing(config) as landing:
        for table in all_tables():
            found = checked_table(landing, config, table, originals)
            extracts, sightings = extracts + found.extracts, sightings + found.sightings
            problems += found.problems
    problems += foreign_files(config)
    problems += damaged_records(config)
    for problem in problems:
        say(problem)
    told = f"{len(problems):,} damaged or missing" if problems else "all as landed"
    checked = ((extracts, "extract"), (sightings, "sighting"), (len(originals.checked), "original"))
    print(f"{', '.join(counted(*one) for one in checked)}: {told}.")
    unused = originals.unused()
    if unused:
        print(f"{counted(unused, 'further original')}: withdrawn, parts of one export, of a stopped run, or landed already.")
    differences = recount(config) if data else []
    for difference in differences:
        say(difference)
    return StorageError.exit_code if problems or differences else 0


@dataclass
class Checked:
    """What was found of one table."""

    problems: list[str] = field(default_factory=list)
    extracts: int = 0
    sightings: int = 0


def checked_table(landing: Landing, config: Settings, table: Table, originals: Originals) -> Checked:
    """Check a table's files, those that land meanwhile included, until a listing shows no other."""
    result = Checked()
    entries: dict[Path, list[Entry]] = {}
    damaged = unreadable_schema(landing, config, table)
    result.problems += [f"{table.label} {damaged}"] if damaged else []
    files = files_of(config, table)
    while new := [path for path in files if path not in entries]:
        for path in tracked(new, table.label):
            entries[path], found = checked(landing, table, path)
            result.problems += [f"{table.label} {path.name}: {problem}" for problem in found if path.exists()]
        files = files_of(config, table)
    stated = [entry for path in files for entry in entries[path]]
    result.extracts = sum(max(len(entries[path]), 1) for path in files if path.suffix == ".parquet")
    result.sightings = sum(path.suffix == ".json" for path in files)
    withdrawn = [entry for record in withdrawn_in(table_dir(config, table)) for entry in record.entries]
    result.problems += [f"{table.label} {problem}" for problem in missing(stated, files, withdrawn)]
    result.problems += [
        f"{table.label} {entry.extract_id}: {problem}"
        for entry in tracked(stated, f"{table.label}: originals")
        if (problem := originals.problem(entry.file_sha256))
    ]
    return result


def files_of(config: Settings, table: Table) -> list[Path]:
    """Return a table's extracts and sightings; what others put beside them is named apart (`foreign_files`)."""
    folder = table_dir(config, table)
    files = [Path(one) for one in (*files_in(folder, ".parquet"), *files_in(folder / SIGHTINGS, ".json"))]
    return [path for path in files if is_own(path)]


def checked(landing: Landing, table: Table, path: Path) -> tuple[list[Entry], list[str]]:
    """Return a file's entries, none where it can't be read, and what is wrong with the file."""
    import duckdb

    try:
        if path.suffix == ".json":
            return [Entry.from_json(path.read_text(encoding="utf-8"), None)], []
        footers = list(stated_in(landing.con, [str(path)]))
        if not footers:
            return [], ["not written by landing: it has no footer of it"]
        [(_, entries)] = footers
        return entries, list(wrong_file(landing, table, path, entries)) or list(hidden_rows(landing, path, entries))
    except (duckdb.Error, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [], [f"can't be read ({next(iter(str(error).splitlines()), type(error).__name__)})"]
    finally:
        landing.renew()
        landing.release()


def wrong_file(landing: Landing, table: Table, path: Path, entries: list[Entry]) -> Iterator[str]:
    """Yield what is wrong with a file of one extract or of several: its name, the number of their rows, hashes, lineage."""
    if name_of(entries) != path.stem:
        yield f"named differently from its footer ({name_of(entries)})"
    rows = f"read_parquet({literal(escaped_glob(path))})"
    names = [name for (name,) in landing.con.execute(f"select column_name from (describe from {rows})").fetchall()]
    own = [name for name in names if name not in LINEAGE and name not in table.facts]
    facts = [name for name in names if name in table.facts]
    found = {one.extract_id: one for one in tallied(landing, rows, own, facts, stated_lineage(table, entries))}
    stated = {entry.extract_id: entry for entry in entries}
    for extract_id in sorted(found.keys() | stated.keys()):
        of = f"{extract_id}: " if len(entries) > 1 else ""
        one, entry = found.get(extract_id, Counted(extract_id)), stated.get(extract_id)
        yield from (f"{of}{problem}" for problem in wrong_extract(landing, table, own, one, entry))


@dataclass(frozen=True)
class Counted:
    """What the rows of one extract come to: how many, how many differ in number and in key, how many are not as they were."""

    extract_id: str
    count: int = 0
    numbers: int = 0
    keys: int = 0
    other: int = 0
    altered: int = 0
    sums: tuple[str, str] = ("None", "None")
    facts: dict[str, str | None] = field(default_factory=dict)


def tallied(landing: Landing, rows: str, own: list[str], facts: list[str], stated: pa.Table) -> Iterator[Counted]:
    """Count a file's rows by extract, in one reading."""
    same = [name for name in LINEAGE if name not in OF_THE_ROW]
    was, said = (", ".join(f"{side}.{name}" for name in same) for side in ("stored", "stated"))
    of_row = ", ".join((*LINEAGE, *map(quoted, facts)))  # an own column may be named like what is computed here
    of_facts = "".join(f", any_value({quoted(name)})" for name in facts)
    landing.con.register("stated", stated)
    found = landing.con.execute(
        f"""
        select stored._extract_id, count(*), count(distinct _row_number), count(distinct (_row_sha, _occurrence)),
            count(*) filter (where ({was}) is distinct from ({said})), count(*) filter (where _row_sha is distinct from now),
            {multiset_sums("now")}{of_facts}
        from (select {of_row}, {row_sha(own, nullable=True)} as now from {rows}) as stored
        left join stated on stored._extract_id = stated._extract_id
        group by all
        """
    ).fetchall()
    for extract_id, count, numbers, keys, other, altered, one, two, *values in found:
        told = dict(zip(facts, values, strict=True))
        yield Counted(extract_id, count, numbers, keys, other, altered, (str(one), str(two)), told)


def stated_lineage(table: Table, entries: list[Entry]) -> pa.Table:
    """The lineage columns that every row of each extract bears."""
    import pyarrow as pa

    of_table = {"_source": table.source, "_table": table.name}
    named = [name for name in LINEAGE if name not in (*of_table, *OF_THE_ROW)]
    kinds = {"varchar": pa.string(), "timestamp": pa.timestamp("us"), "bigint": pa.int64(), "date": pa.date32()}
    lines = [of_table | {name: getattr(entry, name[1:]) for name in named} for entry in entries]
    return pa.Table.from_pylist(lines, schema=pa.schema([(name, kinds[LINEAGE[name]]) for name in (*of_table, *named)]))


def wrong_extract(landing: Landing, table: Table, own: list[str], found: Counted, entry: Entry | None) -> Iterator[str]:
    """Yield what is wrong with the rows of one extract; of one that the footer does not state, that it is there."""
    if found.count != (entry.rows if entry else 0):
        yield f"{counted(found.count, 'row')}, the footer says {entry.rows if entry else 0:,}"
    if found.numbers != found.count or found.keys != found.count:
        yield "rows that share a number or a key"
    if found.other:
        yield f"{counted(found.other, 'row')} whose lineage is not the footer's"
    if found.altered:
        yield f"{counted(found.altered, 'row')} whose values do not give their hash"
    if entry:
        content_hash = content_hash_of(table, found.facts, entry.account, own, found.count, found.sums)
        if content_hash != entry.content_hash:
            yield "the content does not give its hash"
        if entry.extract_id.split("_")[-1] != entry.content_hash[:12]:
            yield "its id does not bear its content's hash"


def missing(entries: list[Entry], files: list[Path], withdrawn: list[Entry]) -> Iterator[str]:
    """Yield what is gone though nobody withdrew it: a number in the sequence, the rows that a sighting saw again."""
    numbers = {number_of(path) for path in files} | {entry.sequence for entry in (*entries, *withdrawn)}
    for number in sorted(set(range(1, max(numbers, default=0))) - numbers):
        yield f"number {number} of the landing sequence is missing"
    for entry in entries:
        timeline = [one for one in entries if one.account == entry.account]
        if not entry.path and not holder_of(entry, timeline):
            yield f"{entry.extract_id}: a sighting of an extract that is missing"

"""Check what landed: every extract against its footer and hashes, every original against its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from loaders.errors import StorageError
from loaders.landing import (
    SCHEMA_FILE,
    SIGHTINGS,
    Entry,
    Landing,
    Part,
    escaped_glob,
    lineage_literals,
    literal,
    quoted,
    row_sha,
    rows_of,
    table_dir,
)
from loaders.settings import Settings, settings
from loaders.sources import all_tables
from loaders.tables import LINEAGE, Table
from warehouse.identities import recount
from warehouse.originals import Originals
from warehouse.output import tracked
from warehouse.replay import replay

__all__ = ["replay", "verify"]

OF_THE_ROW = ("_row_number", "_row_sha", "_occurrence")


def verify(data: bool = False) -> int:
    """Print a line for each thing that is damaged or missing, and a summary; return 0, or 8 where there is any."""
    config = settings()
    originals = Originals(config)
    problems: list[str] = []
    extracts = sightings = 0
    with Landing(config) as landing:
        for table in all_tables():
            files = files_of(config, table)
            entries: list[Entry] = []
            for path in tracked(files, table.label):
                entry, found = checked(landing, table, path)
                entries += [entry] if entry else []
                problems += [f"{table.label} {path.name}: {problem}" for problem in found]
            problems += [f"{table.label} {problem}" for problem in missing(entries, files)]
            problems += [
                f"{table.label} {entry.extract_id}: {problem}"
                for entry in tracked(entries, f"{table.label}: originals")
                if (problem := originals.problem(entry.file_sha256))
            ]
            extracts += sum(path.suffix == ".parquet" for path in files)
            sightings += sum(path.suffix == ".json" for path in files)
    for problem in problems:
        print(problem)
    told = f"{len(problems):,} damaged or missing" if problems else "all as landed"
    print(f"{extracts:,} extracts, {sightings:,} sightings, {len(originals.checked):,} originals: {told}.")
    if originals.unused:
        print(f"{originals.unused:,} further originals: of a stopped run, or with content that had landed already.")
    differences = recount(config) if data else []
    for difference in differences:
        print(difference)
    return StorageError.exit_code if problems or differences else 0


def files_of(config: Settings, table: Table) -> list[Path]:
    """Return a table's extracts and sightings."""
    folder = table_dir(config, table)
    extracts = (path for path in folder.glob("*.parquet") if path.name != SCHEMA_FILE)
    return sorted(extracts) + sorted((folder / SIGHTINGS).glob("*.json"))


def checked(landing: Landing, table: Table, path: Path) -> tuple[Entry | None, list[str]]:
    """Return a file's entry, None where it can't be read, and what is wrong with the file."""
    import duckdb

    try:
        if path.suffix == ".json":
            return Entry.from_json(path.read_text(encoding="utf-8"), None), []
        footers = landing.con.execute(
            "select decode(value) from parquet_kv_metadata(?) where decode(key) = 'bedrot'", [escaped_glob(path)]
        ).fetchall()
        if not footers:
            return None, ["not written by landing: it has no footer of it"]
        entry = Entry.from_json(footers[0][0], path)
        return entry, list(wrong_rows(landing, table, entry))
    except (duckdb.Error, ValueError, KeyError, TypeError) as error:
        return None, [f"can't be read ({str(error).splitlines()[0]})"]
    finally:
        landing.release()


def wrong_rows(landing: Landing, table: Table, entry: Entry) -> Iterator[str]:
    """Yield what is wrong with an extract's rows: their number, their hashes, their lineage."""
    rows = f"read_parquet({literal(escaped_glob(entry.path))})"
    names = [name for (name,) in landing.con.execute(f"select column_name from (describe from {rows})").fetchall()]
    own = [name for name in names if name not in LINEAGE and name not in table.facts]
    facts = [name for name in names if name in table.facts]
    same = [name for name in LINEAGE if name not in OF_THE_ROW]
    stored, stated = (", ".join(f"{side}.{name}" for name in same) for side in ("stored", "stated"))
    count, numbers, keys, other = landing.con.execute(
        f"""
        select count(*), count(distinct _row_number), count(distinct (_row_sha, _occurrence)),
            count(*) filter (where ({stored}) is distinct from ({stated}))
        from {rows} as stored, (select {lineage_literals(table, entry)}) as stated
        """
    ).fetchall()[0]
    if count != entry.rows:
        yield f"{count:,} rows, the footer says {entry.rows:,}"
    if numbers != count or keys != count:
        yield "rows that share a number or a key"
    if other:
        yield f"{other:,} rows whose lineage is not the footer's"
    now = row_sha(own, nullable=True)
    hashed, _, sums, *_ = landing.figures_of(f"(select * replace ({now} as _row_sha) from {rows})", table)
    altered = landing.con.execute(f"select count(*) from {rows} where _row_sha is distinct from {now}").fetchall()[0][0]
    if altered:
        yield f"{altered:,} rows whose values do not give their hash"
    values = landing.con.execute(f"select {', '.join(map(quoted, facts)) or 'null'} from {rows} limit 1").fetchall()
    part = Part(table, None, facts=dict(zip(facts, values[0] if values else (), strict=False)))
    if landing.content_hash_of(part, entry.account, own, hashed, sums) != entry.content_hash:
        yield "the content does not give its hash"
    if entry.extract_id != entry.path.stem or entry.extract_id.split("_")[-1] != entry.content_hash[:12]:
        yield f"named differently from its footer ({entry.extract_id})"


def missing(entries: list[Entry], files: list[Path]) -> Iterator[str]:
    """Yield what is not there any more: a number in the sequence, the rows that a sighting saw again."""
    numbers = {int(path.stem.split("_")[1]) for path in files}
    for number in sorted(set(range(1, max(numbers, default=0))) - numbers):
        yield f"number {number} of the landing sequence is missing"
    for entry in entries:
        timeline = [one for one in entries if one.account == entry.account]
        if not entry.path and not rows_of(entry, timeline):
            yield f"{entry.extract_id}: a sighting of an extract that is missing"

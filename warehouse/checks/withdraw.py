"""Take a landed extract back: its file goes to quarantine, its rows leave landing, in one step that `accept` undoes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from common.errors import ReplacementError, StorageError, UsageError
from common.printing import counted, say
from common.run_records import recorded
from common.settings import Settings, settings, utc_now
from common.sql_text import escaped_glob, literal, run
from loaders.commands.intake import account_to_ask_for
from loaders.landing import quarantine
from loaders.landing.damage import naming_damage
from loaders.landing.exports import Export
from loaders.landing.extracts import Landing
from loaders.landing.locks import files_alone, new_folder, replace_folder
from loaders.landing.store import write_extract
from loaders.landing.tables import Table
from loaders.landing.timeline import SIGHTINGS, Entry, name_of, read_timeline, stated_in, table_dir
from loaders.landing.withdrawn import Withdrawn, write_record
from loaders.registry import all_tables
from warehouse.checks.compact import GROUP_ROWS, put_together
from warehouse.checks.originals import Originals


def withdraw(extract: str) -> None:
    """Take back the extract with this id, or this end of one, and print what came of it.

    Raises UsageError where there is none, or several; StorageError where its original is missing or damaged.
    """
    config = settings()
    with recorded(config, "withdraw", extract=extract) as record, files_alone(config), Landing(config) as landing:
        table, entry, timeline = found(landing, config, extract)
        sightings = list(sightings_of(entry, timeline))
        refused = quarantined(config, table, entry, sightings)
        take_out(landing, config, table, Withdrawn(entry, sightings, utc_now().isoformat()))
        record["withdrawn"] = {"table": table.label, "extract_id": entry.extract_id, "quarantine_id": refused.id}
    what = f"{counted(entry.rows, 'row')} of {table.label}, account {entry.account}"
    say(f"withdrew {what}: {entry.extract_id} ({entry.file_name})")
    for one in timeline:
        if one.path and one.content_hash == entry.content_hash and one.extract_id != entry.extract_id:
            say(f"  the same rows are in {one.extract_id} ({one.extracted_at:%Y-%m-%d %H:%M}), which stays")
    say(f"  python cli.py quarantine accept {refused.id}    lands it again; `python cli.py build` shows figures without it")


def found(landing: Landing, config: Settings, extract: str) -> tuple[Table, Entry, list[Entry]]:
    """Return the extract that an id, or the end of one, names, with its table and its account's timeline."""
    matches, named = [], []
    for table in all_tables():
        with naming_damage(table_dir(config, table)):
            timeline = read_timeline(landing.con, config, table, None)
        for entry in timeline:
            of_account = [one for one in timeline if one.account == entry.account]
            if entry.path and extract and entry.extract_id.endswith(extract):
                matches.append((table, entry, of_account))
            elif entry.path and extract and entry.file_name.endswith(extract):
                named.append(entry)
    if len(matches) == 1:
        return matches[0]
    listed = ", ".join(f"{one.extract_id} ({one.file_name})" for one in named or [entry for _, entry, _ in matches])
    wrong = counted(len(matches), "extract") if matches else "no extract"
    hint = f" There are: {listed}." if listed else " `_extract_id` of landed rows has it, and the file's name finds it."
    raise UsageError(f"withdraw {extract}: {wrong} with this id.{hint}")


def sightings_of(entry: Entry, timeline: list[Entry]) -> Iterator[Entry]:
    """Yield the sightings of an extract: what comes after it with its content, before any other extract."""
    later = (one for one in timeline if one.order > entry.order)
    return itertools.takewhile(lambda one: one.path is None and one.content_hash == entry.content_hash, later)


def quarantined(config: Settings, table: Table, entry: Entry, sightings: list[Entry]) -> quarantine.Refused:
    """Put an extract's original into quarantine, with what it takes to land it again as it was."""
    originals = Originals(config)
    if problem := originals.problem(entry.file_sha256):
        raise StorageError(f"{table.label} {entry.extract_id}: {problem}. Put it back from a backup; nothing was withdrawn.")
    folder, _, name = entry.file_name.rpartition("/")
    export = Export(originals.paths[entry.file_sha256], name, folder, entry.zip_time, entry.date_order)
    withdrawn = {
        "table": table.label,
        "account": entry.account,
        "extract_id": entry.extract_id,
        "seen_again": [one.extracted_at.isoformat() for one in sightings],
    }
    reason = ReplacementError(
        f"{entry.file_name}: withdrawn by hand: {counted(entry.rows, 'row')} of {table.label}, account {entry.account}."
    )
    account = account_to_ask_for(config, export, table, entry.account)
    return quarantine.put(config, export, reason, table.source, account, entry.extracted_at, withdrawn, entry.date_order)


def take_out(landing: Landing, config: Settings, table: Table, record: Withdrawn) -> None:
    """Exchange a table's folder for one without the extract and its sightings, and with the record of it.

    The caller holds the files alone. Killed at any moment, the table has all of the extract or nothing.
    """
    folder, entry = table_dir(config, table), record.entry
    [(_, stated)] = stated_in(landing.con, [str(entry.file)])
    rest = [one for one in stated if one.extract_id != entry.extract_id]
    made = [without(landing, entry, rest)] if rest else []
    gone = {str(entry.file), *(str(folder / SIGHTINGS / f"{one.extract_id}.json") for one in record.sightings)}
    put_together(folder, made, gone)
    write_record(new_folder(folder), record)
    replace_folder(folder)


def without(landing: Landing, entry: Entry, rest: list[Entry]) -> Path:
    """Write the other extracts of a compacted file into one aside; return where."""
    target = landing.aside / f"{name_of(rest)}.parquet"
    rows = f"from read_parquet({literal(escaped_glob(entry.file))}) where _extract_id <> {literal(entry.extract_id)}"
    values = [json.loads(one.to_json()) for one in rest]
    write_extract(landing.con, target, rows, json.dumps(values if len(values) > 1 else values[0]), GROUP_ROWS)
    [(count,)] = run(landing.con, f"select count(*) from read_parquet({literal(escaped_glob(target))})")
    if count != sum(one.rows for one in rest):
        raise StorageError(f"{entry.path}: holds other rows than its footer states. See `python cli.py verify`.")
    return target

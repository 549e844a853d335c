"""What landing keeps: extracts, each table's typed header, originals; and the lock of every table and account."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from common.durable_files import is_intact, keep_durably, sync
from common.locks import account_key, hold_lock
from common.settings import Settings
from common.sql_text import escaped_glob, literal, quoted, run
from loaders.landing.tables import LINEAGE, Table
from loaders.landing.timeline import SCHEMA_FILE, Entry, table_dir

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


@contextlib.contextmanager
def account_locks(settings: Settings, keys: set[tuple[Table, str]]) -> Iterator[None]:
    """Hold the kernel's lock of every table and account, taken in one order.

    Raises BusyError when another run holds one for longer than BEDROT_LOCK_WAIT_SECONDS.
    """
    with contextlib.ExitStack() as stack:
        for table, account in sorted(keys, key=lambda key: (key[0].label, key[1])):
            path = settings.locks_dir / f"{table.source}.{table.name}.{account_key(account)}.lock"
            busy = f"{table.label} of {account}: another run is landing it. Try again when that run has ended."
            stack.enter_context(hold_lock(path, settings.lock_wait_seconds, busy))
        yield


def write_extract(con: duckdb.DuckDBPyConnection, target: Path, query: str, stated: str, group_rows: int) -> None:
    """Write rows with what is stated of them in the footer, durably.

    Without bloom filters: nothing here asks by value, and a flipped bit in one hides rows from who does.
    """
    run(
        con,
        f"copy ({query}) to {literal(str(target))} (format parquet, compression zstd, compression_level 1, "
        f"row_group_size {group_rows}, write_bloom_filter false, kv_metadata {{bedrot: {literal(stated)}}})",
    )
    sync(target)


def ensure_schema(con: duckdb.DuckDBPyConnection, settings: Settings, table: Table) -> None:
    """Write the zero-row file with the table's full typed header where it is missing or of another contract."""
    import duckdb

    folder = table_dir(settings, table)
    target = folder / SCHEMA_FILE
    columns = dict.fromkeys(table.header, "varchar") | LINEAGE
    if target.exists():
        with contextlib.suppress(duckdb.Error):  # a damaged one is written again
            found = run(con, "select name from parquet_schema(?) where name <> 'duckdb_schema'", [escaped_glob(target)])
            if [name for (name,) in found] == list(columns):
                return
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{SCHEMA_FILE}.{os.getpid()}.tmp"
    header = ", ".join(f"null::{kind} as {quoted(name)}" for name, kind in columns.items())
    run(con, f"copy (select {header} limit 0) to {literal(str(temporary))} (format parquet)")
    sync(temporary)
    temporary.replace(target)
    sync(folder)


def write_batches(target: Path, batches: pa.RecordBatchReader) -> None:
    """Write Arrow's batches into a Parquet file as they come, holding one at a time."""
    import pyarrow.parquet as pq

    with pq.ParquetWriter(target, batches.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)


def store_original(settings: Settings, source: Path, suffix: str, sha256: str) -> Path:
    """Keep the bytes as received under their hash, durably; return where. One that is damaged is mended.

    `source` is a copy of our own that nobody writes to any more.
    """
    suffix = suffix.lower() if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", suffix) else ".bin"
    target = settings.originals_dir / sha256[:2] / f"{sha256}{suffix}"
    if not is_intact(target, sha256):
        target.parent.mkdir(parents=True, exist_ok=True)
        keep_durably(target, source)
    return target


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
    columns += [f"timestamp '{getattr(entry, name)}' as _{name}" for name in ("extracted_at", "landed_at")]
    for name in ("covers_from", "covers_to"):
        value = getattr(entry, name)
        columns.append((f"date '{value}'" if value else "null::date") + f" as _{name}")
    return ", ".join(columns)

"""Recount what the published warehouse says of its rows and amounts (docs/how-it-works.md, rules 1 and 2)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from common.errors import StorageError
from common.printing import counted
from common.settings import Settings
from loaders.landing.timeline import STAMP, Entry, read_timeline
from loaders.registry import all_tables
from warehouse.asking.values import cell
from warehouse.building.published import Published, connected, current

IDENTITIES = {
    "rows_landed": ("rows_superseded", "rows_in_mart", "rows_set_aside", "rows_rejected"),
    "amount_live": ("amount_in_mart", "amount_set_aside", "amount_rejected"),
}


def recount(config: Settings) -> list[str]:
    """Print how many tables were recounted; return a line for each that does not add up.

    Raises UsageError when nothing is published.
    """
    import duckdb

    published = current(config)
    with connected(published) as con:
        try:
            result = con.execute("select * from monitoring.row_accounting order by source_table")
        except duckdb.CatalogException as error:
            raise StorageError("monitoring.row_accounting: not in the published warehouse. Run `python cli.py build`.") from error
        names = [name for name, *_ in result.description]
        accounts = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    with duckdb.connect(":memory:") as con:
        landed = {
            table.label: [entry for entry in read_timeline(con, config, table, None) if entry.path] for table in all_tables()
        }
    differences: list[str] = []
    for account in accounts:
        differences += unequal(account)
        if account["source_table"] in landed:  # others are counted in parts of rows
            differences += recounted(account, landed[account["source_table"]], published)
    known = {account["source_table"].partition(",")[0] for account in accounts}
    differences += [
        problem
        for label in sorted(landed.keys() - known)
        for problem in recounted({"source_table": label, "rows_landed": 0}, landed[label], published)
    ]
    told = counted(len(differences), "difference") if differences else "all add up"
    print(f"{counted(len(accounts), 'table')} recounted: {told}.")
    return differences


def unequal(account: dict[str, Any]) -> list[str]:
    """Return where a table's parts do not add up to the whole; of some tables no amount is stated."""
    found = []
    for whole, parts in IDENTITIES.items():
        if account[whole] is None:
            continue
        total = sum((account[part] for part in parts), Decimal(0))
        if account[whole] != total:
            told = " + ".join(f"{part} {cell(account[part])}" for part in parts)
            found.append(f"{account['source_table']}: {whole} {cell(account[whole])} is not {told} = {cell(total)}")
    return found


def recounted(account: dict[str, Any], extracts: list[Entry], published: Published) -> list[str]:
    """Return where other rows landed before the build than it says; what landed meanwhile it may have seen or not."""
    begun = datetime.strptime(published.build_id.split("_")[0], STAMP)
    least = sum(one.rows for one in extracts if one.landed_at < begun)
    most = sum(one.rows for one in extracts if one.landed_at <= published.built_at)
    if least <= account["rows_landed"] <= most:
        return []
    return [f"{account['source_table']}: {counted(most, 'row')} landed before the build, it says {account['rows_landed']:,}"]

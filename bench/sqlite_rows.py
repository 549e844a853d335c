"""How such labels load statements today: pandas reads the CSV, a loop cleans each row and inserts it into SQLite.

Written as well as that way allows: typed tables, indexed dimensions, parameters, one transaction. Every row looks
up its platform, territory, artist and track and adds those that are new. Money is a float, as pandas reads it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd

TABLES = """
    create table platforms (platform_id integer primary key, platform_name text unique);
    create table territories (territory_id integer primary key, country_code text unique);
    create table artists (artist_id integer primary key, artist_name text unique);
    create table tracks (track_id integer primary key, isrc text unique, title text, upc text, artist_id integer);
    create table revenue_transactions (
        transaction_id integer primary key, reporting_date text, sale_month text, platform_id integer,
        territory_id integer, track_id integer, quantity integer, net_revenue_usd real, withheld_usd real
    );
"""


def load(ledger: Path, database: Path, limit: int) -> int:
    """Load the first lines of a ledger into a new SQLite file; return how many."""
    lines = pd.read_csv(ledger, nrows=limit, keep_default_na=False, dtype={"UPC": str})
    with closing(sqlite3.connect(database)) as con:
        con.executescript(TABLES)
        for _, line in lines.iterrows():
            insert_line(con, line)
        con.commit()
    return len(lines)


def insert_line(con: sqlite3.Connection, line: pd.Series) -> None:
    """Clean one line, find or add what it refers to, and insert it."""
    platform_id = id_of(con, "platform", "platform_name", str(line["Store"]).strip())
    territory_id = id_of(con, "territory", "country_code", str(line["Country of Sale"]).strip().upper())
    artist_id = id_of(con, "artist", "artist_name", str(line["Artist"]).strip().upper())
    isrc = str(line["ISRC"]).strip().upper().replace("-", "")
    track = con.execute("select track_id from tracks where isrc = ?", [isrc]).fetchone()
    if track is None:
        values = [isrc, str(line["Title"]).strip(), line["UPC"], artist_id]
        added = con.execute("insert into tracks (isrc, title, upc, artist_id) values (?, ?, ?, ?)", values)
        track = (added.lastrowid,)
    values = [
        line["Reporting Date"], f"{line['Sale Month']}-01", platform_id, territory_id, track[0],
        int(line["Quantity"]), float(line["Earnings (USD)"]), float(line["Songwriter Royalties Withheld (USD)"]),
    ]  # fmt: skip
    con.execute(
        "insert into revenue_transactions (reporting_date, sale_month, platform_id, territory_id, track_id, quantity, "
        "net_revenue_usd, withheld_usd) values (?, ?, ?, ?, ?, ?, ?, ?)",
        values,
    )


def id_of(con: sqlite3.Connection, entity: str, column: str, value: str) -> int:
    """Return the id of a dimension's row, which is added where it is new."""
    table = "territories" if entity == "territory" else f"{entity}s"
    found = con.execute(f"select {entity}_id from {table} where {column} = ?", [value]).fetchone()
    return found[0] if found else con.execute(f"insert into {table} ({column}) values (?)", [value]).lastrowid

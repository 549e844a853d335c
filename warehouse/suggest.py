"""Rows to paste into the seeds for names that did not resolve. What they mean stays blank: a person decides."""

from __future__ import annotations

import contextlib
import csv
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from loaders.errors import StorageError
from loaders.seeds import seed_files
from loaders.settings import Settings, settings
from warehouse.output import cell, standard_output
from warehouse.published import connected, current
from warehouse.seed_checks import shown

if TYPE_CHECKING:
    import duckdb

HEADERS = {
    "seed_store_names": ("store_name", "platform_id", "usage_type"),
    "seed_artist_aliases": ("alias", "artist_id", "valid_from", "valid_to", "source"),
    "seed_territories": ("territory_id", "country_code", "country_name", "region", "currency_code"),
    "seed_track_aliases": ("alias_title", "artist_id", "title", "valid_from", "valid_to"),
    "seed_tracks": (
        "title", "primary_artist_id", "isrc", "upc", "release_date", "release_type", "genre", "duration_seconds",
        "song_id",
    ),
    "seed_campaign_overrides": ("campaign_name", "artist_name", "track_title", "targeting"),
    "seed_expense_categories": ("priority", "pattern", "category", "note"),
    "seed_account_currencies": ("source", "account", "currency_code"),
    "seed_exchange_rates": ("currency_code", "rate_date", "usd_per_unit", "rate_source"),
    "seed_conversion_types": ("action_type", "conversion_type", "is_conversion", "note"),
    "seed_promo_codes": ("promo_code", "campaign_name", "show_name", "valid_from", "valid_to"),
    "seed_event_types": ("event_name", "conversion_type", "note"),
}  # fmt: skip
KNOWN_NAMES = {
    "store": "select store_name, 'platform ' || platform_id from seeds.seed_store_names",
    "artist": """
        select artist_name, 'artist ' || artist_id from seeds.seed_artists
        union all select alias, 'artist ' || artist_id from seeds.seed_artist_aliases
    """,
    "track": """
        select title, 'artist ' || primary_artist_id from seeds.seed_tracks
        union all select alias_title, 'alias of ' || title from seeds.seed_track_aliases
    """,
    "territory": "select country_name, 'territory ' || territory_id from seeds.seed_territories",
    "campaign": "select campaign_name, 'a row there' from seeds.seed_campaign_overrides",
}
Row = tuple[str, ...]


def suggest() -> None:
    """Print CSV rows, a comment before each group saying which seed they are for.

    Raises UsageError when nothing is published.
    """
    config = settings()
    with connected(current(config)) as con:
        groups, others = suggestions(con)
    with standard_output() as file:
        if not groups and not others:
            print("# Every name resolved: nothing to add.", file=file)
        writer = csv.writer(file, lineterminator="\n")
        for seed, rows in groups.items():
            print(f"# {place_of(config, seed)}: {','.join(HEADERS[seed])}", file=file)
            for row, hint in rows.items():
                if hint:
                    print(f"# {cell(hint)}", file=file)
                writer.writerow(row)
            print(file=file)
        for line in others:
            print(f"# {cell(line)}", file=file)


def place_of(config: Settings, seed: str) -> str:
    """Return where a seed's file is, as messages name it."""
    return shown(seed_files(config).get(f"{seed}.csv", config.label_seeds_dir / f"{seed}.csv"))


def suggestions(con: duckdb.DuckDBPyConnection) -> tuple[dict[str, dict[Row, str]], list[str]]:
    """Return the rows for each seed, most money first, with a hint or none; and what no seed mends.

    Raises StorageError when the published warehouse does not list what did not resolve.
    """
    import duckdb

    try:
        found = con.execute(
            """
            select kind, value, source, regexp_replace(upper(trim(value)), '[[:space:]]+', ' ', 'g')
            from monitoring.unmatched order by kind, abs(amount_usd) desc nulls last, row_count desc, value
            """
        ).fetchall()
    except duckdb.CatalogException as error:
        raise StorageError("monitoring.unmatched: not in the published warehouse. Run `python cli.py build`.") from error
    known = {kind: known_names(con, sql) for kind, sql in KNOWN_NAMES.items()}
    groups: dict[str, dict[Row, str]] = defaultdict(dict)
    others: list[str] = []
    for kind, value, source, name in found:
        alike = known.get(kind.split("_")[0], {}).get(bare(value), [])
        seed, stated = row_for(kind, value, source, name, bool(alike))
        if not seed or re.fullmatch(r"\(.*\)", value):
            others.append(f"{kind} {value!r} ({source}): no seed row mends it; see monitoring.unmatched.")
            continue
        row = tuple(stated.get(column, "") for column in HEADERS[seed])
        groups[seed][row] = f"{value}: the same name as {', '.join(alike)}?" if alike else groups[seed].get(row, "")
    return groups, others


def row_for(kind: str, value: str, source: str, name: str, has_alike: bool) -> tuple[str | None, dict[str, str]]:
    """Return the seed for one name, and what of its row is certain."""
    account = value.removeprefix("account ")
    if kind == "currency":
        is_rate = re.fullmatch("[A-Z]{3}", value)
        return ("seed_exchange_rates", {"currency_code": value}) if is_rate else (
            "seed_account_currencies", {"source": source, "account": account}
        )  # fmt: skip
    if kind == "track":
        return ("seed_track_aliases", {"alias_title": name}) if has_alike else ("seed_tracks", {"title": name})
    if kind == "recording":
        isrc, _, title = value.partition(" ")
        return "seed_tracks", {"title": title, "isrc": isrc}
    simple: dict[str, tuple[str, dict[str, str]]] = {
        "store": ("seed_store_names", {"store_name": name}),
        "artist": ("seed_artist_aliases", {"alias": name}),
        "territory": ("seed_territories", {"country_code": name}),
        "campaign": ("seed_campaign_overrides", {"campaign_name": value}),
        "expense": ("seed_expense_categories", {"pattern": pattern(name)}),
        "action": ("seed_conversion_types", {"action_type": value}),
        "promo": ("seed_promo_codes", {"promo_code": value}),
        "event": ("seed_event_types", {"event_name": value}),
    }
    return simple.get(kind.split("_")[0], (None, {}))


def pattern(name: str) -> str:
    """Return the regular expression for a description, without a backslash (see seed_expense_categories)."""
    return re.sub(r"[.*+?(){}|$\[\]]", lambda found: f"[{found[0]}]", re.sub(r"[\\^]", ".", name))


def known_names(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, list[str]]:
    """Return the seeds' names by their letters and digits alone; a seed that is not published has none."""
    import duckdb

    names: dict[str, dict[str, str]] = defaultdict(dict)
    with contextlib.suppress(duckdb.CatalogException):
        for name, what in con.execute(sql).fetchall():
            names[bare(name)].setdefault(what, f"{name} ({what})")
    return {name: list(meanings.values()) for name, meanings in names.items() if name}


def bare(name: str) -> str:
    """Return a name without spaces, punctuation and case."""
    return re.sub(r"[\W_]+", "", name).casefold()

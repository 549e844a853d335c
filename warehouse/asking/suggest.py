"""Rows to paste into the seeds for names that did not resolve. What they mean stays blank: a person decides."""

from __future__ import annotations

import contextlib
import csv
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from common.errors import StorageError
from common.printing import counted
from common.seeds import seed_files
from common.settings import Settings, settings
from warehouse.asking.values import cell, standard_output
from warehouse.building.published import connected, current
from warehouse.building.seed_checks import shown

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
ARTIST_IDS = """
    select upper(alias), artist_id from seeds.seed_artist_aliases
    union all select upper(artist_name), artist_id from seeds.seed_artists
"""
LINES_UNKNOWN = """
    select distinct coalesce(artist_as_stated, '') || ' - ' || coalesce(title_as_stated, ''), artist_as_stated, title_as_stated
    from intermediate.revenue_summed_by_recording where track_id = 'unknown'
"""
READINGS = "select distinct campaign_name, parsed_artist, parsed_track, parsed_targeting from marts.campaigns"
LAST_TERRITORY = "select 'last', max(territory_id) from seeds.seed_territories"
LAST_PRIORITY = "select 'last', max(priority) from seeds.seed_expense_categories"
UNRATED_DAYS = (  # days on which an amount has a currency and no rate
    "select currency_code, transaction_date from marts.business_expenses where amount_usd is null",
    "select currency_code, transaction_date from marts.bank_movements where amount_usd is null",
    "select currency_code, last_date from intermediate.int_ad_results_summed where usd_per_unit is null",
    "select currency_code, budget_date from intermediate.int_campaigns_merged where budget_amount <> 0 and budget_usd is null",
    "select currency_code, event_date from marts.conversion_events where conversion_value <> 0 and conversion_value_usd is null",
)
RATE_HOLDS = timedelta(days=35)  # exchange_rate_max_age_days in dbt_project.yml
NOTES = {
    "seed_artist_aliases": "a new artist gets a row in seed_artists.csv first, with a number of its own; a row here is only for "
    "another spelling of an artist who is there",
    "seed_exchange_rates": f"a rate holds for its day and the {RATE_HOLDS.days} days after it: one for each day stated will do",
}
Row = tuple[str, ...]


@dataclass(frozen=True)
class Known:
    """What the published warehouse knows that makes a row complete.

    artists: ids by name in capitals. lines: artist and title of statement lines, by the text that `unmatched` has. readings: how
    the names of campaigns are read: artist, title, targeting. territories, priorities: the next free numbers of their seeds.
    unrated: days without a rate, by currency.
    """

    artists: dict[str, tuple[str, ...]]
    lines: dict[str, tuple[str, ...]]
    readings: dict[str, tuple[str, ...]]
    territories: Iterator[Any]
    priorities: Iterator[Any]
    unrated: dict[str, list[date]]

    def artist_id(self, name: str) -> str:
        """Return the id of an artist; blank where no seed knows the name."""
        return self.artists.get(" ".join(name.upper().split()), ("",))[0]


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
            if seed in NOTES:
                print(f"# {NOTES[seed]}", file=file)
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
    names = {kind: known_names(con, sql) for kind, sql in KNOWN_NAMES.items()}
    known = Known(
        artists=looked_up(con, ARTIST_IDS),
        lines=looked_up(con, LINES_UNKNOWN),
        readings=looked_up(con, READINGS),
        territories=numbers_after(looked_up(con, LAST_TERRITORY), 1),
        priorities=numbers_after(looked_up(con, LAST_PRIORITY), 10),
        unrated=unrated_days(con),
    )
    groups: dict[str, dict[Row, str]] = defaultdict(dict)
    others: list[str] = []
    for kind, value, source, name in found:
        seed, stated = row_for(kind, value, source, name, known)
        called = stated.get("title", value) if seed == "seed_tracks" else value
        group = "track" if seed == "seed_tracks" else kind.split("_")[0]
        alike = names.get(group, {}).get(bare(called), [])
        if seed == "seed_tracks" and alike and kind != "recording":
            seed, stated = "seed_track_aliases", {"alias_title": stated["title"], "artist_id": stated["primary_artist_id"]}
        if not seed or re.fullmatch(r"\(.*\)", value):
            others.append(f"{kind} {value!r} ({source}): no seed row mends it; see monitoring.unmatched.")
            continue
        if seed == "seed_exchange_rates" and value in known.unrated:
            groups[seed] |= rate_rows(value, known.unrated[value])
            continue
        row = tuple(stated.get(column, "") for column in HEADERS[seed])
        groups[seed][row] = f"{called}: the same name as {', '.join(alike)}?" if alike else groups[seed].get(row, "")
    return groups, others


def unrated_days(con: duckdb.DuckDBPyConnection) -> dict[str, list[date]]:
    """Return the days on which a currency has an amount and no rate, in order; of what is not published, none."""
    import duckdb

    days: dict[str, set[date]] = defaultdict(set)
    for sql in UNRATED_DAYS:
        with contextlib.suppress(duckdb.CatalogException):
            for currency, day in con.execute(sql).fetchall():
                if currency and day:
                    days[currency].add(day)
    return {currency: sorted(found) for currency, found in days.items()}


def rate_rows(currency: str, days: list[date]) -> dict[Row, str]:
    """Return the fewest rows that give every day a rate: for the first day, then for the first that it no longer holds for."""
    rated: list[date] = []
    for day in days:
        if not rated or day - rated[-1] > RATE_HOLDS:
            rated.append(day)
    span = f"{days[0]}" if len(days) == 1 else f"{counted(len(days), 'day')} from {days[0]} to {days[-1]}"
    hints = [f"{currency}: {span} without a rate", *[""] * len(rated)]
    return {(currency, str(day), "", ""): hint for day, hint in zip(rated, hints, strict=False)}


def row_for(kind: str, value: str, source: str, name: str, known: Known) -> tuple[str | None, dict[str, str]]:
    """Return the seed for one name, and what of its row is certain."""
    if kind in ("track", "campaign_track", "recording"):
        return track_row(kind, value, name, known)
    if kind == "currency":
        account = value.removeprefix("account ")
        return ("seed_account_currencies", {"source": source, "account": account}) if account != value else (
            "seed_exchange_rates", {"currency_code": value}
        )  # fmt: skip
    if kind == "campaign_artist":
        artist, track, targeting = known.readings.get(value, ("", "", ""))
        reading = {"artist_name": artist, "track_title": track, "targeting": targeting}
        return "seed_campaign_overrides", {"campaign_name": value} | reading
    if kind == "territory":
        return "seed_territories", {"territory_id": str(next(known.territories)), "country_code": name}
    if kind == "expense":
        return "seed_expense_categories", {"priority": str(next(known.priorities)), "pattern": pattern(name)}
    simple: dict[str, tuple[str, dict[str, str]]] = {
        "store": ("seed_store_names", {"store_name": name}),
        "artist": ("seed_artist_aliases", {"alias": name}),
        "action_type": ("seed_conversion_types", {"action_type": value}),
        "promo_code": ("seed_promo_codes", {"promo_code": value}),
        "event_name": ("seed_event_types", {"event_name": value}),
    }  # fmt: skip
    return simple.get(kind, (None, {}))


def track_row(kind: str, value: str, name: str, known: Known) -> tuple[str | None, dict[str, str]]:
    """Return the row of a recording that no seed knows: its title, its artist where that is known, its ISRC where it has one.

    Statement lines name artist and title, campaigns are read as such; SubmitHub has the title alone.
    """
    artist, title, isrc = "", name, ""
    if kind == "campaign_track":
        artist, title, _ = known.readings.get(value, ("", "", ""))
    elif kind == "recording":
        isrc, _, title = value.partition(" ")
    elif value in known.lines:
        artist, title = known.lines[value]
        title = " ".join(title.upper().split())
    if not title:
        return None, {}
    return "seed_tracks", {"title": title, "primary_artist_id": known.artist_id(artist), "isrc": isrc}


def numbers_after(last: dict[str, tuple[str, ...]], step: int) -> Iterator[Any]:
    """Return the numbers that follow a seed's last; blanks where it is not published."""
    found = last.get("last", ("",))[0]
    return itertools.count(int(found) + step, step) if found else itertools.repeat("")


def looked_up(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, tuple[str, ...]]:
    """Return a query's rows as text, by their first column; nothing where what it reads is not published."""
    import duckdb

    with contextlib.suppress(duckdb.CatalogException):
        return {row[0]: tuple("" if one is None else str(one) for one in row[1:]) for row in con.execute(sql).fetchall()}
    return {}


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

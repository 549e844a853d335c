"""A ledger of any size, straight into landing: what files of that size would have landed, without the files.

DuckDB makes the lines and `loaders.landing.extracts` writes them as it writes every extract: hashes, lineage and footers are
those of landed files. A line is made from its number alone, so the same number gives the same line on every machine; its number
stands in the last digits of its money, so no two lines are equal.

What it is like: 5,000 recordings by the seeds' artists (one in fifty by a name that no seed knows), every store of the
seeds and one that is not there, every country, five years of reporting months, sale months one to seven months earlier;
one line in fifty without ISRC, one in a hundred a refund.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import polars as pl

from common.seeds import REFERENCE_DIR
from common.settings import PROJECT_DIR, Settings
from common.sql_text import literal, run
from loaders.distrokid import BANK_DETAILS
from loaders.landing.extracts import GROUP_ROWS, Landing, Part, Staged, content_hash_of
from loaders.landing.placing import Place
from loaders.landing.row_sql import hashed
from loaders.landing.timeline import STAMP, Entry

ACCOUNT = "main"
FIRST_MONTH = "2021-06-01"
MONTHS = 60
RECORDINGS = 5_000
LINES_AN_EXTRACT = 2_500_000
MADE_AT = datetime(2026, 7, 1)

DRAWS = """
    create macro mixed(number) as xor(number::ubigint, number::ubigint >> 16) * 2246822519::ubigint % 4294967296::ubigint;
    create macro draw(number, salt) as mixed(mixed((number * 2654435761 + salt * 40503) % 4294967296)) / 4294967296;
    create table stores as
        select row_number() over (order by platform_id, store_name) - 1 as place, store_name
        from read_csv({stores}, all_varchar = true) union all (values (-1, 'EXAMPLE BEATS FM'));
    create table countries as
        select row_number() over (order by territory_id::int) - 1 as place, country_code
        from read_csv({territories}, all_varchar = true, nullstr = '') where territory_id::int > 1;
    create table artists as
        select row_number() over (order by artist_id::int) - 1 as place, artist_name
        from read_csv({artists}, all_varchar = true) where artist_id::int > 0;
    create table recordings as
        select
            recording,
            case when recording % 50 = 49 then 'NAME ' || recording || ' THAT NO SEED KNOWS' else artist_name end as artist,
            'TRACK ' || recording || case when recording % 7 = 3 then ' (feat. IWARY)' else '' end as title,
            'QZBN' || recording % 10 || lpad(recording::varchar, 7, '0') as isrc,
            '19' || lpad((recording // 4)::varchar, 10, '0') as upc
        from range({recordings}) as numbers(recording)
        join artists on recording % (select count(*) from artists) = artists.place;
"""

LINES = """
    with drawn as (
        select
            number,
            (date '{first_month}' + to_months(({month})::int))::date as reporting_month,
            case when draw(number, 1) < 0.001 then -1 else floor({stores} * draw(number, 2) ** 2) end::bigint as store,
            floor({countries} * draw(number, 3) ** 2)::bigint as country,
            floor({recordings} * draw(number, 4) ** 1.5)::bigint as recording,
            1 + floor(40 * draw(number, 5) ** 4)::bigint as units,
            1 + floor(3 * draw(number, 6) ** 2 + 4 * draw(number, 7) ** 12)::int as months_late,
            draw(number, 8) as kind,
            draw(number, 9) < 0.02 as is_without_isrc
        from range({first}, {end}) as numbers(number)
    )
    select
        strftime(reporting_month + 27, '%Y-%m-%d') as "Date Inserted",
        strftime(reporting_month + (9 + abs(store) % 18)::int, '%Y-%m-%d') as "Reporting Date",
        strftime(reporting_month - to_months(months_late), '%Y-%m') as "Sale Month",
        store_name as "Store",
        artist as "Artist",
        title as "Title",
        case when is_without_isrc then '' else isrc end as "ISRC",
        upc as "UPC",
        case when kind < 0.01 then -units else units end::varchar as "Quantity",
        '100' as "Team Percentage",
        'Song' as "Source Type",
        country_code as "Country of Sale",
        '0.00000' as "Songwriter Royalties Withheld (USD)",
        -- thousandths of a dollar by unit, then nine digits of the line's own
        (
            case when kind < 0.02 then -1 else 1 end
            * (units * (2 + store % 3) * 1000000000 + number % 1000000000)::decimal(38, 0)
            * 0.000000000001::decimal(24, 12)
        )::decimal(24, 12)::varchar as "Earnings (USD)",
        '' as "Recoup (USD)"
    from drawn
    join stores on drawn.store = stores.place
    join countries on drawn.country = countries.place
    join recordings using (recording)
"""
NAMES = [
    "Date Inserted", "Reporting Date", "Sale Month", "Store", "Artist", "Title", "ISRC", "UPC", "Quantity", "Team Percentage",
    "Source Type", "Country of Sale", "Songwriter Royalties Withheld (USD)", "Earnings (USD)", "Recoup (USD)",
]  # fmt: skip


@dataclass(frozen=True)
class Landed:
    """What was landed: lines, their exact sum, and the bytes of Parquet."""

    lines: int
    net_usd: Decimal
    bytes: int


def land_ledger(settings: Settings, lines: int) -> Landed:
    """Land a ledger of so many lines, in extracts of whole reporting months, one after the other."""
    extracts = min(MONTHS, max(1, -(-lines // LINES_AN_EXTRACT)))
    bounds = [MONTHS * part // extracts for part in range(extracts + 1)]
    with Landing(settings) as landing:
        prepare(landing)
        parts = [
            land_extract(landing, -(-lines * first // MONTHS), -(-lines * last // MONTHS), f"number * {MONTHS} // {lines}", place)
            for place, (first, last) in enumerate(zip(bounds, bounds[1:], strict=False))
        ]
    return total(parts)


def land_newest_month(settings: Settings, lines: int, more: int) -> Landed:
    """Land the month after a ledger of so many lines: an extract that covers it alone, with `more` lines."""
    with Landing(settings) as landing:
        prepare(landing)
        return land_extract(landing, lines, lines + more, str(MONTHS), MONTHS)


def prepare(landing: Landing) -> None:
    """Make what lines are drawn from."""
    files = {name: REFERENCE_DIR / f"seed_{name}.csv" for name in ("territories", "store_names")}
    files["artists"] = PROJECT_DIR / "demo" / "seeds" / "seed_artists.csv"
    seeds = {name: literal(str(path)) for name, path in files.items()}
    landing.con.execute(DRAWS.format(stores=seeds.pop("store_names"), recordings=RECORDINGS, **seeds))


def land_extract(landing: Landing, first: int, end: int, month: str, place: int) -> Landed:
    """Land the lines numbered from `first` up to `end` as one extract; `month` counts reporting months from the first."""
    [(stores, countries)] = run(landing.con, "select (select max(place) + 1 from stores), (select max(place) + 1 from countries)")
    query = LINES.format(
        first_month=FIRST_MONTH, month=month, recordings=RECORDINGS, first=first, end=end, stores=stores, countries=countries
    )
    aside = landing.aside / f"part_{place}.parquet"
    run(
        landing.con, f"copy (select {hashed(NAMES, {}, nullable=False)} from ({query})) to {literal(str(aside))} (format parquet)"
    )
    rows = f"(select *, file_row_number + 1 as _row_number from read_parquet({literal(str(aside))}, file_row_number = true))"
    part = Part(BANK_DETAILS, pl.DataFrame())
    count, has_twins, sums, low, high = landing.figures_of(rows, part)
    [(net_usd,)] = run(landing.con, f'select sum("Earnings (USD)"::decimal(24, 12)) from {rows}')
    content = content_hash_of(BANK_DETAILS, {}, ACCOUNT, NAMES, count, sums)
    moment = MADE_AT + timedelta(days=place)
    extract_id = f"{moment.strftime(STAMP)}_{place + 1:06d}_{content[:12]}"
    entry = Entry(
        extract_id, ACCOUNT, moment, place + 1, content, low, high, count, moment, f"made/{extract_id}.csv", content
    )  # fmt: skip
    place_in_time = Place(entry, [], [], [], unchanged=False)
    landing.commit(Staged(part, rows, NAMES, GROUP_ROWS, has_twins, None, place_in_time, effects=[]))
    landing.release()
    path = landing.settings.landing_dir / BANK_DETAILS.source / BANK_DETAILS.name / f"{extract_id}.parquet"
    return Landed(count, net_usd, path.stat().st_size)


def total(parts: list[Landed]) -> Landed:
    """Add up what was landed."""
    net_usd = sum((one.net_usd for one in parts), Decimal(0))
    return Landed(sum(one.lines for one in parts), net_usd, sum(one.bytes for one in parts))

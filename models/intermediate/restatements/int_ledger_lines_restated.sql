-- Statement lines that an export of the ledger states otherwise than the one before it that covers their reporting date.
-- Dates and stores are compared first, by a hash of their lines as written (`int_ledger_exports_counted`): lines themselves
-- are read only where two neighbours differ. A line is known by what it names, whatever it earned; money is compared by value, to
-- six decimals, since generations of the export write more of them or fewer.

with

counted as (

    select
        _account,
        _extract_id,
        reporting_date,
        upper(coalesce(store_name, '')) as store_key,
        sum(content_hash) as content_hash
    from {{ ref('int_ledger_exports_counted') }}
    where reporting_date is not null
    group by _account, _extract_id, reporting_date, upper(coalesce(store_name, ''))

),

extracts as (

    {{ extracts_in_order(ref('int_ledger_exports_counted')) }}

),

dates as (

    select distinct
        _account,
        reporting_date
    from counted

),

neighbours as (

    select
        dates._account,
        dates.reporting_date,
        extracts._extract_id as extract_before,
        lead(extracts._extract_id) over (
            partition by dates._account, dates.reporting_date
            order by extracts.place
        ) as extract_id
    from dates
    inner join extracts
        on
            dates._account = extracts._account
            and dates.reporting_date between extracts._covers_from and extracts._covers_to

),

sides as (

    select
        *,
        extract_before as side_extract_id,
        -1 as side
    from neighbours
    where extract_id is not null

    union all

    select
        *,
        extract_id as side_extract_id,
        1 as side
    from neighbours
    where extract_id is not null

),

different as (

    select
        sides._account,
        sides.reporting_date,
        sides.extract_before,
        sides.extract_id,
        counted.store_key
    from sides
    inner join counted
        on
            sides._account = counted._account
            and sides.side_extract_id = counted._extract_id
            and sides.reporting_date = counted.reporting_date
    group by sides._account, sides.reporting_date, sides.extract_before, sides.extract_id, counted.store_key
    having sum(sides.side * counted.content_hash) <> 0

),

lines as (

    select
        different._account,
        different.extract_before,
        different.extract_id,
        different.reporting_date,
        different.store_key,
        sides.side,
        landed.store_name,
        landed.title,
        landed.country_code,
        landed.sale_month,
        coalesce(landed.isrc, landed.isrc_as_stated, landed.upc, upper(landed.title), '') as code,
        landed.quantity,
        landed.earnings_usd
    from different
    inner join sides
        on
            different._account = sides._account
            and different.reporting_date = sides.reporting_date
            and different.extract_before = sides.extract_before
            and different.extract_id = sides.extract_id
    inner join {{ ref('stg_distrokid__bank_details') }} as landed
        on
            sides._account = landed._account
            and sides.side_extract_id = landed._extract_id
            and sides.reporting_date = landed.reporting_date
            and different.store_key = upper(coalesce(landed.store_name, ''))
    where landed.reject_reason is null

),

summed as (

    select
        _account,
        extract_before,
        extract_id,
        reporting_date,
        coalesce(min(store_name), '') || ', ' || coalesce(min(title), '') || ', ' || coalesce(country_code, '') || ', '
        || cast(sale_month as string) || ', ' || code as subject,
        cast(count(*) filter (where side = -1) as bigint) as rows_before,
        cast(count(*) filter (where side = 1) as bigint) as rows_after,
        cast(sum(earnings_usd) filter (where side = -1) as decimal(38, 12)) as earnings_before,
        cast(sum(earnings_usd) filter (where side = 1) as decimal(38, 12)) as earnings_after,
        cast(sum(quantity) filter (where side = -1) as decimal(38, 12)) as quantity_before,
        cast(sum(quantity) filter (where side = 1) as decimal(38, 12)) as quantity_after,
        sum(side * round(earnings_usd, 6)) as earnings_difference
    from lines
    group by _account, extract_before, extract_id, reporting_date, store_key, sale_month, code, country_code

),

final as (

    select
        'distrokid.bank_details' as source_table,
        _account,
        extract_before,
        extract_id,
        cast(reporting_date as string) as period,
        subject,
        'earnings' as measure,
        'USD' as currency_code,
        rows_before,
        rows_after,
        earnings_before as figure_before,
        earnings_after as figure_after,
        true as is_final,
        reporting_date as observed_on
    from summed
    where rows_before <> rows_after or earnings_difference <> 0

    union all

    select
        'distrokid.bank_details' as source_table,
        _account,
        extract_before,
        extract_id,
        cast(reporting_date as string) as period,
        subject,
        'units' as measure,
        cast(null as string) as currency_code,
        rows_before,
        rows_after,
        quantity_before as figure_before,
        quantity_after as figure_after,
        true as is_final,
        reporting_date as observed_on
    from summed
    where rows_before = rows_after and quantity_before <> quantity_after

)

select * from final

-- Names and codes that did not resolve, with the rows, money and streams that hang on each (design §6, rule 2).

with

lines as (

    select * from {{ ref('int_statement_lines_typed') }}

),

campaigns_unmatched as (

    select * from {{ ref('int_campaigns_unmatched') }}

),

expenses_unmatched as (

    select * from {{ ref('int_expenses_unmatched') }}

),

social_unmatched as (

    select * from {{ ref('int_social_unmatched') }}

),

stated as (

    select
        'store' as kind,
        coalesce(store_name, '(blank)') as value,
        distributor as source,
        earnings_usd,
        quantity
    from lines
    where is_unknown_store

    union all

    select
        'artist' as kind,
        coalesce(artist_name, '(blank)') as value,
        distributor as source,
        earnings_usd,
        quantity
    from lines
    where artist_id = 0

    union all

    select
        'territory' as kind,
        coalesce(country_code, '(blank)') as value,
        distributor as source,
        earnings_usd,
        quantity
    from lines
    where territory_id = 0

    union all

    select
        'track' as kind,
        coalesce(artist_name, '') || ' - ' || coalesce(title, '') as value,
        distributor as source,
        earnings_usd,
        quantity
    from lines
    where track_id = 'unknown'

    union all

    select
        'isrc' as kind,
        isrc_as_stated as value,
        distributor as source,
        earnings_usd,
        quantity
    from lines
    where isrc is null and isrc_as_stated is not null

),

summed as (

    select
        kind,
        value,
        source,
        cast(count(*) as bigint) as row_count,
        cast(sum(earnings_usd) as decimal(24, 12)) as amount_usd,
        cast(sum(quantity) as bigint) as streams
    from stated
    group by kind, value, source

),

final as (

    select
        kind,
        value,
        source,
        row_count,
        amount_usd,
        streams
    from summed

    union all

    select
        kind,
        value,
        source,
        row_count,
        amount_usd,
        streams
    from campaigns_unmatched

    union all

    select
        kind,
        value,
        source,
        row_count,
        amount_usd,
        streams
    from expenses_unmatched

    union all

    select
        kind,
        value,
        source,
        row_count,
        amount_usd,
        streams
    from social_unmatched

)

select * from final

-- Names and codes that did not resolve, with the rows, money and streams of each (docs/how-it-works.md, rule 2).

with

revenue_by_store as (

    select * from {{ ref('revenue_summed_by_store') }}

),

revenue_by_recording as (

    select * from {{ ref('revenue_summed_by_recording') }}

),

statement_names as (

    select * from {{ ref('int_statement_names_summed') }}

),

catalogue as (

    select * from {{ ref('int_spotify_catalogue_kept') }}

),

campaigns_unmatched as (

    select * from {{ ref('unmatched_campaigns') }}

),

expenses_unmatched as (

    select * from {{ ref('unmatched_expenses') }}

),

social_unmatched as (

    select * from {{ ref('unmatched_social') }}

),

conversions_unmatched as (

    select * from {{ ref('unmatched_conversions') }}

),

recordings_unmatched as (

    select * from {{ ref('unmatched_recordings') }}

),

submissions_unmatched as (

    select * from {{ ref('unmatched_submissions') }}

),

catalog_unmatched as (

    select * from {{ ref('unmatched_catalog') }}

),

stated as (

    select
        'store' as kind,
        coalesce(store_name, '(blank)') as value,
        distributor as source,
        line_count,
        net_revenue_usd,
        quantity
    from revenue_by_store
    where platform_id = 0

    union all

    select
        'artist' as kind,
        coalesce(artist_as_stated, '(blank)') as value,
        distributor as source,
        line_count,
        net_revenue_usd,
        quantity
    from revenue_by_recording
    where artist_id = 0

    union all

    select
        'territory' as kind,
        coalesce(country_code, '(blank)') as value,
        distributor as source,
        line_count,
        net_revenue_usd,
        quantity
    from revenue_by_store
    where territory_id = 0

    union all

    select
        'track' as kind,
        coalesce(artist_as_stated, '') || ' - ' || coalesce(title_as_stated, '') as value,
        distributor as source,
        line_count,
        net_revenue_usd,
        quantity
    from revenue_by_recording
    where track_id = 'unknown'

    union all

    select
        'isrc' as kind,
        isrc_unread as value,
        'distrokid' as source,
        line_count,
        earnings_usd as net_revenue_usd,
        quantity
    from statement_names
    where isrc_unread is not null and reject_reason is null

    union all

    select
        'isrc' as kind,
        isrc_as_stated as value,
        'spotify' as source,
        cast(1 as bigint) as line_count,
        cast(null as decimal(24, 12)) as net_revenue_usd,
        cast(null as bigint) as quantity
    from catalogue
    where isrc is null and isrc_as_stated is not null and reject_reason is null

),

summed as (

    select
        kind,
        value,
        source,
        cast(sum(line_count) as bigint) as row_count,
        cast(sum(net_revenue_usd) as decimal(24, 12)) as amount_usd,
        cast(sum(quantity) as bigint) as streams
    from stated
    group by kind, value, source

),

listed as (

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

    union all

    select
        kind,
        value,
        source,
        row_count,
        amount_usd,
        streams
    from submissions_unmatched

    union all

    select
        kind,
        value,
        source,
        row_count,
        amount_usd,
        streams
    from conversions_unmatched

    union all

    select
        kind,
        value,
        source,
        row_count,
        amount_usd,
        streams
    from recordings_unmatched

    union all

    select
        kind,
        value,
        source,
        row_count,
        amount_usd,
        streams
    from catalog_unmatched

),

final as (

    select
        kind,
        value,
        source,
        cast(row_count as bigint) as row_count,
        cast(amount_usd as decimal(24, 12)) as amount_usd,
        cast(streams as bigint) as streams
    from listed

)

select * from final

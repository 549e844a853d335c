-- Revenue by platform, artist, track, distributor, territory and month (both clocks) is the same money.

with

total as (

    select coalesce(sum(net_revenue_usd), 0) as net_revenue_usd from {{ ref('revenue_transactions') }}

),

summed as (

    select
        'platform' as dimension,
        coalesce(sum(net_revenue_usd), 0) as net_revenue_usd
    from {{ ref('kpi_revenue_by_platform') }}
    union all
    select
        'artist' as dimension,
        coalesce(sum(net_revenue_usd), 0) as net_revenue_usd
    from {{ ref('kpi_revenue_by_artist') }}
    union all
    select
        'track' as dimension,
        coalesce(sum(net_revenue_usd), 0) as net_revenue_usd
    from {{ ref('kpi_revenue_by_track') }}
    union all
    select
        'distributor' as dimension,
        coalesce(sum(net_revenue_usd), 0) as net_revenue_usd
    from {{ ref('kpi_revenue_by_distributor') }}
    union all
    select
        'territory' as dimension,
        coalesce(sum(net_revenue_usd), 0) as net_revenue_usd
    from {{ ref('kpi_revenue_by_territory') }}
    union all
    select
        'sale month' as dimension,
        coalesce(sum(net_revenue_usd), 0) as net_revenue_usd
    from {{ ref('kpi_revenue_by_month') }}
    where clock = 'sale_month'
    union all
    select
        'reporting month' as dimension,
        coalesce(sum(net_revenue_usd), 0) as net_revenue_usd
    from {{ ref('kpi_revenue_by_month') }}
    where clock = 'reporting_date'

)

select
    summed.dimension,
    summed.net_revenue_usd,
    total.net_revenue_usd as total_usd
from summed
cross join total
where summed.net_revenue_usd <> total.net_revenue_usd

-- What each platform has booked of each sale month in each round. A round is a reporting month; a series is one platform in one
-- account of a distributor, so that a store which changes its name stays what it was.

{{ config(materialized='table') }}

with

revenue as (

    select * from {{ ref('revenue_summed_by_store') }}

),

final as (

    select
        distributor || ' ' || account as ledger,
        distributor || ' ' || account || ' ' || cast(platform_id as string) as series,
        cast(sum(net_revenue_usd) as decimal(24, 12)) as net_revenue_usd,
        min(first_reporting_date) as first_reporting_date,
        max(last_reporting_date) as last_reporting_date,
        reporting_month,
        sale_month
    from revenue
    group by distributor, account, platform_id, reporting_month, sale_month

)

select * from final

-- Every measure of revenue by platform, artist, track, distributor, territory, sale month and reporting month adds up to that of
-- the statement lines, each line's money under its type. Revenue per stream adds up to the lines of streaming usage in
-- reported months.

with

lines as (

    select
        transactions.*,
        transactions.usage_type in ('subscription', 'ad_supported') and reported.is_reported as is_in_rates
    from {{ ref('revenue_transactions') }} as transactions
    inner join {{ ref('sale_months_reported') }} as reported on transactions.sale_month = reported.sale_month

),

wanted as (

    select
        false as is_in_rates,
        {{ revenue_sums() }}
    from lines

    union all

    select
        true as is_in_rates,
        {{ revenue_sums() }}
    from lines
    where is_in_rates

),

summed as (

    {{ revenue_totals('kpi_revenue_by_platform') }}
    union all
    {{ revenue_totals('kpi_revenue_by_artist') }}
    union all
    {{ revenue_totals('kpi_revenue_by_track') }}
    union all
    {{ revenue_totals('kpi_revenue_by_distributor') }}
    union all
    {{ revenue_totals('kpi_revenue_by_territory') }}
    union all
    {{ revenue_totals('kpi_revenue_by_sale_month') }}
    union all
    {{ revenue_totals('kpi_revenue_by_reporting_month') }}
    union all
    {{ revenue_totals('kpi_revenue_per_stream') }}

)

select
    summed.figure,
    summed.net_revenue_usd,
    wanted.net_revenue_usd as wanted_usd
from summed
inner join wanted on (summed.figure = 'kpi_revenue_per_stream') = wanted.is_in_rates
where
    summed.line_count <> wanted.line_count
    or summed.quantity <> coalesce(wanted.quantity, 0)
    or summed.gross_revenue_usd <> wanted.gross_revenue_usd
    or summed.promotion_fees_usd <> wanted.promotion_fees_usd
    or summed.refunds_usd <> wanted.refunds_usd
    or summed.penalties_usd <> wanted.penalties_usd
    or summed.adjustments_usd <> wanted.adjustments_usd
    or summed.net_revenue_usd <> coalesce(wanted.net_revenue_usd, 0)
    or summed.songwriter_royalties_withheld_usd <> coalesce(wanted.songwriter_royalties_withheld_usd, 0)

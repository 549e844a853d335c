-- Both clocks, one below the other.

with

sale_months as (

    select * from {{ ref('kpi_revenue_by_sale_month') }}

),

reporting_months as (

    select * from {{ ref('kpi_revenue_by_reporting_month') }}

),

unioned as (

    select
        clock,
        line_count,
        quantity,
        gross_revenue_usd,
        promotion_fees_usd,
        refunds_usd,
        penalties_usd,
        adjustments_usd,
        net_revenue_usd,
        songwriter_royalties_withheld_usd,
        reported_ratio,
        is_reported,
        last_reporting_month,
        sale_month as revenue_month
    from sale_months

    union all

    select
        clock,
        line_count,
        quantity,
        gross_revenue_usd,
        promotion_fees_usd,
        refunds_usd,
        penalties_usd,
        adjustments_usd,
        net_revenue_usd,
        songwriter_royalties_withheld_usd,
        cast(null as double) as reported_ratio,
        is_reported,
        reporting_month as last_reporting_month,
        reporting_month as revenue_month
    from reporting_months

)

select * from unioned

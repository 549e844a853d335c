with

summed as (

    select * from {{ ref('int_revenue_summed_by_store') }}
    where usage_type in ('subscription', 'ad_supported')

),

reported as (

    select * from {{ ref('int_sale_months_reported') }}
    where is_reported

),

platforms as (

    select * from {{ ref('platforms') }}

),

final as (

    select
        summed.platform_id,
        platforms.platform_name,
        'sale_month' as clock,
        {{ revenue_measures() }},
        {{ ratio('sum(summed.net_revenue_usd)', 'sum(summed.quantity)') }} as net_revenue_per_stream_usd,
        max(summed.reporting_month) as last_reporting_month,
        min(summed.sale_month) as first_sale_month,
        max(summed.sale_month) as last_sale_month
    from summed
    inner join reported on summed.sale_month = reported.sale_month
    inner join platforms on summed.platform_id = platforms.platform_id
    group by summed.platform_id, platforms.platform_name

)

select * from final

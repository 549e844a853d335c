with

transactions as (

    select * from {{ ref('revenue_transactions') }}
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
        transactions.platform_id,
        platforms.platform_name,
        cast(sum(transactions.quantity) as bigint) as quantity,
        cast(sum(transactions.net_revenue_usd) as decimal(24, 12)) as net_revenue_usd,
        {{ ratio('sum(transactions.net_revenue_usd)', 'sum(transactions.quantity)') }} as net_revenue_per_stream_usd,
        min(transactions.sale_month) as first_sale_month,
        max(transactions.sale_month) as last_sale_month
    from transactions
    inner join reported on transactions.sale_month = reported.sale_month
    inner join platforms on transactions.platform_id = platforms.platform_id
    group by transactions.platform_id, platforms.platform_name

)

select * from final

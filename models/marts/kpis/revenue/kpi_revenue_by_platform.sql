with

transactions as (

    select * from {{ ref('revenue_transactions') }}

),

platforms as (

    select * from {{ ref('platforms') }}

),

final as (

    select
        transactions.platform_id,
        platforms.platform_name,
        {{ revenue_measures() }},
        transactions.sale_month
    from transactions
    inner join platforms on transactions.platform_id = platforms.platform_id
    group by transactions.platform_id, platforms.platform_name, transactions.sale_month

)

select * from final

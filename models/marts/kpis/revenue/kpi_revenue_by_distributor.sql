with

transactions as (

    select * from {{ ref('revenue_transactions') }}

),

final as (

    select
        transactions.distributor,
        {{ revenue_measures() }},
        transactions.sale_month
    from transactions
    group by transactions.distributor, transactions.sale_month

)

select * from final

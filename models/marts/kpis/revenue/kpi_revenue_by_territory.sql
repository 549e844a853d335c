with

transactions as (

    select * from {{ ref('revenue_transactions') }}

),

territories as (

    select * from {{ ref('territories') }}

),

final as (

    select
        transactions.territory_id,
        territories.country_code,
        territories.country_name,
        territories.region,
        {{ revenue_measures() }},
        transactions.sale_month
    from transactions
    inner join territories on transactions.territory_id = territories.territory_id
    group by
        transactions.territory_id,
        territories.country_code,
        territories.country_name,
        territories.region,
        transactions.sale_month

)

select * from final

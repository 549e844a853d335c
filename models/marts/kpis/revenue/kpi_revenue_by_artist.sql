with

transactions as (

    select * from {{ ref('revenue_transactions') }}

),

artists as (

    select * from {{ ref('artists') }}

),

final as (

    select
        transactions.artist_id,
        artists.artist_name,
        {{ revenue_measures() }},
        transactions.sale_month
    from transactions
    inner join artists on transactions.artist_id = artists.artist_id
    group by transactions.artist_id, artists.artist_name, transactions.sale_month

)

select * from final

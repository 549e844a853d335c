with

transactions as (

    select * from {{ ref('revenue_transactions') }}

),

tracks as (

    select * from {{ ref('tracks') }}

),

final as (

    select
        transactions.track_id,
        tracks.song_id,
        tracks.title,
        {{ revenue_measures() }},
        transactions.sale_month
    from transactions
    inner join tracks on transactions.track_id = tracks.track_id
    group by transactions.track_id, tracks.song_id, tracks.title, transactions.sale_month

)

select * from final

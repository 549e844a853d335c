-- Negative statement lines that are neither refund, promotion fee nor penalty: look at each once.

with

transactions as (

    select * from {{ ref('revenue_transactions') }}

),

final as (

    select
        transaction_id,
        store_as_stated,
        isrc_as_stated,
        artist_as_stated,
        title_as_stated,
        quantity_reported,
        net_revenue_usd,
        sale_month,
        reporting_date
    from transactions
    where transaction_type = 'adjustment'

)

select * from final

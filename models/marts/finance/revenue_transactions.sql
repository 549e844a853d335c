with

lines as (

    select * from {{ ref('int_statement_lines_typed') }}

),

final as (

    select
        ---------- ids
        statement_line_id as transaction_id,
        track_id,
        song_id,
        artist_id,
        platform_id,
        territory_id,

        ---------- strings
        account,
        distributor,
        transaction_type,
        usage_type,
        store_name,
        country_code,
        isrc,
        upc,
        artist_name as artist_as_stated,
        title as title_as_stated,

        ---------- numerics
        case when transaction_type in ('sale', 'refund') then quantity end as quantity,
        quantity as quantity_reported,
        case when transaction_type = 'sale' then earnings_usd end as gross_revenue_usd,
        earnings_usd as net_revenue_usd,
        songwriter_royalties_withheld_usd,
        case when transaction_type = 'sale' then {{ ratio('earnings_usd', 'quantity') }} end as royalty_rate,

        ---------- dates
        reporting_date,
        sale_month,

        ---------- lineage
        _extracted_at as extracted_at
    from lines

)

select * from final

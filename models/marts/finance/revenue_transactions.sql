-- The line alone decides what it is (docs/how-it-works.md, rule 3).

{{ config(**by_month('reporting_month', 'int_revenue_months_fingerprinted')) }}

with

lines as (

    select * from {{ ref('int_distrokid_bank_details_kept') }}
    where
        reject_reason is null
        and {{ is_to_build('reporting_month', 'int_revenue_months_fingerprinted') }}
        and {{ is_of_export_to_build('int_revenue_months_fingerprinted') }}

),

titles as (

    select * from {{ ref('int_statement_titles_resolved') }}

),

stores as (

    select * from {{ ref('int_statement_stores_resolved') }}

),

territories as (

    select * from {{ ref('seed_territories') }}

),

joined as (

    select
        lines.*,
        titles.track_id,
        titles.song_id,
        titles.artist_id,
        coalesce(stores.platform_id, 0) as platform_id,
        coalesce(stores.usage_type, 'other') as usage_type,
        coalesce(territories.territory_id, 0) as territory_id
    from lines
    left join titles
        on {{ recording_key('lines') }} = titles.recording_key and lines.sale_month = titles.sale_month
    left join stores on lines.store_name = stores.store_name
    left join territories on lines.country_code = territories.country_code

),

typed as (

    select
        *,
        case
            when quantity < 0 then 'refund'
            when
                platform_id = {{ platform_id('spotify') }} and earnings_usd < 0 and quantity > 0
                and -earnings_usd <= cast(0.005 as decimal(4, 3)) * quantity
                then 'promotion_fee'
            when platform_id = {{ platform_id('spotify') }} and earnings_usd <= -1 and quantity <= 1 then 'penalty'
            when earnings_usd < 0 then 'adjustment'
            else 'sale'
        end as transaction_type
    from joined

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
        _account as account,
        'distrokid' as distributor,
        transaction_type,
        usage_type,
        store_name as store_as_stated,
        country_code as country_as_stated,
        isrc_as_stated,
        upc as upc_as_stated,
        artist_name as artist_as_stated,
        title as title_as_stated,

        ---------- numerics
        case when transaction_type in ('sale', 'refund') then quantity end as quantity,
        quantity as quantity_reported,
        case when transaction_type = 'sale' then earnings_usd end as gross_revenue_usd,
        earnings_usd as net_revenue_usd,
        songwriter_royalties_withheld_usd,
        recoup_usd,
        case when transaction_type = 'sale' then {{ ratio('earnings_usd', 'quantity') }} end as royalty_rate,

        ---------- dates
        reporting_date,
        reporting_month,
        sale_month,

        ---------- lineage
        _extracted_at as extracted_at
    from typed

)

select * from final

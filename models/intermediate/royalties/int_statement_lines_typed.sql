-- Each statement line with what it is (design §6, rule 3), its platform, territory and recording. The line alone decides.

with

lines as (

    select * from {{ ref('int_distrokid_bank_details_kept') }}
    where reject_reason is null

),

titles as (

    select * from {{ ref('int_statement_titles_resolved') }}

),

stores as (

    select * from {{ ref('seed_store_names') }}

),

territories as (

    select * from {{ ref('seed_territories') }}

),

stores_stated as (

    select
        names.store_name,
        stores.platform_id,
        stores.usage_type
    from (select distinct store_name from lines) as names
    inner join stores on {{ name_key('names.store_name') }} = stores.store_name

),

joined as (

    select
        lines.statement_line_id,
        lines._account as account,
        'distrokid' as distributor,
        titles.track_id,
        titles.song_id,
        titles.artist_id,
        lines.artist_name,
        lines.title,
        lines.isrc,
        lines.upc,
        lines.store_name,
        lines.country_code,
        lines.reporting_date,
        lines.sale_month,
        lines.quantity,
        lines.earnings_usd,
        lines.songwriter_royalties_withheld_usd,
        lines._extracted_at,
        coalesce(stores_stated.platform_id, 0) as platform_id,
        coalesce(stores_stated.usage_type, 'other') as usage_type,
        coalesce(territories.territory_id, 0) as territory_id
    from lines
    left join titles
        on {{ recording_key('lines') }} = titles.recording_key and lines.sale_month = titles.sale_month
    left join stores_stated on lines.store_name = stores_stated.store_name
    left join territories on lines.country_code = territories.country_code

),

final as (

    select
        *,
        case
            when quantity < 0 then 'refund'
            when
                platform_id = 1 and earnings_usd < 0 and quantity > 0
                and -earnings_usd <= cast(0.005 as decimal(4, 3)) * quantity
                then 'promotion_fee'
            when platform_id = 1 and earnings_usd <= -1 and quantity <= 1 then 'penalty'
            when earnings_usd < 0 then 'adjustment'
            else 'sale'
        end as transaction_type
    from joined

)

select * from final

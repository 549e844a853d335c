with

conversions as (

    select * from {{ ref('int_ad_conversions_summed') }}
    where period = 'day' and (conversions > 0 or conversion_value <> 0)

),

days as (

    select * from {{ ref('int_ad_results_summed') }}
    where period = 'day'

),

campaigns as (

    select * from {{ ref('campaigns') }}

),

summed as (

    select
        campaign_id,
        last_date,
        conversion_type,
        {{ join_in_order('action_type', "', '", 'action_type') }} as action_types,
        cast(sum(conversions) as bigint) as conversions,
        cast(sum(conversion_value) as decimal(24, 12)) as conversion_value
    from conversions
    group by campaign_id, last_date, conversion_type

),

final as (

    select
        ---------- ids
        {{ surrogate_key(["'meta_ads'", 'summed.campaign_id', 'summed.last_date', 'summed.conversion_type']) }}
            as conversion_event_id,
        summed.campaign_id,
        campaigns.platform_id,
        campaigns.artist_id,
        campaigns.primary_track_id,
        campaigns.song_id,
        cast(null as varchar) as platform_event_id,

        ---------- strings
        summed.conversion_type,
        summed.action_types,
        days.currency_code,

        ---------- numerics
        summed.conversions,
        summed.conversion_value,
        {{ in_usd('summed.conversion_value', 'days.currency_code', 'days.usd_per_unit') }} as conversion_value_usd,

        ---------- dates
        summed.last_date as event_date,

        ---------- timestamps
        cast(summed.last_date as timestamp) as event_timestamp,

        ---------- lineage
        days.extracted_at
    from summed
    inner join days on summed.campaign_id = days.campaign_id and summed.last_date = days.last_date
    inner join campaigns on summed.campaign_id = campaigns.campaign_id

)

select * from final

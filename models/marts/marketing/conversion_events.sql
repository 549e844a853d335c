with

own_conversions as (

    select * from {{ ref('int_conversions_resolved') }}
    where treatment = 'conversion'

),

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

meta_events as (

    select
        {{ surrogate_key(["'meta_ads'", 'summed.campaign_id', 'summed.last_date', 'summed.conversion_type']) }}
            as conversion_event_id,
        summed.campaign_id,
        cast(null as string) as platform_event_id,
        cast(null as string) as episode_guid,
        'meta_ads' as data_source,
        summed.conversion_type,
        summed.action_types,
        cast(null as string) as campaign_as_stated,
        cast(null as string) as promo_code,
        cast(null as string) as show_name,
        days.currency_code,
        summed.conversions,
        summed.conversion_value,
        {{ in_usd('summed.conversion_value', 'days.currency_code', 'days.usd_per_unit') }} as conversion_value_usd,
        false as is_implied,
        false as is_refund_unknown,
        cast(summed.last_date as timestamp) as event_timestamp,
        days.extracted_at
    from summed
    inner join days on summed.campaign_id = days.campaign_id and summed.last_date = days.last_date

),

unioned as (

    select * from meta_events

    union all

    select
        conversion_id as conversion_event_id,
        campaign_id,
        platform_event_id,
        episode_guid,
        data_source,
        conversion_type,
        action_type as action_types,
        campaign_as_stated,
        promo_code,
        show_name,
        currency_code,
        conversions,
        conversion_value,
        conversion_value_usd,
        is_implied,
        is_refund_unknown,
        event_timestamp,
        extracted_at
    from own_conversions

),

final as (

    select
        ---------- ids
        unioned.conversion_event_id,
        unioned.campaign_id,
        coalesce(campaigns.platform_id, 0) as platform_id,
        coalesce(campaigns.artist_id, 0) as artist_id,
        campaigns.primary_track_id,
        campaigns.song_id,
        unioned.platform_event_id,
        unioned.episode_guid,

        ---------- strings
        unioned.data_source,
        unioned.conversion_type,
        unioned.action_types,
        unioned.campaign_as_stated,
        unioned.promo_code,
        unioned.show_name,
        unioned.currency_code,

        ---------- numerics
        unioned.conversions,
        unioned.conversion_value,
        unioned.conversion_value_usd,

        ---------- booleans
        unioned.is_implied,
        unioned.is_refund_unknown,

        ---------- dates
        cast(unioned.event_timestamp as date) as event_date,

        ---------- timestamps
        unioned.event_timestamp,

        ---------- lineage
        unioned.extracted_at
    from unioned
    left join campaigns on unioned.campaign_id = campaigns.campaign_id

)

select * from final

{{ config(**by_month('performance_month', 'int_ad_months_fingerprinted')) }}

with

days as (

    select
        *,
        {{ month_of('last_date') }} as performance_month
    from {{ ref('int_ad_results_summed') }}
    where period = 'day'

),

campaigns as (

    select * from {{ ref('campaigns') }}

),

final as (

    select
        ---------- ids
        days.campaign_id,
        campaigns.platform_id,
        campaigns.artist_id,
        campaigns.primary_track_id,
        campaigns.song_id,

        ---------- strings
        days.currency_code,
        days.actions_json as conversion_events,

        ---------- numerics
        days.impressions,
        days.clicks,
        days.link_clicks,
        days.reach,
        days.spend_amount,
        days.spend_usd,
        1000 * {{ ratio('days.spend_usd', 'days.impressions') }} as cpm,
        {{ ratio('days.spend_usd', 'days.clicks') }} as cpc,
        {{ ratio('days.clicks', 'days.impressions') }} as ctr,
        {{ ratio('days.spend_usd', 'days.link_clicks') }} as cpc_link,
        {{ ratio('days.link_clicks', 'days.impressions') }} as ctr_link,

        ---------- booleans
        days.is_no_longer_listed,

        ---------- dates
        days.last_date as performance_date,
        days.performance_month,

        ---------- lineage
        days.extracted_at
    from days
    inner join campaigns on days.campaign_id = campaigns.campaign_id
    where {{ is_to_build('days.performance_month', 'int_ad_months_fingerprinted') }}

)

select * from final

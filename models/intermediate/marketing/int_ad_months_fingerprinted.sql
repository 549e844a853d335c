-- What each month of `ad_performance_daily` is made from: the results of its days, and whose campaigns they are.

with

days as (

    select * from {{ ref('int_ad_results_summed') }}
    where period = 'day'

),

campaigns as (

    select * from {{ ref('int_campaigns_merged') }}

),

names as (

    select * from {{ ref('int_campaign_names_parsed') }}

),

final as (

    select
        {{ month_of('days.last_date') }} as performance_month,
        {{ fingerprint_of([
            'days.campaign_id', 'days.last_date', 'days.currency_code', 'days.actions_json', 'days.impressions', 'days.clicks',
            'days.link_clicks', 'days.reach', 'days.spend_amount', 'days.spend_usd', 'days.is_no_longer_listed', 'days.extracted_at',
            'names.artist_id', 'names.track_id', 'names.song_id'
        ]) }} as fingerprint
    from days
    inner join campaigns on days.campaign_id = campaigns.campaign_id
    left join names on campaigns.campaign_name = names.campaign_name
    group by {{ month_of('days.last_date') }}

)

select * from final

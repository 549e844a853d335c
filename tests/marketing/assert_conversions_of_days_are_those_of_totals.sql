-- Dated conversions of a campaign are the same in `conversion_events` and in its total: total less undated.

with

events as (

    select
        campaign_id,
        sum(conversions) as conversions
    from {{ ref('conversion_events') }}
    where data_source = 'meta_ads'
    group by campaign_id

)

select
    kpi_campaign_performance.campaign_id,
    kpi_campaign_performance.conversions,
    kpi_campaign_performance.conversions_undated,
    events.conversions as conversions_of_days
from {{ ref('kpi_campaign_performance') }} as kpi_campaign_performance
left join events on kpi_campaign_performance.campaign_id = events.campaign_id
where
    kpi_campaign_performance.conversions is not null
    and kpi_campaign_performance.conversions - kpi_campaign_performance.conversions_undated
    <> coalesce(events.conversions, 0)

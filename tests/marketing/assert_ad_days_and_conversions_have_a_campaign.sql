-- Every campaign that insights name, and every one of the daily marts, is in `campaigns`: the three marts join.

with

named as (

    select campaign_id from {{ ref('int_meta_ads_insights_daily_kept') }}
    where reject_reason is null
    union
    select campaign_id from {{ ref('int_meta_ads_insights_window_kept') }}
    where reject_reason is null
    union
    select campaign_id from {{ ref('int_meta_ads_manager_campaigns_resolved') }}
    union
    select campaign_id from {{ ref('ad_performance_daily') }}
    union
    select campaign_id from {{ ref('conversion_events') }}
    where campaign_id is not null or data_source = 'meta_ads'

)

select named.campaign_id
from named
left join {{ ref('campaigns') }} as campaigns on named.campaign_id = campaigns.campaign_id
where campaigns.campaign_id is null

-- A campaign whose insights were ever landed and readable keeps a total: no later dump takes it away. And a total is
-- never below what its days add up to.

with

landed as (

    select campaign_id from {{ ref('stg_meta_ads__insights_window') }}
    where reject_reason is null and spend_amount is not null
    union
    select campaign_id from {{ ref('int_meta_ads_insights_daily_kept') }}
    where reject_reason is null and spend_amount is not null
    union
    select resolved.campaign_id
    from {{ ref('stg_meta_ads__manager_window') }} as insights
    inner join {{ ref('int_meta_ads_manager_campaigns_resolved') }} as resolved on insights.insight_id = resolved.insight_id
    union
    select campaign_id from {{ ref('int_meta_ads_manager_daily_kept') }}
    where reject_reason is null and not is_totals_row

),

days as (

    select
        campaign_id,
        sum(spend_amount) as spend_amount
    from {{ ref('ad_performance_daily') }}
    group by campaign_id

)

select
    landed.campaign_id,
    kpi_campaign_performance.spend_amount,
    days.spend_amount as spend_of_days
from landed
left join {{ ref('kpi_campaign_performance') }} as kpi_campaign_performance
    on landed.campaign_id = kpi_campaign_performance.campaign_id
left join days on landed.campaign_id = days.campaign_id
where kpi_campaign_performance.total_basis is null or kpi_campaign_performance.spend_amount < days.spend_amount

-- The mart's TikTok days are the kept days that can be read, once each, and add up to the same counts.

with

kept as (

    select
        count(*) as day_count,
        coalesce(sum(video_views), 0) as video_views,
        coalesce(sum(likes_received), 0) + coalesce(sum(comments_received), 0)
        + coalesce(sum(shares), 0) as interactions
    from {{ ref('int_tiktok_overview_kept') }}
    where reject_reason is null

),

overview_days as (

    select distinct
        account_handle,
        metrics_date
    from {{ ref('int_tiktok_overview_kept') }}
    where reject_reason is null

),

mart as (

    select
        count(overview_days.metrics_date) as day_count,
        coalesce(sum(metrics.video_views), 0) as video_views,
        coalesce(sum(metrics.likes_received), 0) + coalesce(sum(metrics.comments_received), 0)
        + coalesce(sum(metrics.shares), 0) as interactions
    from {{ ref('tiktok_metrics') }} as metrics
    left join overview_days
        on metrics.account_handle = overview_days.account_handle and metrics.metrics_date = overview_days.metrics_date

)

select
    kept.day_count,
    mart.day_count as mart_day_count,
    kept.video_views,
    mart.video_views as mart_video_views,
    kept.interactions,
    mart.interactions as mart_interactions
from kept
cross join mart
where
    kept.day_count <> mart.day_count
    or kept.video_views <> mart.video_views
    or kept.interactions <> mart.interactions

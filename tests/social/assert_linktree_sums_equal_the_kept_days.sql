-- The mart's Linktree days add up to the kept days that can be read, and so do the months of its KPI.

with

kept as (

    select
        coalesce(sum(total_views), 0) as total_views,
        coalesce(sum(total_clicks), 0) as total_clicks
    from {{ ref('int_linktree_overview_daily_kept') }}
    where reject_reason is null

),

mart as (

    select
        coalesce(sum(total_views), 0) as total_views,
        coalesce(sum(total_clicks), 0) as total_clicks,
        coalesce(sum(total_views) filter (where total_clicks is not null), 0) as rated_views
    from {{ ref('linktree_metrics') }}

),

months as (

    select coalesce(sum(total_views), 0) as total_views
    from {{ ref('kpi_linktree_click_through') }}

)

select
    kept.total_views,
    mart.total_views as mart_total_views,
    kept.total_clicks,
    mart.total_clicks as mart_total_clicks,
    months.total_views as month_total_views
from kept
cross join mart
cross join months
where
    kept.total_views <> mart.total_views
    or kept.total_clicks <> mart.total_clicks
    or mart.rated_views <> months.total_views

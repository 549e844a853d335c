-- Every goal is measured: its metric is one that a KPI counts, and that has a figure.

select
    goals.goal_id,
    goals.metric
from {{ ref('goals') }} as goals
left join {{ ref('kpi_stream_goal') }} as measured on goals.goal_id = measured.goal_id
where measured.stream_count is null

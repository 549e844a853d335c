-- A TikTok day lies within the days its export covers: a wrong year would put it outside.

select
    'overview' as section,
    _extract_id,
    _row_number,
    metrics_date
from {{ ref('stg_tiktok__overview') }}
where metrics_date not between _covers_from and _covers_to

union all

select
    'follower_history' as section,
    _extract_id,
    _row_number,
    metrics_date
from {{ ref('stg_tiktok__follower_history') }}
where metrics_date not between _covers_from and _covers_to

union all

select
    'viewers' as section,
    _extract_id,
    _row_number,
    metrics_date
from {{ ref('stg_tiktok__viewers') }}
where metrics_date not between _covers_from and _covers_to

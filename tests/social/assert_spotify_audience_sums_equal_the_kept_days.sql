-- The mart's audience days are the kept days that can be read, once each, and add up to the same streams.

with

kept as (

    select
        count(*) as day_count,
        coalesce(sum(streams), 0) as streams
    from {{ ref('int_spotify_audience_daily_kept') }}
    where reject_reason is null

),

mart as (

    select
        count(*) as day_count,
        coalesce(sum(streams), 0) as streams
    from {{ ref('spotify_audience_daily') }}

)

select
    kept.day_count,
    mart.day_count as mart_day_count,
    kept.streams,
    mart.streams as mart_streams
from kept
cross join mart
where kept.day_count <> mart.day_count or kept.streams <> mart.streams

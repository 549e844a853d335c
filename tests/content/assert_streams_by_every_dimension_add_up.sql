-- Streams by day, month, platform, distributor and the goal count are the same streams.

with

total as (

    select coalesce(sum(stream_count), 0) as stream_count from {{ ref('content_streams') }}

),

summed as (

    select
        'day' as dimension,
        coalesce(sum(stream_count), 0) as stream_count
    from {{ ref('kpi_streams_daily') }}
    union all
    select
        'month' as dimension,
        coalesce(sum(stream_count), 0) as stream_count
    from {{ ref('kpi_streams_monthly') }}
    union all
    select
        'platform' as dimension,
        coalesce(sum(stream_count), 0) as stream_count
    from {{ ref('kpi_streams_by_platform') }}
    union all
    select
        'distributor' as dimension,
        coalesce(sum(stream_count), 0) as stream_count
    from {{ ref('kpi_streams_by_distributor') }}

)

select
    summed.dimension,
    summed.stream_count,
    total.stream_count as total_streams
from summed
cross join total
where summed.stream_count <> total.stream_count

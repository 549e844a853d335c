with

goals as (

    select * from {{ ref('goals') }}
    where metric = 'distributor_streams'

),

streams as (

    select * from {{ ref('content_streams') }}
    where data_source in ('distrokid', 'toolost')

),

gaps as (

    select coalesce(cast(sum(gap_days) as bigint), 0) as gap_days
    from {{ ref('int_stream_gaps_found') }}
    where data_source in ('distrokid', 'toolost')

),

revenue as (

    select * from {{ ref('int_revenue_summed_by_store') }}

),

counted as (

    select
        coalesce(cast(sum(stream_count) as bigint), 0) as stream_count,
        coalesce(cast(sum(stream_count) filter (where not is_settled) as bigint), 0) as unsettled_stream_count,
        min(stream_date) as first_date,
        max(stream_date) as last_date
    from streams

),

last_days as (

    select
        cast(sum(streams.stream_count) as bigint) as stream_count,
        cast(count(distinct streams.stream_date) as bigint) as day_count
    from streams
    cross join counted
    where not streams.is_provisional and streams.stream_date > {{ add_days('counted.last_date', -28) }}

),

excluded as (

    select coalesce(cast(sum(revenue.quantity) as bigint), 0) as statement_units
    from revenue
    where
        revenue.usage_type in ('subscription', 'ad_supported')
        and revenue.platform_id not in (select streams.platform_id from streams)

),

final as (

    select
        goals.goal_id,
        goals.goal_name,
        goals.target_value,
        counted.stream_count,
        greatest(goals.target_value - counted.stream_count, 0) as remaining_stream_count,
        counted.unsettled_stream_count,
        excluded.statement_units as excluded_statement_units,
        gaps.gap_days,
        {{ ratio('counted.stream_count', 'goals.target_value') }} as progress_ratio,
        {{ ratio('last_days.stream_count', 'last_days.day_count') }} as daily_average_28_days,
        counted.first_date,
        counted.last_date
    from goals
    cross join counted
    cross join gaps
    cross join last_days
    cross join excluded

)

select * from final

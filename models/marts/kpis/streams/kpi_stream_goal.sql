with

goals as (

    select
        *,
        coalesce(start_date, cast('1000-01-01' as date)) as counted_from,
        coalesce(due_date, cast('9999-12-31' as date)) as counted_to
    from {{ ref('goals') }}
    where metric = 'distributor_streams'

),

distributors as (

    select platform_key as data_source
    from {{ ref('seed_platforms') }}
    where platform_type = 'distribution'

),

streams as (

    select * from {{ ref('content_streams') }}
    where data_source in (select distributors.data_source from distributors)

),

gaps as (

    select * from {{ ref('stream_gaps_found') }}
    where data_source in (select distributors.data_source from distributors)

),

live_series as (

    select * from {{ ref('stream_series_dated') }}
    where data_source in (select distributors.data_source from distributors) and is_live

),

revenue as (

    select
        sale_month,
        sum(quantity) as quantity
    from {{ ref('revenue_summed_by_store') }}
    where
        usage_type in ('subscription', 'ad_supported')
        and platform_id not in (select streams.platform_id from streams)
    group by sale_month

),

days as (

    select
        goals.goal_id,
        goals.target_value,
        streams.stream_date,
        sum(streams.stream_count) as stream_count,
        sum(streams.stream_count) filter (where not streams.is_settled) as unsettled_stream_count,
        sum(sum(streams.stream_count)) over (partition by goals.goal_id order by streams.stream_date) as stream_count_so_far
    from goals
    inner join streams on streams.stream_date between goals.counted_from and goals.counted_to
    group by goals.goal_id, goals.target_value, streams.stream_date

),

counted as (

    select
        goal_id,
        cast(sum(stream_count) as bigint) as stream_count,
        cast(coalesce(sum(unsettled_stream_count), 0) as bigint) as unsettled_stream_count,
        min(stream_date) as first_date,
        max(stream_date) as last_date,
        min(stream_date) filter (where stream_count_so_far >= target_value) as reached_date
    from days
    group by goal_id

),

missing as (

    select
        goals.goal_id,
        cast(
            sum(
                {{ days_between('greatest(gaps.gap_from, goals.counted_from)', 'least(gaps.gap_to, goals.counted_to)') }} + 1
            ) as bigint
        ) as gap_days
    from goals
    inner join gaps on goals.counted_from <= gaps.gap_to and goals.counted_to >= gaps.gap_from
    group by goals.goal_id

),

excluded as (

    select
        goals.goal_id,
        cast(sum(revenue.quantity) as bigint) as statement_units
    from goals
    inner join revenue
        on
            goals.counted_from <= revenue.sale_month
            and goals.counted_to >= {{ add_days(add_months('revenue.sale_month', 1), -1) }}
    group by goals.goal_id

),

live_count as (

    select count(*) as series_count from live_series

),

full_days as (

    select
        streams.stream_date,
        sum(streams.stream_count) as stream_count,
        max(streams.stream_date) over () as last_date
    from streams
    inner join live_series
        on streams.data_source = live_series.data_source and streams.platform_id = live_series.platform_id
    cross join live_count
    where not streams.is_provisional
    group by streams.stream_date, live_count.series_count
    having count(*) = live_count.series_count

),

pace as (

    select
        {{ ratio('sum(stream_count)', 'count(*)') }} as daily_average_28_days,
        (select max(streams.stream_date) from streams) as newest_date
    from full_days
    where stream_date > {{ add_days('last_date', -28) }}

),

measured as (

    select
        goals.*,
        coalesce(counted.stream_count, 0) as stream_count,
        greatest(goals.target_value - coalesce(counted.stream_count, 0), 0) as remaining_stream_count,
        coalesce(counted.unsettled_stream_count, 0) as unsettled_stream_count,
        coalesce(excluded.statement_units, 0) as excluded_statement_units,
        coalesce(missing.gap_days, 0) as gap_days,
        pace.daily_average_28_days,
        counted.first_date,
        counted.last_date,
        counted.reached_date,
        greatest(pace.newest_date, {{ add_days('goals.counted_from', -1) }}) as so_far_to
    from goals
    cross join pace
    left join counted on goals.goal_id = counted.goal_id
    left join missing on goals.goal_id = missing.goal_id
    left join excluded on goals.goal_id = excluded.goal_id

),

final as (

    select
        ---------- ids
        goal_id,

        ---------- strings
        goal_name,

        ---------- numerics
        target_value,
        stream_count,
        remaining_stream_count,
        unsettled_stream_count,
        excluded_statement_units,
        gap_days,
        {{ ratio('stream_count', 'target_value') }} as progress_ratio,
        daily_average_28_days,
        case
            when remaining_stream_count = 0 then cast(0 as double)
            when due_date > so_far_to then {{ ratio('remaining_stream_count', days_between('so_far_to', 'due_date')) }}
        end as required_daily,

        ---------- dates
        start_date,
        due_date,
        first_date,
        last_date,
        case
            when remaining_stream_count = 0 then reached_date
            when counted_to > so_far_to and remaining_stream_count < 2500000 * daily_average_28_days
                then {{ add_days('so_far_to', 'ceil(remaining_stream_count / daily_average_28_days)') }}
        end as projected_date
    from measured

)

select * from final

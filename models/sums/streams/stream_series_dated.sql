-- From when to when each series (data source and platform) reports. One whose newest day lies more than `stopped_after_days`
-- before the newest day of all has stopped; the others are live.

with

streams as (

    select * from {{ ref('content_streams') }}

),

newest as (

    select max(stream_date) as newest_date from streams

),

final as (

    select
        streams.data_source,
        streams.platform_id,
        min(streams.stream_date) as first_date,
        max(streams.stream_date) as last_date,
        newest.newest_date,
        {{ days_between('max(streams.stream_date)', 'newest.newest_date') }} <= {{ var('stopped_after_days') }} as is_live
    from streams
    cross join newest
    group by streams.data_source, streams.platform_id, newest.newest_date

)

select * from final

-- Each day of a series beside the same day of the month before, for growth on like-for-like days: a pair counts
-- only where both days were reported and neither is provisional.

with

streams as (

    select * from {{ ref('content_streams') }}

),

final as (

    select
        streams.data_source,
        streams.platform_id,
        streams.stream_date,
        {{ month_of('streams.stream_date') }} as stream_month,
        streams.stream_count,
        streams.is_provisional,
        streams.is_settled,
        case when not streams.is_provisional and not earlier.is_provisional then earlier.stream_count end
            as paired_stream_count
    from streams
    left join streams as earlier
        on
            streams.data_source = earlier.data_source
            and streams.platform_id = earlier.platform_id
            and {{ add_months(month_of('streams.stream_date'), -1) }} = {{ month_of('earlier.stream_date') }}
            and extract(day from streams.stream_date) = extract(day from earlier.stream_date)

)

select * from final

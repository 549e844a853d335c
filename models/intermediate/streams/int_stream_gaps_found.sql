-- Days that a series skips between its first and its last: runs of missing days. A gap is unknown, never zero.

with

days as (

    select distinct
        data_source,
        platform_id,
        stream_date
    from {{ ref('content_streams') }}

),

followed as (

    select
        data_source,
        platform_id,
        stream_date,
        lead(stream_date) over (partition by data_source, platform_id order by stream_date) as next_date
    from days

),

final as (

    select
        data_source,
        platform_id,
        {{ add_days('stream_date', 1) }} as gap_from,
        {{ add_days('next_date', -1) }} as gap_to,
        cast({{ days_between('stream_date', 'next_date') }} - 1 as bigint) as gap_days
    from followed
    where {{ days_between('stream_date', 'next_date') }} > 1

)

select * from final

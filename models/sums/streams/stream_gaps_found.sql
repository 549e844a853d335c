-- Days that a series does not report: runs of missing days between its first and its last, and, of a series that has stopped, the
-- days since. A gap is unknown, never zero.

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
        cast({{ days_between('stream_date', 'next_date') }} - 1 as bigint) as gap_days,
        false as has_stopped
    from followed
    where {{ days_between('stream_date', 'next_date') }} > 1

    union all

    select
        data_source,
        platform_id,
        {{ add_days('last_date', 1) }} as gap_from,
        newest_date as gap_to,
        cast({{ days_between('last_date', 'newest_date') }} as bigint) as gap_days,
        true as has_stopped
    from {{ ref('stream_series_dated') }}
    where not is_live

)

select * from final

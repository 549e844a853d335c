-- Days that a distributor's series skips, or lacks since it stopped: not reported, which is not zero.

with

gaps as (

    select * from {{ ref('stream_gaps_found') }}

),

platforms as (

    select * from {{ ref('platforms') }}

),

final as (

    select
        gaps.data_source,
        platforms.platform_name,
        gaps.gap_days,
        gaps.has_stopped,
        gaps.gap_from,
        gaps.gap_to
    from gaps
    inner join platforms on gaps.platform_id = platforms.platform_id

)

select * from final

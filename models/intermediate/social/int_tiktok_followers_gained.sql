-- Followers gained a day: the level less that of the day before, since in some exports the stated difference is the next
-- day's. Where there is no day before, the stated difference counts if those of its export agree with the levels.

with

history as (

    select * from {{ ref('int_tiktok_follower_history_kept') }}
    where reject_reason is null

),

compared as (

    select
        *,
        case
            when
                lag(metrics_date) over (partition by account_handle order by metrics_date)
                = {{ add_days('metrics_date', -1) }}
                then followers_total - lag(followers_total) over (partition by account_handle order by metrics_date)
        end as followers_gained
    from history

),

judged as (

    select
        *,
        coalesce(followers_gained <> followers_difference, false) as is_contradicted,
        max(case when followers_gained <> followers_difference then 1 else 0 end) over (
            partition by _account, _extract_id
        ) = 1 as has_contradictions
    from compared

),

final as (

    select
        account_handle,
        metrics_date,
        followers_total,
        followers_difference,
        coalesce(followers_gained, case when not has_contradictions then followers_difference end) as followers_gained,
        is_contradicted,
        _covers_to,
        _extracted_at
    from judged

)

select * from final

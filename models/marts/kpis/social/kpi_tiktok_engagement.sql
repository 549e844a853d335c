with

metrics as (

    select * from {{ ref('tiktok_metrics') }}

),

days as (

    select
        *,
        {{ month_of('metrics_date') }} as metrics_month,
        case when video_views is not null then likes_received + comments_received + shares end as interactions
    from metrics

),

months as (

    select
        account_handle,
        metrics_month,
        max_by(artist_id, metrics_date) as artist_id,
        max_by(followers_total, metrics_date) filter (where followers_total is not null) as followers_total,
        cast(count(*) as bigint) as days_reported,
        cast(count(*) filter (where is_before_activity) as bigint) as days_before_activity,
        cast(sum(video_views) as bigint) as video_views,
        cast(sum(profile_views) as bigint) as profile_views,
        cast(sum(likes_received) as bigint) as likes_received,
        cast(sum(comments_received) as bigint) as comments_received,
        cast(sum(shares) as bigint) as shares,
        cast(sum(new_followers) as bigint) as new_followers,
        cast(sum(interactions) as bigint) as rated_interactions,
        cast(sum(video_views) filter (where interactions is not null) as bigint) as rated_views,
        max(case when is_provisional then 1 else 0 end) = 1 as is_provisional,
        max(extracted_at) as extracted_at
    from days
    group by account_handle, metrics_month

),

final as (

    select
        ---------- ids
        artist_id,
        {{ platform_id('tiktok') }} as platform_id,

        ---------- strings
        account_handle,

        ---------- numerics
        days_reported,
        days_before_activity,
        video_views,
        profile_views,
        likes_received,
        comments_received,
        shares,
        new_followers,
        followers_total,
        rated_interactions,
        rated_views,
        {{ ratio('rated_interactions', 'rated_views') }} as engagement_rate,
        {{ ratio(
            'sum(rated_interactions) over (partition by account_handle order by metrics_month)',
            'sum(rated_views) over (partition by account_handle order by metrics_month)'
        ) }} as engagement_rate_to_date,

        ---------- booleans
        is_provisional,

        ---------- dates
        metrics_month,

        ---------- lineage
        extracted_at
    from months

)

select * from final

with

overview as (

    select * from {{ ref('int_tiktok_overview_kept') }}
    where reject_reason is null

),

followers as (

    select * from {{ ref('int_tiktok_followers_gained') }}

),

viewers as (

    select * from {{ ref('int_tiktok_viewers_kept') }}
    where reject_reason is null

),

artist_names as (

    select * from {{ ref('int_artist_names') }}

),

handle_days as (

    select
        account_handle,
        metrics_date
    from overview

    union

    select
        account_handle,
        metrics_date
    from followers

    union

    select
        account_handle,
        metrics_date
    from viewers

),

artist_days as (

    select
        handle_days.account_handle,
        handle_days.metrics_date,
        coalesce(artist_names.artist_id, 0) as artist_id
    from handle_days
    left join artist_names
        on
            {{ name_key('handle_days.account_handle') }} = artist_names.name_key
            and coalesce(artist_names.source, 'tiktok') = 'tiktok'
            and (artist_names.valid_from is null or handle_days.metrics_date >= artist_names.valid_from)
            and (artist_names.valid_to is null or handle_days.metrics_date <= artist_names.valid_to)
    qualify
        row_number() over (
            partition by handle_days.account_handle, handle_days.metrics_date
            order by
                artist_names.source asc nulls last,
                artist_names.valid_from desc nulls last,
                artist_names.artist_id asc
        ) = 1

),

joined as (

    select
        artist_days.artist_id,
        artist_days.account_handle,
        artist_days.metrics_date,
        overview.video_views,
        overview.profile_views,
        overview.likes_received,
        overview.comments_received,
        overview.shares,
        overview.reached_audience,
        viewers.viewers,
        viewers.new_viewers,
        viewers.returning_viewers,
        followers.followers_total,
        case
            when followers.followers_gained is not null then followers.followers_gained
            when overview.followers_net_growth is not null then overview.followers_net_growth
            when overview.followers_lost is not null then overview.followers_gained - overview.followers_lost
            else overview.followers_gained
        end as new_followers,
        coalesce(overview._covers_to, followers._covers_to, viewers._covers_to) as window_to,
        coalesce(overview._extracted_at, followers._extracted_at, viewers._extracted_at) as extracted_at
    from artist_days
    left join overview
        on artist_days.account_handle = overview.account_handle and artist_days.metrics_date = overview.metrics_date
    left join followers
        on artist_days.account_handle = followers.account_handle and artist_days.metrics_date = followers.metrics_date
    left join viewers
        on artist_days.account_handle = viewers.account_handle and artist_days.metrics_date = viewers.metrics_date

),

activity as (

    select
        *,
        min(
            case
                when
                    video_views > 0 or profile_views > 0 or likes_received > 0 or comments_received > 0 or shares > 0
                    or new_followers <> 0
                    then metrics_date
            end
        ) over (partition by account_handle) as first_active_date
    from joined

),

final as (

    select
        ---------- ids
        artist_id,
        {{ platform_id('tiktok') }} as platform_id,

        ---------- strings
        account_handle,

        ---------- numerics
        video_views,
        profile_views,
        likes_received,
        comments_received,
        shares,
        new_followers,
        followers_total,
        reached_audience,
        viewers,
        new_viewers,
        returning_viewers,
        {{ ratio('likes_received + comments_received + shares', 'video_views') }} as engagement_rate,

        ---------- booleans
        coalesce(
            video_views = 0 and profile_views = 0 and likes_received = 0 and comments_received = 0 and shares = 0
            and coalesce(new_followers, 0) = 0
            and (first_active_date is null or metrics_date < first_active_date),
            false
        ) as is_before_activity,
        metrics_date = window_to as is_provisional,

        ---------- dates
        metrics_date,

        ---------- lineage
        extracted_at
    from activity

)

select * from final

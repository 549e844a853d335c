-- Handles whose stated differences of followers are not those of their levels, and accounts whose name is no
-- artist's: TikTok handles, Spotify for Artists exports, YouTube channels (docs/how-it-works.md, rule 2).

with

tiktok_metrics as (

    select * from {{ ref('tiktok_metrics') }}

),

spotify_audience as (

    select * from {{ ref('spotify_audience_daily') }}

),

followers as (

    select * from {{ ref('int_tiktok_followers_gained') }}

),

youtube_rows as (

    select
        channel_id,
        channel_title,
        artist_id
    from {{ ref('youtube_channels') }}

    union all

    select
        channel_id,
        channel_title,
        artist_id
    from {{ ref('youtube_channel_daily') }}

    union all

    select
        channel_id,
        channel_title,
        artist_id
    from {{ ref('youtube_video_daily') }}

),

final as (

    select
        'artist' as kind,
        account_handle as value,
        'tiktok' as source,
        cast(count(*) as bigint) as row_count,
        cast(null as decimal(24, 12)) as amount_usd,
        cast(null as bigint) as streams
    from tiktok_metrics
    where artist_id = 0
    group by account_handle

    union all

    select
        'artist' as kind,
        account as value,
        'spotify' as source,
        cast(count(*) as bigint) as row_count,
        cast(null as decimal(24, 12)) as amount_usd,
        cast(sum(streams) as bigint) as streams
    from spotify_audience
    where artist_id = 0
    group by account

    union all

    select
        'artist' as kind,
        coalesce(channel_title, channel_id) as value,
        'youtube' as source,
        cast(count(*) as bigint) as row_count,
        cast(null as decimal(24, 12)) as amount_usd,
        cast(null as bigint) as streams
    from youtube_rows
    where artist_id = 0
    group by coalesce(channel_title, channel_id)

    union all

    select
        'follower_difference' as kind,
        account_handle as value,
        'tiktok' as source,
        cast(count(*) as bigint) as row_count,
        cast(null as decimal(24, 12)) as amount_usd,
        cast(null as bigint) as streams
    from followers
    where is_contradicted
    group by account_handle

)

select * from final

with

videos as (

    select * from {{ ref('int_youtube_videos_kept') }}
    where reject_reason is null

),

channel_artists as (

    select * from {{ ref('int_youtube_channel_artists') }}

),

owned as (

    {{ with_channel_artist('videos', 'channel_artists', 'video_id', 'cast(facts._extracted_at as date)') }}

),

final as (

    select
        ---------- ids
        artist_id,
        {{ platform_id('youtube') }} as platform_id,
        channel_id,
        video_id,

        ---------- strings
        video_title,

        ---------- numerics
        views_total,
        likes_total,
        comments_total,
        duration_seconds,

        ---------- dates
        published_at,

        ---------- lineage
        _extracted_at as extracted_at
    from owned

)

select * from final

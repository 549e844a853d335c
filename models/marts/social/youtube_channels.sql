with

channels as (

    select
        channel_id,
        handle,
        subscribers_total,
        views_total,
        videos_total,
        published_at,
        _extracted_at
    from {{ ref('int_youtube_channels_kept') }}
    where reject_reason is null

),

channel_artists as (

    select * from {{ ref('int_youtube_channel_artists') }}

),

owned as (

    {{ with_channel_artist('channels', 'channel_artists', 'channel_id', 'cast(facts._extracted_at as date)') }}

),

final as (

    select
        ---------- ids
        artist_id,
        {{ platform_id('youtube') }} as platform_id,
        channel_id,

        ---------- strings
        channel_title,
        handle,

        ---------- numerics
        subscribers_total,
        views_total,
        videos_total,

        ---------- dates
        published_at,

        ---------- lineage
        _extracted_at as extracted_at
    from owned

)

select * from final

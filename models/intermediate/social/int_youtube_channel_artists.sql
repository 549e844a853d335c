-- Whose channel it is: every name that holds for it, best first. Its id in the aliases beats its title; no name, no artist.

with

channels as (

    select * from {{ ref('int_youtube_channels_kept') }}
    where reject_reason is null

),

channel_days as (

    select * from {{ ref('int_youtube_channel_daily_kept') }}

),

video_days as (

    select * from {{ ref('int_youtube_video_daily_kept') }}

),

videos as (

    select * from {{ ref('int_youtube_videos_kept') }}

),

artist_names as (

    select * from {{ ref('int_artist_names') }}
    where coalesce(source, 'youtube') = 'youtube'

),

stated as (

    select channel_id from channels
    union
    select channel_id from channel_days
    union
    select channel_id from video_days
    union
    select channel_id from videos

),

named as (

    select
        stated.channel_id,
        channels.channel_title,
        {{ name_key('stated.channel_id') }} as id_key,
        {{ name_key('channels.channel_title') }} as title_key
    from stated
    left join channels on stated.channel_id = channels.channel_id
    where stated.channel_id is not null

),

final as (

    select
        named.channel_id,
        named.channel_title,
        artist_names.artist_id,
        artist_names.valid_from,
        artist_names.valid_to,
        cast(
            row_number() over (
                partition by named.channel_id
                order by
                    case when named.id_key = artist_names.name_key then 0 else 1 end asc,
                    artist_names.source asc nulls last,
                    artist_names.valid_from desc nulls last,
                    artist_names.artist_id asc nulls last
            ) as bigint
        ) as name_rank
    from named
    left join artist_names
        on named.id_key = artist_names.name_key or named.title_key = artist_names.name_key

)

select * from final

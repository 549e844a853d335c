with

source as (

    select * from {{ source('youtube', 'videos') }}

),

opened as (

    select
        *,
        {{ json_text('snippet', "'$.channelId'") }} as channelId,
        {{ json_text('snippet', "'$.title'") }} as title,
        {{ replace_all(json_text('snippet', "'$.publishedAt'"), "'[.][0-9]+'", "''") }} as publishedAt,
        {{ json_text('statistics', "'$.viewCount'") }} as viewCount,
        {{ json_text('statistics', "'$.likeCount'") }} as likeCount,
        {{ json_text('statistics', "'$.commentCount'") }} as commentCount,
        {{ json_text('contentDetails', "'$.duration'") }} as duration
    from source

),

renamed as (

    select
        ---------- ids
        {{ blank_to_null('id') }} as video_id,
        {{ blank_to_null('channelId') }} as channel_id,

        ---------- strings
        {{ blank_to_null('title') }} as video_title,
        case
            when {{ blank_to_null('id') }} is null then 'id is blank'
            when {{ blank_to_null('channelId') }} is null then 'channelId is blank'
            else coalesce(
                {{ unread_count('viewCount') }},
                {{ unread_count('likeCount') }},
                {{ unread_count('commentCount') }},
                {{ unread('duration', '(' ~ iso_duration_seconds('duration') ~ ')', 'duration') }},
                {{ unread('publishedAt', '(' ~ utc_timestamp('publishedAt') ~ ')', 'publishedAt') }}
            )
        end as reject_reason,

        ---------- numerics
        {{ count_or_null('viewCount') }} as views_total,
        {{ count_or_null('likeCount') }} as likes_total,
        {{ count_or_null('commentCount') }} as comments_total,
        {{ iso_duration_seconds('duration') }} as duration_seconds,

        ---------- dates
        {{ utc_timestamp('publishedAt') }} as published_at,

        ---------- lineage
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number

    from opened

)

select * from renamed

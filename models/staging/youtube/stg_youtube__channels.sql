with

source as (

    select * from {{ source('youtube', 'channels') }}

),

opened as (

    select
        *,
        {{ json_text('snippet', "'$.title'") }} as title,
        {{ json_text('snippet', "'$.customUrl'") }} as customUrl,
        {{ replace_all(json_text('snippet', "'$.publishedAt'"), "'[.][0-9]+'", "''") }} as publishedAt,
        {{ json_text('statistics', "'$.subscriberCount'") }} as subscriberCount,
        {{ json_text('statistics', "'$.hiddenSubscriberCount'") }} as hiddenSubscriberCount,
        {{ json_text('statistics', "'$.viewCount'") }} as viewCount,
        {{ json_text('statistics', "'$.videoCount'") }} as videoCount
    from source

),

renamed as (

    select
        ---------- ids
        {{ blank_to_null('id') }} as channel_id,

        ---------- strings
        {{ blank_to_null('title') }} as channel_title,
        {{ blank_to_null('customUrl') }} as handle,
        case
            when {{ blank_to_null('id') }} is null then 'id is blank'
            else coalesce(
                {{ unread_count('subscriberCount') }},
                {{ unread_count('viewCount') }},
                {{ unread_count('videoCount') }},
                {{ unread('publishedAt', '(' ~ utc_timestamp('publishedAt') ~ ')', 'publishedAt') }}
            )
        end as reject_reason,

        ---------- numerics
        case
            when lower(coalesce(hiddenSubscriberCount, 'false')) <> 'true' then {{ count_or_null('subscriberCount') }}
        end as subscribers_total,
        {{ count_or_null('viewCount') }} as views_total,
        {{ count_or_null('videoCount') }} as videos_total,

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

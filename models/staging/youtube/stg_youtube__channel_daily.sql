with

source as (

    select * from {{ source('youtube', 'channel_daily') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,
        coalesce({{ blank_to_null('_name_channel') }}, _account) as channel_id,

        ---------- strings
        case
            when {{ parsed_date('day', 'iso') }} is null then 'day can''t be read: ' || coalesce(day, '')
            else coalesce(
                {{ unread_count('views') }},
                {{ unread_count('engagedViews') }},
                {{ unread_count('estimatedMinutesWatched') }},
                {{ unread_change('likes') }},
                {{ unread_change('comments') }},
                {{ unread_change('shares') }},
                {{ unread_count('subscribersGained') }},
                {{ unread_count('subscribersLost') }}
            )
        end as reject_reason,

        ---------- numerics
        {{ count_or_null('views') }} as views,
        {{ count_or_null('engagedViews') }} as engaged_views,
        {{ count_or_null('estimatedMinutesWatched') }} as watch_minutes,
        {{ change_or_null('likes') }} as likes,
        {{ change_or_null('comments') }} as comments,
        {{ change_or_null('shares') }} as shares,
        {{ count_or_null('subscribersGained') }} as subscribers_gained,
        {{ count_or_null('subscribersLost') }} as subscribers_lost,

        ---------- dates
        {{ parsed_date('day', 'iso') }} as view_date,

        ---------- lineage
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number

    from source

)

select * from renamed

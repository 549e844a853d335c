with

source as (

    select * from {{ source('tiktok', 'overview') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,

        ---------- strings
        _account as account_handle,
        coalesce(
            {{ unread_count(adapter.quote('Video Views')) }},
            {{ unread_count(adapter.quote('Profile Views')) }},
            {{ unread_count('Likes') }},
            {{ unread_count('Comments') }},
            {{ unread_count('Shares') }},
            {{ unread_count(adapter.quote('Reached audience')) }},
            {{ unread_change(adapter.quote('New followers')) }},
            {{ unread_count(adapter.quote('Lost followers')) }},
            {{ unread_change(adapter.quote('Net growth')) }}
        ) as reject_reason,

        ---------- numerics
        {{ count_or_null(adapter.quote('Video Views')) }} as video_views,
        {{ count_or_null(adapter.quote('Profile Views')) }} as profile_views,
        {{ count_or_null('Likes') }} as likes_received,
        {{ count_or_null('Comments') }} as comments_received,
        {{ count_or_null('Shares') }} as shares,
        {{ count_or_null(adapter.quote('Reached audience')) }} as reached_audience,
        {{ change_or_null(adapter.quote('New followers')) }} as followers_gained,
        {{ count_or_null(adapter.quote('Lost followers')) }} as followers_lost,
        {{ change_or_null(adapter.quote('Net growth')) }} as followers_net_growth,

        ---------- dates
        {{ counted_day('Date') }} as metrics_date,

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

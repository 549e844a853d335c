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
            {{ unread_count('"Video Views"') }},
            {{ unread_count('"Profile Views"') }},
            {{ unread_count('"Likes"') }},
            {{ unread_count('"Comments"') }},
            {{ unread_count('"Shares"') }},
            {{ unread_count('"Reached audience"') }},
            {{ unread_count('"New followers"') }},
            {{ unread_count('"Lost followers"') }},
            {{ unread_count('"Net growth"') }}
        ) as reject_reason,

        ---------- numerics
        {{ count_or_null('"Video Views"') }} as video_views,
        {{ count_or_null('"Profile Views"') }} as profile_views,
        {{ count_or_null('"Likes"') }} as likes_received,
        {{ count_or_null('"Comments"') }} as comments_received,
        {{ count_or_null('"Shares"') }} as shares,
        {{ count_or_null('"Reached audience"') }} as reached_audience,
        {{ count_or_null('"New followers"') }} as followers_gained,
        {{ count_or_null('"Lost followers"') }} as followers_lost,
        {{ count_or_null('"Net growth"') }} as followers_net_growth,

        ---------- dates
        {{ counted_day('"Date"') }} as metrics_date,

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

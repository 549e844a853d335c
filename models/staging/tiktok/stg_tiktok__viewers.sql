with

source as (

    select
        *,
        {{ is_unfinished(
            [adapter.quote('Total Viewers'), adapter.quote('New Viewers'), adapter.quote('Returning Viewers')]
        ) }} as is_unfinished
    from {{ source('tiktok', 'viewers') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,

        ---------- strings
        _account as account_handle,
        coalesce(
            {{ unread_count(adapter.quote('Total Viewers')) }},
            {{ unread_count(adapter.quote('New Viewers')) }},
            {{ unread_count(adapter.quote('Returning Viewers')) }}
        ) as reject_reason,

        ---------- numerics
        {{ known_count(count_or_null(adapter.quote('Total Viewers'))) }} as viewers,
        {{ known_count(count_or_null(adapter.quote('New Viewers'))) }} as new_viewers,
        {{ known_count(count_or_null(adapter.quote('Returning Viewers'))) }} as returning_viewers,

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

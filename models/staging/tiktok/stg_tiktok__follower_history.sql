with

source as (

    select * from {{ source('tiktok', 'follower_history') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,

        ---------- strings
        _account as account_handle,
        coalesce(
            {{ unread_count('Followers') }},
            {{ unread_change(adapter.quote('Difference in followers from previous day')) }}
        ) as reject_reason,

        ---------- numerics
        {{ count_or_null('Followers') }} as followers_total,
        {{ change_or_null(adapter.quote('Difference in followers from previous day')) }} as followers_difference,

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

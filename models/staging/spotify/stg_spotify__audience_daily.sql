with

source as (

    select * from {{ source('spotify', 'audience_daily') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,
        {{ blank_to_null('_name_artist_id') }} as spotify_artist_id,

        ---------- strings
        case
            when {{ parsed_date('date', 'iso') }} is null then 'date can''t be read: ' || coalesce(date, '')
            else coalesce(
                {{ unread_count('listeners') }},
                {{ unread_count(adapter.quote('monthly listeners')) }},
                {{ unread_count(adapter.quote('monthly active listeners')) }},
                {{ unread_count(adapter.quote('super listeners')) }},
                {{ unread_count('streams') }},
                {{ unread_count(adapter.quote('playlist adds')) }},
                {{ unread_count('saves') }},
                {{ unread_count('followers') }}
            )
        end as reject_reason,

        ---------- numerics
        {{ count_or_null('listeners') }} as listeners,
        {{ count_or_null(adapter.quote('monthly listeners')) }} as monthly_listeners,
        {{ count_or_null(adapter.quote('monthly active listeners')) }} as monthly_active_listeners,
        {{ count_or_null(adapter.quote('super listeners')) }} as super_listeners,
        {{ count_or_null('streams') }} as streams,
        {{ count_or_null(adapter.quote('playlist adds')) }} as playlist_adds,
        {{ count_or_null('saves') }} as saves,
        {{ count_or_null('followers') }} as followers_total,

        ---------- dates
        {{ parsed_date('date', 'iso') }} as stream_date,

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

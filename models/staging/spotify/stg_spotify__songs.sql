with

source as (

    select * from {{ source('spotify', 'songs') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_name_window', '_row_sha', '_occurrence']) }} as song_snapshot_id,

        ---------- strings
        {{ blank_to_null('song') }} as title,
        lower({{ blank_to_null('_name_window') }}) as time_window,
        case
            when {{ blank_to_null('song') }} is null then 'song is blank'
            else coalesce(
                {{ unread_count('listeners') }},
                {{ unread_count('streams') }},
                {{ unread_count('saves') }}
            )
        end as reject_reason,

        ---------- numerics
        {{ count_or_null('listeners') }} as listeners,
        {{ count_or_null('streams') }} as streams,
        {{ count_or_null('saves') }} as saves,

        ---------- dates
        {{ parsed_date('release_date', 'iso') }} as release_date,

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

with

source as (

    select * from {{ source('spotify', 'song_daily') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,

        ---------- strings
        split_part(_account, '/', 1) as artist_account,
        {{ blank_to_null('_name_song') }} as title,
        case
            when {{ parsed_date('date', 'iso') }} is null then 'date can''t be read: ' || coalesce(date, '')
            else {{ unread_count('streams') }}
        end as reject_reason,

        ---------- numerics
        {{ count_or_null('streams') }} as streams,

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

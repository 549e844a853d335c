with

source as (

    select * from {{ source('spotify', 'catalogue') }}

),

opened as (

    select
        *,
        {{ json_text('external_ids', "'$.isrc'") }} as isrc,
        {{ json_text('external_ids', "'$.upc'") }} as upc,
        {{ json_text('artists', "'$[0].id'") }} as first_artist_id,
        {{ json_text('artists', "'$[0].name'") }} as first_artist_name
    from source

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,
        {{ blank_to_null('id') }} as spotify_id,
        {{ blank_to_null('album_id') }} as album_spotify_id,
        {{ blank_to_null('first_artist_id') }} as primary_artist_spotify_id,
        {{ isrc('isrc') }} as isrc,
        case when {{ matches('trim(upc)', "'^[0-9]{8,14}$'") }} then trim(upc) end as upc,

        ---------- strings
        {{ blank_to_null('kind') }} as kind,
        {{ blank_to_null('name') }} as title,
        {{ blank_to_null('first_artist_name') }} as primary_artist_name,
        {{ blank_to_null('artists') }} as artists_json,
        {{ blank_to_null('isrc') }} as isrc_as_stated,
        lower({{ blank_to_null('album_type') }}) as album_type,
        {{ blank_to_null('release_date') }} as release_date_text,
        case
            when {{ blank_to_null('id') }} is null then 'id is blank'
            when {{ blank_to_null('name') }} is null then 'name is blank'
            when coalesce({{ blank_to_null('kind') }}, '') not in ('artist', 'album', 'track')
                then 'kind is neither artist, album nor track: ' || coalesce(kind, '')
            else coalesce({{ unread_count('total_tracks') }}, {{ unread_count('duration_ms') }})
        end as reject_reason,

        ---------- numerics
        {{ count_or_null('total_tracks') }} as total_tracks,
        {{ count_or_null('duration_ms') }} as duration_ms,

        ---------- dates
        case
            when coalesce({{ blank_to_null('release_date_precision') }}, 'day') = 'day'
                then {{ parsed_date('release_date', 'iso') }}
        end as release_date,

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

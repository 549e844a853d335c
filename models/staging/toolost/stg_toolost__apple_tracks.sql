with

source as (

    select * from {{ source('toolost', 'apple_tracks') }}

),

renamed as (

    select
        ---------- ids
        {{ isrc('isrc') }} as isrc,

        ---------- strings
        {{ blank_to_null('track') }} as title,
        {{ blank_to_null('release') }} as release_title,

        ---------- numerics
        {{ whole_number('streams') }} as stream_count,

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

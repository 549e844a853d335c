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
        trim(isrc) as isrc_as_stated,
        trim(streams) as stream_count_text,

        ---------- numerics
        {{ count_of('streams') }} as stream_count,

        ---------- lineage
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number

    from source

),

judged as (

    select
        *,
        case
            when isrc is null then 'isrc is none: ' || coalesce(isrc_as_stated, '')
            when stream_count is null then 'streams is no whole number: ' || coalesce(stream_count_text, '')
        end as reject_reason
    from renamed

)

select * from judged

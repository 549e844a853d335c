with

source as (

    select * from {{ source('toolost', 'apple_totals') }}

),

renamed as (

    select
        ---------- numerics
        {{ whole_number('streamTotal') }} as stream_total,

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

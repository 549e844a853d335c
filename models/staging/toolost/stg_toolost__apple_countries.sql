with

source as (

    select * from {{ source('toolost', 'apple_countries') }}

),

renamed as (

    select
        ---------- strings
        upper({{ blank_to_null('country') }}) as country_code,

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

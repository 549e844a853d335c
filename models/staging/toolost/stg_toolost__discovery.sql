with

source as (

    select * from {{ source('toolost', 'discovery') }}

),

renamed as (

    select
        ---------- numerics
        {{ whole_number('streams') }} as stream_count,
        {{ money('fees') }} as fees_usd,

        ---------- dates
        {{ parsed_date('date', 'iso') }} as discovery_month,

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

with

source as (

    select * from {{ source('distrokid', 'streams_series') }}

),

renamed as (

    select
        ---------- strings
        chart,

        ---------- numerics
        {{ whole_number(adapter.quote('column-1')) }} as stream_count,

        ---------- dates
        {{ parsed_date('category', 'iso') }} as period_start,

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

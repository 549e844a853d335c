with

source as (

    select * from {{ source('toolost', 'apple_countries') }}

),

renamed as (

    select
        ---------- strings
        upper({{ blank_to_null('country') }}) as country_code,
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
            when country_code is null then 'country is blank'
            when stream_count is null then 'streams is no whole number: ' || coalesce(stream_count_text, '')
        end as reject_reason
    from renamed

)

select * from judged

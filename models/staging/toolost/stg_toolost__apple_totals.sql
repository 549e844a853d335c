with

source as (

    select * from {{ source('toolost', 'apple_totals') }}

),

renamed as (

    select
        ---------- strings
        trim({{ adapter.quote('streamTotal') }}) as stream_total_text,

        ---------- numerics
        {{ count_of('streamTotal') }} as stream_total,

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
            when stream_total is null then 'streamTotal is no whole number: ' || coalesce(stream_total_text, '')
        end as reject_reason
    from renamed

)

select * from judged

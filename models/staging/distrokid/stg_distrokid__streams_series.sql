with

source as (

    select * from {{ source('distrokid', 'streams_series') }}

),

renamed as (

    select
        ---------- strings
        chart,
        trim(category) as period_start_text,
        trim({{ adapter.quote('column-1') }}) as stream_count_text,

        ---------- numerics
        {{ count_of(adapter.quote('column-1')) }} as stream_count,

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

),

judged as (

    select
        *,
        case
            when period_start is null then 'category can''t be read: ' || coalesce(period_start_text, '')
            when stream_count is null then 'column-1 is no whole number: ' || coalesce(stream_count_text, '')
        end as reject_reason
    from renamed

)

select * from judged

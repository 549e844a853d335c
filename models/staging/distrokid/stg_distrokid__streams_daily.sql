with

source as (

    select * from {{ source('distrokid', 'streams_daily') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,

        ---------- strings
        trim(category) as stream_date_text,
        trim({{ adapter.quote('column-1') }}) as stream_count_text,

        ---------- numerics
        {{ count_of(adapter.quote('column-1')) }} as stream_count,

        ---------- dates
        {{ parsed_date('category', 'iso') }} as stream_date,

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
            when stream_date is null then 'category can''t be read: ' || coalesce(stream_date_text, '')
            when stream_count is null then 'column-1 is no whole number: ' || coalesce(stream_count_text, '')
        end as reject_reason
    from renamed

)

select * from judged

with

source as (

    select * from {{ source('toolost', 'spotify_daily') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,

        ---------- strings
        trim(date) as stream_date_text,
        trim(streams) as stream_count_text,

        ---------- numerics
        {{ count_of('streams') }} as stream_count,

        ---------- dates
        {{ parsed_date('date', 'iso') }} as stream_date,

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
            when stream_date is null then 'date can''t be read: ' || coalesce(stream_date_text, '')
            when stream_count is null then 'streams is no whole number: ' || coalesce(stream_count_text, '')
        end as reject_reason
    from renamed

)

select * from judged

with

source as (

    select * from {{ source('toolost', 'discovery') }}

),

renamed as (

    select
        ---------- strings
        trim(date) as discovery_month_text,
        trim(streams) as stream_count_text,
        {{ unread('fees', '(' ~ money('fees') ~ ')', 'fees') }} as fees_problem,

        ---------- numerics
        {{ count_of('streams') }} as stream_count,
        {{ money('fees') }} as fees_usd,

        ---------- dates
        {{ month_start('date') }} as discovery_month,

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
            when discovery_month is null then 'date can''t be read: ' || coalesce(discovery_month_text, '')
            when stream_count is null then 'streams is no whole number: ' || coalesce(stream_count_text, '')
            else fees_problem
        end as reject_reason
    from renamed

)

select * from judged

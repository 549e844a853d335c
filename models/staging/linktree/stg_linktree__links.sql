with

source as (

    select * from {{ source('linktree', 'links') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,
        {{ blank_to_null('id') }} as link_id,

        ---------- strings
        trim(window_to) as window_to_text,
        coalesce(
            {{ unread_count('clicks') }},
            {{ unread('window_from', parsed_date('window_from', 'iso'), 'window_from') }}
        ) as unread_reason,

        ---------- numerics
        {{ count_or_null('clicks') }} as clicks,

        ---------- dates
        {{ parsed_date('window_from', 'iso') }} as window_from,
        {{ parsed_date('window_to', 'iso') }} as window_to,

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
            when link_id is null then 'id is blank'
            when window_to is null
                then 'window_to, the last day of the clicks, can''t be read: ' || coalesce(window_to_text, '')
            else unread_reason
        end as reject_reason
    from renamed

)

select * from judged

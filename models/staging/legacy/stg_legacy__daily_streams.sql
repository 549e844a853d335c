with

source as (

    select * from {{ source('legacy', 'daily_streams') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,

        ---------- strings
        lower({{ blank_to_null('source') }}) as data_source,
        trim(date) as stream_date_text,
        case
            when {{ parsed_date('date', 'iso') }} is null then 'date can''t be read: ' || coalesce(trim(date), '')
            when {{ blank_to_null('source') }} is null then 'source is blank'
        end as reject_reason,
        {{ blank_to_null('spotify_streams') }} as spotify_streams,
        {{ blank_to_null('apple_streams') }} as apple_streams,

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

)

select * from renamed

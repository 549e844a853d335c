with

source as (

    select * from {{ source('submithub', 'links') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', row_sha_as_read(), '_occurrence']) }} as row_id,

        ---------- strings
        {{ id_as_stated('link') }} as link_url,
        {{ link_key('link') }} as link_key,
        {{ blank_to_null('service') }} as service_name,
        {{ blank_to_null('date') }} as date_text,
        {{ blank_to_null('clicks') }} as clicks_text,

        ---------- numerics
        {{ count_of('clicks') }} as clicks,

        ---------- dates
        {{ iso_or_us_date('date') }} as click_date,

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
            when link_url is null and service_name is null and date_text is null and clicks_text is null then 'a blank row'
            when click_date is null then 'date can''t be read: ' || coalesce(date_text, '')
            when link_url is null then 'link is blank'
            when service_name is null then 'service is blank'
            when clicks is null then 'clicks is no count: ' || coalesce(clicks_text, '')
        end as reject_reason
    from renamed

),

keyed as (

    select
        *,
        case
            when reject_reason is null
                then {{ surrogate_key(['click_date', 'link_key', name_key('service_name')]) }}
            else row_id
        end as link_click_id
    from judged

)

select * from keyed

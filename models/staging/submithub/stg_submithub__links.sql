with

source as (

    select * from {{ source('submithub', 'links') }}

),

renamed as (

    select
        ---------- strings
        {{ blank_to_null('link') }} as link_url,
        {{ blank_to_null('service') }} as service_name,
        {{ blank_to_null('date') }} as date_text,
        {{ blank_to_null('clicks') }} as clicks_text,

        ---------- numerics
        {{ whole_number('clicks') }} as clicks,

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

counted as (

    select
        *,
        count(*) over (
            partition by _account, _extract_id, click_date, link_url, {{ name_key('service_name') }}
        ) as row_count
    from renamed

),

judged as (

    select
        *,
        case
            when link_url is null and service_name is null and date_text is null and clicks_text is null then 'a blank row'
            when click_date is null then 'date can''t be read: ' || coalesce(date_text, '')
            when link_url is null then 'link is blank'
            when service_name is null then 'service is blank'
            when clicks is null or clicks < 0 then 'clicks is no count: ' || coalesce(clicks_text, '')
            when row_count > 1 then 'twice in the file: ' || date_text || ', ' || link_url || ', ' || service_name
        end as reject_reason
    from counted

)

select * from judged

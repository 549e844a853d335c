with

source as (

    select * from {{ source('submithub', 'submissions') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', row_sha_as_read(), '_occurrence']) }} as row_id,

        ---------- strings
        {{ blank_to_null('Song') }} as song_title,
        {{ id_as_stated(adapter.quote('Campaign url')) }} as campaign_url,
        {{ link_key(adapter.quote('Campaign url')) }} as campaign_key,
        {{ blank_to_null('Outlet') }} as outlet_name,
        {{ blank_to_null(adapter.quote('Outlet type')) }} as outlet_type,
        {{ blank_to_null('Action') }} as action_as_stated,
        {{ blank_to_null('Feedback') }} as feedback,
        {{ blank_to_null('Sent') }} as sent_text,
        {{ blank_to_null('Received') }} as received_text,
        {{ blank_to_null(adapter.quote('Listen time')) }} as listen_text,

        ---------- dates
        {{ iso_or_us_date(without_time('Sent')) }} as sent_date,
        {{ iso_or_us_date(without_time('Received')) }} as received_date,

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

valued as (

    select
        *,
        case
            when action_as_stated is null then 'sent'
            when lower(action_as_stated) in ('sent', 'listened', 'declined', 'approved', 'shared')
                then lower(action_as_stated)
            else 'unknown'
        end as status,
        case
            when {{ matches('listen_text', "'^[0-9]{1,6}$'") }} then try_cast(listen_text as bigint)
            when {{ matches('listen_text', "'^([0-9]{1,3}:)?[0-9]{1,4}:[0-5][0-9]$'") }}
                then
                    coalesce(try_cast(nullif(regexp_extract(listen_text, '^([0-9]+):[0-9]+:', 1), '') as bigint), 0) * 3600
                    + try_cast(regexp_extract(listen_text, '([0-9]+):[0-9]+$', 1) as bigint) * 60
                    + try_cast(right(listen_text, 2) as bigint)
        end as listen_seconds
    from renamed

),

judged as (

    select
        *,
        case
            when song_title is null and campaign_url is null and outlet_name is null and sent_text is null then 'a blank row'
            when campaign_url is null then 'Campaign url is blank'
            when outlet_name is null then 'Outlet is blank'
            when sent_date is null then 'Sent can''t be read: ' || coalesce(sent_text, '')
            when received_date is null and received_text is not null then 'Received can''t be read: ' || received_text
            when listen_seconds is null and listen_text is not null then 'Listen time can''t be read: ' || listen_text
        end as reject_reason
    from valued

),

keyed as (

    select
        *,
        case
            when reject_reason is null
                then {{ surrogate_key(['campaign_key', name_key('outlet_name'), 'sent_date']) }}
            else row_id
        end as submission_id
    from judged

)

select * from keyed

with

source as (

    select * from {{ source('conversions', 'pixel') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,
        {{ id_key('event_id') }} as event_id,
        {{ blank_to_null('episode_guid') }} as episode_guid,

        ---------- strings
        {{ id_as_stated('event_id') }} as event_as_stated,
        lower({{ blank_to_null('event_name') }}) as event_name,
        {{ utm_value('campaign') }} as campaign_as_stated,
        upper({{ blank_to_null('currency') }}) as currency_code,
        {{ blank_to_null('event_time') }} as event_time_text,
        {{ unread('value', '(' ~ money('value') ~ ')', 'value') }} as value_problem,

        ---------- numerics
        {{ money('value') }} as stated_value,

        ---------- timestamps
        {{ iso_moment('event_time') }} as event_at,

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
        coalesce({{ matches('event_name', "'^(part(ial|ially|ly)?[ _-]?)?refund(ed)?$'") }}, false)
        or coalesce(stated_value < 0, false) as is_refund,
        case
            when event_id is null then 'event_id is blank'
            when event_at is null then 'event_time can''t be read: ' || coalesce(event_time_text, '')
            when event_name is null then 'event_name is blank'
            else value_problem
        end as reject_reason
    from renamed

),

-- A retry sends an event's id and name again; a refund, or another event, may bear the id of its order.
keyed as (

    select
        *,
        case when is_refund then cast(-abs(stated_value) as decimal(24, 12)) else stated_value end as conversion_value,
        case
            when reject_reason is null
                then {{ surrogate_key(["'pixel'", '_account', 'event_id', 'event_name', 'is_refund']) }}
            else row_id
        end as conversion_id
    from judged

)

select * from keyed

with

source as (

    select * from {{ source('mailchimp', 'lists') }}

),

opened as (

    select
        *,
        {{ json_text('stats', "'$.member_count'") }} as member_count,
        {{ json_text('stats', "'$.unsubscribe_count'") }} as unsubscribe_count,
        {{ json_text('stats', "'$.cleaned_count'") }} as cleaned_count,
        {{ json_text('stats', "'$.open_rate'") }} as open_rate,
        {{ json_text('stats', "'$.click_rate'") }} as click_rate
    from source

),

renamed as (

    select
        ---------- ids
        {{ blank_to_null('id') }} as list_id,

        ---------- strings
        {{ blank_to_null('name') }} as list_name,
        case
            when {{ blank_to_null('id') }} is null then 'id is blank'
            else coalesce(
                {{ unread_count('member_count') }},
                {{ unread_count('unsubscribe_count') }},
                {{ unread_count('cleaned_count') }},
                {{ unread('open_rate', '(' ~ spent_of('open_rate') ~ ')', 'open_rate') }},
                {{ unread('click_rate', '(' ~ spent_of('click_rate') ~ ')', 'click_rate') }},
                {{ unread('date_created', '(' ~ utc_timestamp('date_created') ~ ')', 'date_created') }}
            )
        end as reject_reason,

        ---------- numerics
        {{ count_or_null('member_count') }} as subscribers_total,
        {{ count_or_null('unsubscribe_count') }} as unsubscribed_total,
        {{ count_or_null('cleaned_count') }} as cleaned_total,
        cast({{ spent_of('open_rate') }} as double) / 100 as open_rate,
        cast({{ spent_of('click_rate') }} as double) / 100 as click_rate,

        ---------- dates
        {{ utc_timestamp('date_created') }} as created_at,

        ---------- lineage
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number

    from opened

)

select * from renamed

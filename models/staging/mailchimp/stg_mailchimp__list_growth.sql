with

source as (

    select * from {{ source('mailchimp', 'list_growth') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,
        coalesce({{ blank_to_null('list_id') }}, _account) as list_id,

        ---------- strings
        case
            when {{ month_start('month') }} is null
                then 'month can''t be read: ' || coalesce(month, '')
            else coalesce(
                {{ unread_count('subscribed') }},
                {{ unread_count('unsubscribed') }},
                {{ unread_count('reconfirm') }},
                {{ unread_count('cleaned') }},
                {{ unread_count('pending') }},
                {{ unread_count('deleted') }},
                {{ unread_count('transactional') }}
            )
        end as reject_reason,

        ---------- numerics
        {{ count_or_null('subscribed') }} as subscribers_total,
        {{ count_or_null('unsubscribed') }} as unsubscribed_total,
        {{ count_or_null('reconfirm') }} as reconfirming_total,
        {{ count_or_null('cleaned') }} as cleaned_total,
        {{ count_or_null('pending') }} as pending_total,
        {{ count_or_null('deleted') }} as deleted_total,
        {{ count_or_null('transactional') }} as transactional_total,

        ---------- dates
        {{ month_start('month') }} as growth_month,

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

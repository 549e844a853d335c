with

source as (

    select * from {{ source('mailchimp', 'reports') }}

),

opened as (

    select
        *,
        {{ json_text('opens', "'$.opens_total'") }} as opens_total,
        {{ json_text('opens', "'$.unique_opens'") }} as unique_opens,
        {{ json_text('opens', "'$.proxy_excluded_opens'") }} as proxy_excluded_opens,
        {{ json_text('opens', "'$.proxy_excluded_unique_opens'") }} as proxy_excluded_unique_opens,
        {{ json_text('opens', "'$.last_open'") }} as last_open,
        {{ json_text('clicks', "'$.clicks_total'") }} as clicks_total,
        {{ json_text('clicks', "'$.unique_clicks'") }} as unique_clicks,
        {{ json_text('clicks', "'$.unique_subscriber_clicks'") }} as unique_subscriber_clicks,
        {{ json_text('clicks', "'$.last_click'") }} as last_click,
        {{ json_text('bounces', "'$.hard_bounces'") }} as hard_bounces,
        {{ json_text('bounces', "'$.soft_bounces'") }} as soft_bounces,
        {{ json_text('bounces', "'$.syntax_errors'") }} as syntax_errors,
        {{ json_text('forwards', "'$.forwards_count'") }} as forwards_count
    from source

),

renamed as (

    select
        ---------- ids
        case
            when {{ blank_to_null('id') }} is not null then {{ surrogate_key([blank_to_null('list_id'), blank_to_null('id')]) }}
        end as campaign_key,
        {{ blank_to_null('id') }} as campaign_id,
        {{ blank_to_null('list_id') }} as list_id,

        ---------- strings
        {{ blank_to_null('list_name') }} as list_name,
        {{ blank_to_null('campaign_title') }} as campaign_title,
        {{ blank_to_null('subject_line') }} as subject_line,
        {{ blank_to_null('type') }} as campaign_type,
        case
            when {{ blank_to_null('id') }} is null then 'id is blank'
            else coalesce(
                {{ unread_count('emails_sent') }},
                {{ unread_count('opens_total') }},
                {{ unread_count('unique_opens') }},
                {{ unread_count('proxy_excluded_opens') }},
                {{ unread_count('proxy_excluded_unique_opens') }},
                {{ unread_count('clicks_total') }},
                {{ unread_count('unique_clicks') }},
                {{ unread_count('unique_subscriber_clicks') }},
                {{ unread_count('hard_bounces') }},
                {{ unread_count('soft_bounces') }},
                {{ unread_count('syntax_errors') }},
                {{ unread_count('unsubscribed') }},
                {{ unread_count('abuse_reports') }},
                {{ unread_count('forwards_count') }},
                {{ unread('send_time', '(' ~ utc_timestamp('send_time') ~ ')', 'send_time') }},
                {{ unread('last_open', '(' ~ utc_timestamp('last_open') ~ ')', 'last_open') }},
                {{ unread('last_click', '(' ~ utc_timestamp('last_click') ~ ')', 'last_click') }}
            )
        end as reject_reason,

        ---------- numerics
        {{ count_or_null('emails_sent') }} as emails_sent,
        {{ count_or_null('opens_total') }} as opens,
        {{ count_or_null('unique_opens') }} as unique_opens,
        {{ count_or_null('proxy_excluded_opens') }} as proxy_excluded_opens,
        {{ count_or_null('proxy_excluded_unique_opens') }} as proxy_excluded_unique_opens,
        {{ count_or_null('clicks_total') }} as clicks,
        {{ count_or_null('unique_clicks') }} as unique_clicks,
        {{ count_or_null('unique_subscriber_clicks') }} as unique_subscriber_clicks,
        {{ count_or_null('hard_bounces') }} as hard_bounces,
        {{ count_or_null('soft_bounces') }} as soft_bounces,
        {{ count_or_null('syntax_errors') }} as syntax_errors,
        {{ count_or_null('unsubscribed') }} as unsubscribes,
        {{ count_or_null('abuse_reports') }} as abuse_reports,
        {{ count_or_null('forwards_count') }} as forwards,

        ---------- dates
        {{ utc_timestamp('send_time') }} as sent_at,
        {{ utc_timestamp('last_open') }} as last_open_at,
        {{ utc_timestamp('last_click') }} as last_click_at,

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

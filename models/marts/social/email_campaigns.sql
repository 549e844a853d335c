with

reports as (

    select * from {{ ref('int_mailchimp_reports_kept') }}
    where reject_reason is null

),

delivered as (

    select
        *,
        emails_sent - hard_bounces - soft_bounces - coalesce(syntax_errors, 0) as emails_delivered
    from reports

),

final as (

    select
        ---------- ids
        {{ platform_id('mailchimp') }} as platform_id,
        campaign_id,
        list_id,

        ---------- strings
        list_name,
        campaign_title,
        subject_line,
        campaign_type,

        ---------- numerics
        emails_sent,
        emails_delivered,
        opens,
        unique_opens,
        proxy_excluded_opens,
        proxy_excluded_unique_opens,
        clicks,
        unique_subscriber_clicks,
        unsubscribes,
        abuse_reports,
        hard_bounces,
        soft_bounces,
        {{ ratio('unique_opens', 'emails_delivered') }} as open_rate,
        {{ ratio('proxy_excluded_unique_opens', 'emails_delivered') }} as proxy_excluded_open_rate,
        {{ ratio('unique_subscriber_clicks', 'emails_delivered') }} as click_rate,
        {{ ratio('unsubscribes', 'emails_delivered') }} as unsubscribe_rate,

        ---------- booleans
        coalesce(cast(_extracted_at as date) < {{ add_days('cast(sent_at as date)', 28) }}, true) as is_provisional,

        ---------- dates
        sent_at,
        last_open_at,
        last_click_at,

        ---------- lineage
        _extracted_at as extracted_at
    from delivered

)

select * from final

-- The rows of insights that count, by day and by window, with the currency of their amounts.

with

daily as (

    select * from {{ ref('int_meta_ads_insights_daily_kept') }}
    where reject_reason is null

),

windows as (

    select * from {{ ref('int_meta_ads_insights_window_kept') }}
    where reject_reason is null

),

account_currencies as (

    select * from {{ ref('int_ad_account_currencies_resolved') }}

),

unioned as (

    select
        insight_id,
        campaign_id,
        'day' as period,
        currency_code,
        actions,
        action_values,
        spend_amount,
        impressions,
        clicks,
        inline_link_clicks,
        reach,
        has_actions,
        has_link_clicks,
        performance_date as first_date,
        performance_date as last_date,
        _account,
        _extracted_at
    from daily

    union all

    select
        insight_id,
        campaign_id,
        'window' as period,
        currency_code,
        actions,
        action_values,
        spend_amount,
        impressions,
        clicks,
        inline_link_clicks,
        reach,
        has_actions,
        has_link_clicks,
        min(window_from) over (partition by campaign_id) as first_date,
        max(window_to) over (partition by campaign_id) as last_date,
        _account,
        _extracted_at
    from windows

),

final as (

    select
        ---------- ids
        unioned.insight_id,
        unioned.campaign_id,

        ---------- strings
        unioned.period,
        unioned._account as account,
        coalesce(unioned.currency_code, account_currencies.currency_code) as currency_code,
        unioned.actions,
        unioned.action_values,

        ---------- numerics
        unioned.spend_amount,
        unioned.impressions,
        unioned.clicks,
        unioned.inline_link_clicks,
        unioned.reach,

        ---------- booleans
        unioned.has_actions,
        unioned.has_link_clicks,

        ---------- dates
        unioned.first_date,
        unioned.last_date,

        ---------- lineage
        unioned._extracted_at as extracted_at
    from unioned
    left join account_currencies on unioned._account = account_currencies.account

)

select * from final

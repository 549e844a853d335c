-- The rows of insights that count, by day and by window, with the currency of their amounts. A campaign's day that the
-- API and Ads Manager's CSV both state counts once (see `ad_days_chosen`). A window has the first and last day of its statement.

with

daily as (

    select * from {{ ref('int_meta_ads_insights_daily_kept') }}
    where reject_reason is null

),

windows as (

    select * from {{ ref('int_meta_ads_insights_window_kept') }}
    where reject_reason is null

),

manager_daily as (

    select * from {{ ref('int_meta_ads_manager_daily_kept') }}
    where reject_reason is null and not is_totals_row

),

manager_windows as (

    select * from {{ ref('int_meta_ads_manager_window_kept') }}
    where reject_reason is null and not is_totals_row

),

chosen as (

    {{ ad_days_chosen() }}

),

account_currencies as (

    select * from {{ ref('int_ad_account_currencies_resolved') }}

),

unioned as (

    select
        daily.insight_id,
        daily.campaign_id,
        'day' as period,
        daily.currency_code,
        daily.actions,
        daily.action_values,
        daily.spend_amount,
        daily.impressions,
        daily.clicks,
        daily.inline_link_clicks,
        daily.reach,
        daily.has_actions,
        daily.has_link_clicks,
        daily.is_no_longer_listed,
        daily.performance_date as first_date,
        daily.performance_date as last_date,
        daily._account,
        daily._extracted_at
    from daily
    inner join chosen
        on
            daily.campaign_id = chosen.campaign_id
            and daily.performance_date = chosen.performance_date
            and chosen.source_table = 'insights_daily'

    union all

    select
        windows.insight_id,
        windows.campaign_id,
        'window' as period,
        windows.currency_code,
        windows.actions,
        windows.action_values,
        windows.spend_amount,
        windows.impressions,
        windows.clicks,
        windows.inline_link_clicks,
        windows.reach,
        windows.has_actions,
        windows.has_link_clicks,
        false as is_no_longer_listed,
        windows.range_from as first_date,
        windows.range_to as last_date,
        windows._account,
        windows._extracted_at
    from windows

    union all

    select
        manager_daily.insight_id,
        manager_daily.campaign_id,
        'day' as period,
        manager_daily.currency_code,
        cast(null as string) as actions,
        cast(null as string) as action_values,
        manager_daily.spend_amount,
        manager_daily.impressions,
        manager_daily.clicks,
        manager_daily.inline_link_clicks,
        manager_daily.reach,
        false as has_actions,
        manager_daily.has_link_clicks,
        manager_daily.is_no_longer_listed,
        manager_daily.performance_date as first_date,
        manager_daily.performance_date as last_date,
        manager_daily._account,
        manager_daily._extracted_at
    from manager_daily
    inner join chosen
        on
            manager_daily.campaign_id = chosen.campaign_id
            and manager_daily.performance_date = chosen.performance_date
            and chosen.source_table = 'manager_daily'

    union all

    select
        insight_id,
        campaign_id,
        'window' as period,
        currency_code,
        cast(null as string) as actions,
        cast(null as string) as action_values,
        spend_amount,
        impressions,
        clicks,
        inline_link_clicks,
        reach,
        false as has_actions,
        has_link_clicks,
        false as is_no_longer_listed,
        range_from as first_date,
        range_to as last_date,
        _account,
        _extracted_at
    from manager_windows

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
        unioned.is_no_longer_listed,

        ---------- dates
        unioned.first_date,
        unioned.last_date,

        ---------- lineage
        unioned._extracted_at as extracted_at
    from unioned
    left join account_currencies on unioned._account = account_currencies.account

)

select * from final

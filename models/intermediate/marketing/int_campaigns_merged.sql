-- Every campaign that any dump names, with or without a row of its own: the newest name, its dates, budget and state.
-- A table, because names, marts and the list of unmatched all read it.

{{ config(tags=['dated']) }}

with

minor_units as (

    select * from {{ ref('seed_minor_units') }}

),

campaigns as (

    select * from {{ ref('int_meta_ads_campaigns_kept') }}
    where reject_reason is null

),

adsets as (

    select * from {{ ref('int_meta_ads_adsets_kept') }}
    where reject_reason is null and coalesce(effective_status, '') not in ('DELETED', 'ARCHIVED')

),

account_currencies as (

    select * from {{ ref('int_ad_account_currencies_resolved') }}

),

extracts as (

    select
        'campaigns' as source_table,
        _account,
        _extract_id
    from ({{ extracts_in_order(ref('stg_meta_ads__campaigns')) }}) as campaigns_in_order

    union all

    select
        'insights_daily' as source_table,
        _account,
        _extract_id
    from ({{ extracts_in_order(ref('stg_meta_ads__insights_daily')) }}) as insights_daily_in_order

    union all

    select
        'insights_window' as source_table,
        _account,
        _extract_id
    from ({{ extracts_in_order(ref('stg_meta_ads__insights_window')) }}) as insights_window_in_order

    union all

    select
        'manager_daily' as source_table,
        _account,
        _extract_id
    from ({{ extracts_in_order(ref('stg_meta_ads__manager_daily')) }}) as manager_daily_in_order

    union all

    select
        'manager_window' as source_table,
        _account,
        _extract_id
    from ({{ extracts_in_order(ref('stg_meta_ads__manager_window')) }}) as manager_window_in_order

),

manager_campaigns as (

    select * from {{ ref('int_meta_ads_manager_campaigns_resolved') }}

),

stated as (

    select
        campaign_id,
        campaign_name,
        'campaigns' as source_table,
        cast(null as date) as first_day,
        _account,
        _extract_id,
        _extracted_at
    from {{ ref('stg_meta_ads__campaigns') }}
    where campaign_id is not null
    group by campaign_id, campaign_name, _account, _extract_id, _extracted_at

    union all

    select
        campaign_id,
        campaign_name,
        'insights_window' as source_table,
        min(window_from) as first_day,
        _account,
        _extract_id,
        _extracted_at
    from {{ ref('stg_meta_ads__insights_window') }}
    where campaign_id is not null
    group by campaign_id, campaign_name, _account, _extract_id, _extracted_at

    union all

    select
        campaign_id,
        campaign_name,
        'insights_daily' as source_table,
        min(performance_date) as first_day,
        _account,
        _extract_id,
        _extracted_at
    from {{ ref('stg_meta_ads__insights_daily') }}
    where campaign_id is not null
    group by campaign_id, campaign_name, _account, _extract_id, _extracted_at

    union all

    select
        manager_campaigns.campaign_id,
        insights.campaign_name,
        'manager_daily' as source_table,
        min(insights.performance_date) as first_day,
        insights._account,
        insights._extract_id,
        insights._extracted_at
    from {{ ref('stg_meta_ads__manager_daily') }} as insights
    inner join manager_campaigns on insights.insight_id = manager_campaigns.insight_id
    group by
        manager_campaigns.campaign_id,
        insights.campaign_name,
        insights._account,
        insights._extract_id,
        insights._extracted_at

    union all

    -- a range is chosen by hand and can begin before the campaign did
    select
        manager_campaigns.campaign_id,
        insights.campaign_name,
        'manager_window' as source_table,
        min(insights.window_to) as first_day,
        insights._account,
        insights._extract_id,
        insights._extracted_at
    from {{ ref('stg_meta_ads__manager_window') }} as insights
    inner join manager_campaigns on insights.insight_id = manager_campaigns.insight_id
    group by
        manager_campaigns.campaign_id,
        insights.campaign_name,
        insights._account,
        insights._extract_id,
        insights._extracted_at

),

seen as (

    select stated.*
    from stated
    inner join extracts
        on
            stated.source_table = extracts.source_table
            and stated._account = extracts._account
            and stated._extract_id = extracts._extract_id

),

summed as (

    select
        campaign_id,
        min(first_day) as first_day,
        min(case when source_table = 'insights_window' then first_day end) as window_from,
        max(_extracted_at) as last_seen_at
    from seen
    group by campaign_id

),

names as (

    select
        campaign_id,
        campaign_name
    from seen
    where campaign_name is not null
    qualify
        row_number() over (
            partition by campaign_id
            order by _extracted_at desc, source_table asc, first_day desc nulls last, campaign_name asc
        ) = 1

),

adset_budgets as (

    select
        campaign_id,
        cast(sum(daily_budget_minor_units) as bigint) as daily_budget_minor_units,
        cast(sum(lifetime_budget_minor_units) as bigint) as lifetime_budget_minor_units
    from adsets
    group by campaign_id

),

budgets as (

    select
        campaigns.campaign_id,
        account_currencies.currency_code,
        case
            when coalesce(campaigns.lifetime_budget_minor_units, campaigns.daily_budget_minor_units) is not null
                then campaigns.lifetime_budget_minor_units
            when adset_budgets.daily_budget_minor_units is null then adset_budgets.lifetime_budget_minor_units
        end as lifetime_budget_minor_units,
        case
            when coalesce(campaigns.lifetime_budget_minor_units, campaigns.daily_budget_minor_units) is not null
                then case when campaigns.lifetime_budget_minor_units is null then campaigns.daily_budget_minor_units end
            when adset_budgets.lifetime_budget_minor_units is null then adset_budgets.daily_budget_minor_units
        end as daily_budget_minor_units,
        case
            when account_currencies.currency_code is not null
                then coalesce(minor_units.minor_unit, cast(0.01 as decimal(3, 2)))
        end as minor_unit
    from campaigns
    left join adset_budgets on campaigns.campaign_id = adset_budgets.campaign_id
    left join account_currencies on campaigns._account = account_currencies.account
    left join minor_units on account_currencies.currency_code = minor_units.currency_code

),

merged as (

    select
        ---------- ids
        summed.campaign_id,

        ---------- strings
        names.campaign_name,
        case
            when campaigns.stopped_at <= cast({{ as_of_date() }} as timestamp) then 'completed'
            when campaigns.effective_status in ('ARCHIVED', 'DELETED') then 'completed'
            when {{ matches('campaigns.effective_status', "'PAUSED$'") }} then 'paused'
            when campaigns.effective_status in ('ACTIVE', 'IN_PROCESS', 'WITH_ISSUES', 'PENDING_REVIEW') then 'active'
        end as status,
        case
            when budgets.lifetime_budget_minor_units is not null then 'lifetime'
            when budgets.daily_budget_minor_units is not null then 'daily'
        end as budget_type,
        budgets.currency_code,

        ---------- numerics
        try_cast(
            cast(coalesce(budgets.lifetime_budget_minor_units, budgets.daily_budget_minor_units) as decimal(18, 0))
            * budgets.minor_unit as decimal(24, 12)
        ) as budget_amount,

        ---------- dates
        coalesce(campaigns.start_date, summed.window_from) as start_date,
        campaigns.end_date,
        coalesce(campaigns.start_date, summed.first_day) as first_day,
        cast(campaigns._extracted_at as date) as budget_date,

        ---------- timestamps
        summed.last_seen_at
    from summed
    left join campaigns on summed.campaign_id = campaigns.campaign_id
    left join names on summed.campaign_id = names.campaign_id
    left join budgets on summed.campaign_id = budgets.campaign_id

),

rates as (

    {{ rates_of_days('merged', 'currency_code', 'budget_date') }}

),

final as (

    select
        merged.*,
        {{ in_usd('merged.budget_amount', 'merged.currency_code', 'rates.usd_per_unit') }} as budget_usd
    from merged
    left join rates on merged.currency_code = rates.currency_code and merged.budget_date = rates.rated_day

)

select * from final

-- The days of Ads Manager's CSV that count: of each campaign and day the newest export that states it without a
-- breakdown, else with one, at one level, as for the API's. A day that a later export covers without it is kept and
-- marked. Totals rows and rejected rows of the newest export of each day stay, to be counted.

with

insights as (

    select
        insights.*,
        resolved.campaign_id
    from {{ ref('stg_meta_ads__manager_daily') }} as insights
    left join {{ ref('int_meta_ads_manager_campaigns_resolved') }} as resolved on insights.insight_id = resolved.insight_id

),

held as (

    select
        _extract_id,
        max(_extracted_at) as extracted_at,
        count(inline_link_clicks) > 0 as has_link_clicks
    from insights
    group by _extract_id

),

extracts as (

    {{ extracts_in_order(ref('stg_meta_ads__manager_daily')) }}

),

readable as (

    select insights.*
    from insights
    inner join extracts
        on insights._account = extracts._account and insights._extract_id = extracts._extract_id
    where insights.reject_reason is null and not insights.is_totals_row

),

once as (

    {{ rows_stated_once('readable', ['performance_date'], manager_breakdowns() | length) }}

),

placed as (

    {{ newest_campaign_days('once') }}

),

newest as (

    {{ days_by_coverage(ref('stg_meta_ads__manager_daily'), 'performance_date') }}

),

unread as (

    select distinct
        _account,
        _extract_id,
        campaign_name,
        performance_date
    from insights
    where reject_reason is not null

),

stated as (

    select distinct
        _account,
        _extract_id,
        campaign_id,
        performance_date
    from insights
    where campaign_id is not null

),

kept as (

    select
        {{ daily_columns('placed') }},
        placed.is_totals_row,
        placed.is_breakdown,
        placed.newer_breakdown_spend,
        placed._extracted_at < newest_held.extracted_at
        and unread.campaign_name is null
        and stated.campaign_id is null as is_no_longer_listed
    from placed
    inner join newest on placed._account = newest._account and placed.performance_date = newest.covered_day
    inner join held as newest_held on newest._extract_id = newest_held._extract_id
    left join unread
        on
            newest._account = unread._account
            and newest._extract_id = unread._extract_id
            and placed.campaign_name = unread.campaign_name
            and placed.performance_date = unread.performance_date
    left join stated
        on
            newest._account = stated._account
            and newest._extract_id = stated._extract_id
            and placed.campaign_id = stated.campaign_id
            and placed.performance_date = stated.performance_date
    where placed.place = 1

    union all

    select
        {{ daily_columns('insights') }},
        insights.is_totals_row,
        false as is_breakdown,
        cast(null as decimal(24, 12)) as newer_breakdown_spend,
        false as is_no_longer_listed
    from insights
    inner join newest
        on
            insights._account = newest._account
            and insights._extract_id = newest._extract_id
            and insights.performance_date is not distinct from newest.covered_day
    where insights.is_totals_row or insights.reject_reason is not null

),

final as (

    select
        kept.*,
        held.has_link_clicks
    from kept
    inner join held on kept._extract_id = held._extract_id

)

select * from final

-- The daily rows that count: of each campaign and day the newest extract that states it without a breakdown, else with
-- one; of one time the campaign's row, else its ad sets', else its ads'. A day that a later extract covers without it is
-- kept and marked, unless that extract is a fetched answer that names the campaign on other days: then Meta took the day
-- back. A day whose newest row can't be read keeps what was stated before, unmarked. Rejected rows of the newest extract
-- of each day stay. What an extract contains: any row's actions, or all that Meta has where every field was asked for. A
-- table, because the sums, the accounting and the tests all read it.

with

insights as (

    select * from {{ ref('stg_meta_ads__insights_daily') }}

),

held as (

    select
        _extract_id,
        max(_extracted_at) as extracted_at,
        count(actions) + count(asked_window) > 0 as has_actions,
        count(actions) + count(inline_link_clicks) + count(asked_window) > 0 as has_link_clicks,
        count(asked_window) > 0 as is_fetched
    from insights
    group by _extract_id

),

extracts as (

    {{ extracts_in_order(ref('stg_meta_ads__insights_daily')) }}

),

readable as (

    select insights.*
    from insights
    inner join extracts
        on insights._account = extracts._account and insights._extract_id = extracts._extract_id
    where insights.reject_reason is null

),

once as (

    {{ rows_stated_once('readable', ['performance_date'], insights_breakdowns() | length) }}

),

placed as (

    {{ newest_campaign_days('once') }}

),

newest as (

    {{ days_by_coverage(ref('stg_meta_ads__insights_daily'), 'performance_date') }}

),

covered as (

    {{ rows_by_coverage(ref('stg_meta_ads__insights_daily'), 'performance_date') }}

),

named as (

    select distinct
        _account,
        _extract_id,
        campaign_id
    from readable

),

stated as (

    select distinct
        _account,
        _extract_id,
        campaign_id,
        performance_date
    from insights

),

judged as (

    select
        placed.*,
        placed._extracted_at < newest_held.extracted_at and stated.campaign_id is null as is_no_longer_listed,
        newest_held.is_fetched
        and placed._extract_id <> newest._extract_id
        and named.campaign_id is not null
        and stated.campaign_id is null as is_taken_back
    from placed
    inner join newest on placed._account = newest._account and placed.performance_date = newest.covered_day
    inner join held as newest_held on newest._extract_id = newest_held._extract_id
    left join named
        on
            newest._account = named._account
            and newest._extract_id = named._extract_id
            and placed.campaign_id = named.campaign_id
    left join stated
        on
            newest._account = stated._account
            and newest._extract_id = stated._extract_id
            and placed.campaign_id = stated.campaign_id
            and placed.performance_date = stated.performance_date
    where placed.place = 1

),

kept as (

    select
        {{ daily_columns() }},
        actions,
        action_values,
        is_breakdown,
        newer_breakdown_spend,
        is_no_longer_listed
    from judged
    where not is_taken_back

    union all

    select
        {{ daily_columns() }},
        actions,
        action_values,
        false as is_breakdown,
        cast(null as decimal(24, 12)) as newer_breakdown_spend,
        false as is_no_longer_listed
    from covered
    where reject_reason is not null

),

final as (

    select
        kept.*,
        held.has_actions,
        held.has_link_clicks
    from kept
    inner join held on kept._extract_id = held._extract_id

)

select * from final

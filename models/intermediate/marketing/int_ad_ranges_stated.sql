-- What is stated over ranges of days, by the API's windows and Ads Manager's CSV: each row that counts in its file, with the
-- range of its statement. A campaign's row states its own range. Ad sets and ads of one file run from their own first day,
-- so ranges of theirs that overlap are one statement, from the first day to the last, and of an ad set's nested ranges the
-- longest counts. Where one of them still has ranges that overlap, each range is a statement.

with

insights_extracts as (

    {{ extracts_in_order(ref('stg_meta_ads__insights_window')) }}

),

manager_extracts as (

    {{ extracts_in_order(ref('stg_meta_ads__manager_window')) }}

),

insights as (

    select
        insights.*,
        'insights_window' as source_table
    from {{ ref('stg_meta_ads__insights_window') }} as insights
    inner join insights_extracts
        on insights._account = insights_extracts._account and insights._extract_id = insights_extracts._extract_id
    where insights.reject_reason is null

),

insights_once as (

    {{ rows_stated_once('insights', ['window_from', 'window_to'], insights_breakdowns() | length) }}

),

manager as (

    select
        manager.*,
        campaigns.campaign_id,
        'manager_window' as source_table
    from {{ ref('stg_meta_ads__manager_window') }} as manager
    inner join manager_extracts
        on manager._account = manager_extracts._account and manager._extract_id = manager_extracts._extract_id
    inner join {{ ref('int_meta_ads_manager_campaigns_resolved') }} as campaigns on manager.insight_id = campaigns.insight_id

),

manager_once as (

    {{ rows_stated_once('manager', ['window_from', 'window_to'], manager_breakdowns() | length) }}

),

stated as (

    select
        insight_id,
        campaign_id,
        source_table,
        level,
        entity_key,
        {{ surrogate_key(['source_table', '_account', '_extract_id', 'campaign_id', 'level']) }} as file_key,
        spend_amount,
        breakdown is not null as is_breakdown,
        window_from,
        window_to,
        _account,
        _extract_id,
        _extracted_at,
        _sequence
    from insights_once

    union all

    select
        insight_id,
        campaign_id,
        source_table,
        level,
        entity_key,
        {{ surrogate_key(['source_table', '_account', '_extract_id', 'campaign_id', 'level']) }} as file_key,
        spend_amount,
        breakdown is not null as is_breakdown,
        window_from,
        window_to,
        _account,
        _extract_id,
        _extracted_at,
        _sequence
    from manager_once

),

entity_ranges as (

    select distinct
        file_key,
        entity_key,
        window_from,
        window_to
    from stated
    where level <> 'campaign'

),

outermost as (

    select *
    from entity_ranges
    qualify
        coalesce(
            max(window_to) over (
                partition by file_key, entity_key
                order by window_from asc, window_to desc
                rows between unbounded preceding and 1 preceding
            ) < window_to,
            true
        )

),

marked as (

    select
        *,
        case
            when
                window_from <= max(window_to) over (
                    partition by file_key
                    order by window_from, window_to, entity_key
                    rows between unbounded preceding and 1 preceding
                )
                then 0
            else 1
        end as begins
    from outermost

),

grouped as (

    select
        *,
        sum(begins) over (
            partition by file_key
            order by window_from, window_to, entity_key
            rows between unbounded preceding and current row
        ) as group_number
    from marked

),

groups as (

    select
        file_key,
        group_number,
        min(window_from) as group_from,
        max(window_to) as group_to,
        count(*) = count(distinct entity_key) as is_one
    from grouped
    group by file_key, group_number

),

ranges as (

    select
        grouped.file_key,
        grouped.entity_key,
        grouped.window_from,
        grouped.window_to,
        case when groups.is_one then groups.group_from else grouped.window_from end as range_from,
        case when groups.is_one then groups.group_to else grouped.window_to end as range_to
    from grouped
    inner join groups on grouped.file_key = groups.file_key and grouped.group_number = groups.group_number

),

final as (

    select
        stated.insight_id,
        stated.campaign_id,
        stated.source_table,
        stated.level,
        stated.spend_amount,
        stated.is_breakdown,
        coalesce(ranges.range_from, stated.window_from) as range_from,
        coalesce(ranges.range_to, stated.window_to) as range_to,
        stated._account,
        stated._extract_id,
        stated._extracted_at,
        stated._sequence
    from stated
    left join ranges
        on
            stated.file_key = ranges.file_key
            and stated.entity_key = ranges.entity_key
            and stated.window_from = ranges.window_from
            and stated.window_to = ranges.window_to
    where stated.level = 'campaign' or ranges.range_from is not null

)

select * from final

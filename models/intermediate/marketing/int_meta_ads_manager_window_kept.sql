-- The windows of Ads Manager's CSV that count. A range is chosen by hand, so it can be a month, or all time. Of one range
-- the newest export counts, at one level. Ranges that share no day add up; of two that do, the one that ends later counts
-- if it holds the other, else the one that starts earlier: nothing counts twice. The API's window is the total of a
-- campaign from its start, so a range that ends no later is in it, and one that shares only some of its days is left out.
-- Totals rows and rejected rows of each account's last export stay, to be counted.

with

insights as (

    select * from {{ ref('stg_meta_ads__manager_window') }}

),

resolved as (

    select * from {{ ref('int_meta_ads_manager_campaigns_resolved') }}

),

extracts as (

    {{ extracts_in_order(ref('stg_meta_ads__manager_window')) }}

),

last_export as (

    {{ rows_of_last_extract(ref('stg_meta_ads__manager_window')) }}

),

api_windows as (

    select
        campaign_id,
        min(window_from) as window_from,
        max(window_to) as window_to
    from {{ ref('int_meta_ads_insights_window_kept') }}
    where reject_reason is null
    group by campaign_id

),

held as (

    select
        _extract_id,
        count(inline_link_clicks) > 0 as has_link_clicks
    from insights
    group by _extract_id

),

readable as (

    select
        insights.*,
        resolved.campaign_id,
        case insights.level when 'campaign' then 1 when 'adset' then 2 else 3 end as level_rank
    from insights
    inner join extracts on insights._account = extracts._account and insights._extract_id = extracts._extract_id
    inner join resolved on insights.insight_id = resolved.insight_id

),

ranges as (

    select
        readable.campaign_id,
        readable.window_from,
        readable.window_to,
        readable._account,
        readable._extract_id,
        readable.level
    from readable
    left join api_windows on readable.campaign_id = api_windows.campaign_id
    where
        api_windows.campaign_id is null
        or readable.window_from > api_windows.window_to
        or (readable.window_from <= api_windows.window_from and readable.window_to > api_windows.window_to)
    qualify
        row_number() over (
            partition by readable.campaign_id, readable.window_from, readable.window_to
            order by readable._extracted_at desc, readable.level_rank asc, readable._sequence desc
        ) = 1

),

left_out as (

    select distinct
        ranges.campaign_id,
        ranges.window_from,
        ranges.window_to
    from ranges
    inner join ranges as others
        on
            ranges.campaign_id = others.campaign_id
            and (
                (ranges.window_to = others.window_to and ranges.window_from > others.window_from)
                or (ranges.window_to < others.window_to and ranges.window_from >= others.window_from)
                or (
                    ranges.window_to > others.window_to
                    and ranges.window_from > others.window_from
                    and ranges.window_from <= others.window_to
                )
            )

),

counting as (

    select ranges.*
    from ranges
    left join left_out
        on
            ranges.campaign_id = left_out.campaign_id
            and ranges.window_from = left_out.window_from
            and ranges.window_to = left_out.window_to
    where left_out.campaign_id is null

),

unioned as (

    select
        readable.insight_id,
        readable.campaign_id,
        readable.campaign_name,
        readable.level,
        readable.currency_code,
        readable.spend_amount,
        readable.impressions,
        readable.clicks,
        readable.inline_link_clicks,
        readable.reach,
        readable.is_totals_row,
        readable.window_from,
        readable.window_to,
        readable.reject_reason,
        readable._account,
        readable._extract_id,
        readable._extracted_at,
        readable._sequence,
        readable._row_number
    from readable
    inner join counting
        on
            readable.campaign_id = counting.campaign_id
            and readable.window_from = counting.window_from
            and readable.window_to = counting.window_to
            and readable._account = counting._account
            and readable._extract_id = counting._extract_id
            and readable.level = counting.level

    union all

    select
        insight_id,
        cast(null as string) as campaign_id,
        campaign_name,
        level,
        currency_code,
        spend_amount,
        impressions,
        clicks,
        inline_link_clicks,
        reach,
        is_totals_row,
        window_from,
        window_to,
        reject_reason,
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _row_number
    from last_export
    where is_totals_row or reject_reason is not null

),

final as (

    select
        unioned.*,
        held.has_link_clicks
    from unioned
    inner join held on unioned._extract_id = held._extract_id

)

select * from final

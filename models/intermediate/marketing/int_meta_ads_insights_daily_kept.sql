-- The daily rows that count: of each day the newest extract that covers it; of each campaign and day one level, the
-- campaign's, else its ad sets', else its ads' (design §6, rule 11). Rejected rows of those extracts stay.
-- What an extract holds: any row's actions, or all that Meta has where every field was asked for (a fetched answer).
-- A table, because the sums, the accounting and the tests all read it.

{{ config(materialized='table') }}

with

insights as (

    select * from {{ ref('stg_meta_ads__insights_daily') }}

),

covered as (

    {{ rows_by_coverage(ref('stg_meta_ads__insights_daily'), 'performance_date') }}

),

held as (

    select
        _extract_id,
        count(actions) + count(asked_window) > 0 as has_actions,
        count(actions) + count(inline_link_clicks) + count(asked_window) > 0 as has_link_clicks
    from insights
    group by _extract_id

),

placed as (

    select
        covered.*,
        held.has_actions,
        held.has_link_clicks,
        rank() over (
            partition by covered.campaign_id, covered.performance_date, covered.reject_reason is null
            order by
                covered._extracted_at desc,
                covered._sequence desc,
                case covered.level when 'campaign' then 1 when 'adset' then 2 else 3 end
        ) as place
    from covered
    inner join held on covered._extract_id = held._extract_id

),

final as (

    select * from placed
    where place = 1 or reject_reason is not null

)

select * from final

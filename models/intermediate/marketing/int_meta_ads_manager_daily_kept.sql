-- The days of Ads Manager's CSV that count: of each day the newest export that covers it, of each campaign and day one
-- level, as for the API's. Totals rows and rejected rows of those exports stay, to be counted.

with

insights as (

    select * from {{ ref('stg_meta_ads__manager_daily') }}

),

resolved as (

    select * from {{ ref('int_meta_ads_manager_campaigns_resolved') }}

),

covered as (

    {{ rows_by_coverage(ref('stg_meta_ads__manager_daily'), 'performance_date') }}

),

held as (

    select
        _extract_id,
        count(inline_link_clicks) > 0 as has_link_clicks
    from insights
    group by _extract_id

),

placed as (

    select
        covered.*,
        resolved.campaign_id,
        held.has_link_clicks,
        rank() over (
            partition by resolved.campaign_id, covered.performance_date
            order by
                covered._extracted_at desc,
                covered._sequence desc,
                case covered.level when 'campaign' then 1 when 'adset' then 2 else 3 end
        ) as place
    from covered
    inner join held on covered._extract_id = held._extract_id
    left join resolved on covered.insight_id = resolved.insight_id

),

final as (

    select * from placed
    where place = 1 or is_totals_row or reject_reason is not null

)

select * from final

-- Spend of the rows that count = spend in the marts: daily rows day by day, those without a breakdown first, then the
-- API's; and a window's as dated and undated spend, unless its days cover it, or add up to more than it (then the days
-- count).

with

kept_windows as (

    select
        campaign_id,
        range_from,
        range_to,
        sum(spend_amount) as spend_amount
    from {{ ref('int_meta_ads_insights_window_kept') }}
    where range_from is not null
    group by campaign_id, range_from, range_to

    union all

    select
        campaign_id,
        range_from,
        range_to,
        sum(spend_amount) as spend_amount
    from {{ ref('int_meta_ads_manager_window_kept') }}
    where range_from is not null
    group by campaign_id, range_from, range_to

),

stated_days as (

    select
        campaign_id,
        performance_date,
        max(case when is_breakdown then 3 else 1 end) as place,
        sum(spend_amount) as spend_amount
    from {{ ref('int_meta_ads_insights_daily_kept') }}
    where reject_reason is null
    group by campaign_id, performance_date

    union all

    select
        campaign_id,
        performance_date,
        max(case when is_breakdown then 4 else 2 end) as place,
        sum(spend_amount) as spend_amount
    from {{ ref('int_meta_ads_manager_daily_kept') }}
    where reject_reason is null and not is_totals_row
    group by campaign_id, performance_date

),

kept_days as (

    select
        campaign_id,
        performance_date,
        spend_amount
    from stated_days
    qualify row_number() over (partition by campaign_id, performance_date order by place) = 1

),

days_in_windows as (

    select
        kept_windows.campaign_id,
        kept_windows.range_to,
        count(*) as day_count,
        count(kept_days.spend_amount) as stated_count,
        sum(kept_days.spend_amount) as spend_amount
    from kept_windows
    inner join kept_days
        on
            kept_windows.campaign_id = kept_days.campaign_id
            and kept_days.performance_date between kept_windows.range_from and kept_windows.range_to
    group by kept_windows.campaign_id, kept_windows.range_to

),

expected_totals as (

    select
        campaign_id,
        sum(spend_amount) as spend_amount
    from (
        select
            campaign_id,
            spend_amount
        from kept_days

        union all

        select
            kept_windows.campaign_id,
            case
                when
                    days_in_windows.stated_count
                    = {{ days_between('kept_windows.range_from', 'kept_windows.range_to') }} + 1 then 0
                else greatest(kept_windows.spend_amount - coalesce(days_in_windows.spend_amount, 0), 0)
            end as spend_amount
        from kept_windows
        left join days_in_windows
            on kept_windows.campaign_id = days_in_windows.campaign_id and kept_windows.range_to = days_in_windows.range_to
        where kept_windows.spend_amount is not null
    ) as spent
    group by campaign_id

)

select
    'day' as wrong,
    coalesce(kept_days.campaign_id, ad_performance_daily.campaign_id) as campaign_id,
    kept_days.spend_amount as spend_kept,
    ad_performance_daily.spend_amount as spend_in_mart
from kept_days
full outer join {{ ref('ad_performance_daily') }} as ad_performance_daily
    on
        kept_days.campaign_id = ad_performance_daily.campaign_id
        and kept_days.performance_date = ad_performance_daily.performance_date
where
    kept_days.campaign_id is null
    or ad_performance_daily.campaign_id is null
    or kept_days.spend_amount is distinct from ad_performance_daily.spend_amount

union all

select
    'total' as wrong,
    expected_totals.campaign_id,
    expected_totals.spend_amount as spend_kept,
    kpi_campaign_performance.spend_amount as spend_in_mart
from expected_totals
left join {{ ref('kpi_campaign_performance') }} as kpi_campaign_performance
    on expected_totals.campaign_id = kpi_campaign_performance.campaign_id
where
    kpi_campaign_performance.campaign_id is null
    or (
        kpi_campaign_performance.spend_amount is not null
        and expected_totals.spend_amount <> kpi_campaign_performance.spend_amount
    )

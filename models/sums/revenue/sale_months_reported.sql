-- How far each sale month is reported, by money: what is in, of what the month will come to. Platforms whose month is not known
-- yet (`platform_months_estimated`) are expected to make the share of the month that they made of their last three known
-- months of the year before. A month counts as reported once `reported_share` is in even if those come to 15 % more than
-- expected, so that a large platform's booking in parts never counts. Without half a year of rounds nothing can be told, and
-- both figures are null.

{{ config(materialized='table') }}

with

estimated as (

    select * from {{ ref('platform_months_estimated') }}

),

known_totals as (

    select
        sale_month,
        sum(greatest(net_expected_usd, 0)) as net_expected_usd
    from estimated
    where is_known
    group by sale_month

),

known_before as (

    select
        estimated.series,
        estimated.sale_month,
        greatest(known.net_expected_usd, 0) as net_expected_usd,
        known_totals.net_expected_usd as total_expected_usd,
        row_number() over (partition by estimated.series, estimated.sale_month order by known.sale_month desc) as place
    from estimated
    inner join estimated as known
        on
            estimated.series = known.series
            and known.is_known
            and known.has_opened
            and estimated.sale_month > known.sale_month
            and known.sale_month >= {{ add_months('estimated.sale_month', -12) }}
    inner join known_totals on known.sale_month = known_totals.sale_month
    where not estimated.is_known

),

shares as (

    select
        series,
        sale_month,
        {{ ratio('sum(net_expected_usd)', 'sum(total_expected_usd)') }} as share
    from known_before
    where place <= 3
    group by series, sale_month

),

history as (

    select max(months_of_ledger) as months_of_ledger
    from (
        select {{ months_between('min(reporting_month)', 'max(reporting_month)') }} as months_of_ledger
        from {{ ref('platform_months_booked') }}
        group by ledger
    ) as ledgers

),

summed as (

    select
        estimated.sale_month,
        cast(sum(estimated.net_revenue_usd) as double) as net_in,
        cast(coalesce(sum(estimated.net_expected_usd) filter (where estimated.is_known), 0) as double) as net_expected_known,
        least(coalesce(sum(shares.share), 0), cast(0.999 as double)) as unknown_share,
        sum(shares.share) filter (where estimated.net_revenue_usd > 0) as unknown_share_in,
        min(estimated.is_known) as is_known,
        max(coalesce(estimated.lacks_habit, false)) as lacks_habit
    from estimated
    left join shares on estimated.series = shares.series and estimated.sale_month = shares.sale_month
    group by estimated.sale_month

),

expected as (

    select
        summed.*,
        case
            when summed.net_expected_known > 0
                then greatest(summed.net_expected_known / (1 - summed.unknown_share), summed.net_in)
            else summed.net_in / nullif(summed.unknown_share_in, 0)
        end as net_expected,
        greatest(summed.net_expected_known / (1 - least(summed.unknown_share * 1.15, 0.999)), summed.net_in) as net_at_most,
        history.months_of_ledger >= 6 and not summed.lacks_habit as has_basis
    from summed
    cross join history

),

final as (

    select
        case when has_basis and net_expected > 0 then round(greatest(net_in, 0) / net_expected, 6) end as reported_ratio,
        case
            when not has_basis then null
            when net_expected_known > 0 then round(net_in / net_at_most, 6) >= {{ var('reported_share') }}
            else is_known
        end as is_reported,
        sale_month
    from expected

)

select * from final

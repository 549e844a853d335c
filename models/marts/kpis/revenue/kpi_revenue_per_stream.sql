with

summed as (

    select * from {{ ref('revenue_summed_by_store') }}
    where usage_type in ('subscription', 'ad_supported')

),

reported as (

    select * from {{ ref('sale_months_reported') }}
    where is_reported

),

platforms as (

    select * from {{ ref('platforms') }}

),

rates as (

    select
        summed.platform_id,
        {{ revenue_measures() }},
        {{ ratio('sum(summed.net_revenue_usd)', 'sum(summed.quantity)') }} as net_revenue_per_stream_usd,
        max(summed.reporting_month) as last_reporting_month,
        min(summed.sale_month) as first_sale_month,
        max(summed.sale_month) as last_sale_month
    from summed
    inner join reported on summed.sale_month = reported.sale_month
    group by summed.platform_id

),

-- Platforms without a rate have a row, which says why; where nothing has landed, the unknown platform has it.
streamed as (

    select
        platform_id,
        true as has_lines
    from summed
    group by platform_id

    union all

    select
        cast(0 as integer) as platform_id,
        false as has_lines
    from (select count(*) as line_count from summed) as counted
    where line_count = 0

),

final as (

    select
        streamed.platform_id,
        platforms.platform_name,
        'sale_month' as clock,
        case
            when not streamed.has_lines then 'no statement line of streaming'
            when rates.platform_id is null then 'no sale month is reported yet'
            when rates.net_revenue_per_stream_usd is null then 'no streams on its lines'
        end as why_unknown,
        coalesce(rates.line_count, 0) as line_count,
        rates.quantity,
        rates.gross_revenue_usd,
        rates.promotion_fees_usd,
        rates.refunds_usd,
        rates.penalties_usd,
        rates.adjustments_usd,
        rates.net_revenue_usd,
        rates.songwriter_royalties_withheld_usd,
        rates.net_revenue_per_stream_usd,
        rates.last_reporting_month,
        rates.first_sale_month,
        rates.last_sale_month
    from streamed
    inner join platforms on streamed.platform_id = platforms.platform_id
    left join rates on streamed.platform_id = rates.platform_id

)

select * from final

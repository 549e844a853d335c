with

summed as (

    select * from {{ ref('revenue_summed_by_store') }}

),

reported as (

    select * from {{ ref('sale_months_reported') }}

),

final as (

    select
        ---------- strings
        'sale_month' as clock,

        ---------- numerics
        {{ revenue_measures() }},
        reported.reported_ratio,

        ---------- booleans
        reported.is_reported,

        ---------- dates
        max(summed.reporting_month) as last_reporting_month,
        summed.sale_month
    from summed
    inner join reported on summed.sale_month = reported.sale_month
    group by summed.sale_month, reported.reported_ratio, reported.is_reported

)

select * from final

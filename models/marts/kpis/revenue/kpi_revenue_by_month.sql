with

summed as (

    select * from {{ ref('revenue_summed_by_store') }}

),

reported as (

    select * from {{ ref('sale_months_reported') }}

),

newest as (

    select max(reporting_month) as reporting_month from summed

),

by_sale_month as (

    select
        'sale_month' as clock,
        {{ revenue_measures() }},
        reported.reported_ratio,
        reported.is_reported,
        max(summed.reporting_month) as last_reporting_month,
        summed.sale_month as revenue_month
    from summed
    inner join reported on summed.sale_month = reported.sale_month
    group by summed.sale_month, reported.reported_ratio, reported.is_reported

),

by_reporting_date as (

    select
        'reporting_date' as clock,
        {{ revenue_measures() }},
        cast(null as double) as reported_ratio,
        summed.reporting_month < newest.reporting_month as is_reported,
        summed.reporting_month as last_reporting_month,
        summed.reporting_month as revenue_month
    from summed
    cross join newest
    group by summed.reporting_month, newest.reporting_month

),

final as (

    select * from by_sale_month
    union all
    select * from by_reporting_date

)

select * from final

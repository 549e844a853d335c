with

transactions as (

    select * from {{ ref('revenue_transactions') }}

),

reported as (

    select * from {{ ref('int_sale_months_reported') }}

),

by_sale_month as (

    select
        'sale_month' as clock,
        {{ revenue_measures() }},
        reported.reported_ratio,
        reported.is_reported,
        transactions.sale_month as revenue_month
    from transactions
    inner join reported on transactions.sale_month = reported.sale_month
    group by transactions.sale_month, reported.reported_ratio, reported.is_reported

),

by_reporting_date as (

    select
        'reporting_date' as clock,
        {{ revenue_measures() }},
        cast(null as double) as reported_ratio,
        true as is_reported,
        {{ month_of('transactions.reporting_date') }} as revenue_month
    from transactions
    group by {{ month_of('transactions.reporting_date') }}

),

final as (

    select * from by_sale_month
    union all
    select * from by_reporting_date

)

select * from final

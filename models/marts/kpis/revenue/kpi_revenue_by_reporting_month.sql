with

summed as (

    select * from {{ ref('revenue_summed_by_store') }}

),

newest as (

    select max(reporting_month) as reporting_month from summed

),

final as (

    select
        ---------- strings
        'reporting_date' as clock,

        ---------- numerics
        {{ revenue_measures() }},

        ---------- booleans
        summed.reporting_month < newest.reporting_month as is_reported,

        ---------- dates
        summed.reporting_month
    from summed
    cross join newest
    group by summed.reporting_month, newest.reporting_month

)

select * from final

with

summed as (

    select * from {{ ref('int_revenue_summed_by_store') }}

),

final as (

    select
        summed.distributor,
        {{ revenue_measures() }},
        summed.sale_month
    from summed
    group by summed.distributor, summed.sale_month

)

select * from final

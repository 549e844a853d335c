with

summed as (

    select * from {{ ref('int_revenue_summed_by_store') }}

),

platforms as (

    select * from {{ ref('platforms') }}

),

final as (

    select
        summed.platform_id,
        platforms.platform_name,
        {{ revenue_measures() }},
        summed.sale_month
    from summed
    inner join platforms on summed.platform_id = platforms.platform_id
    group by summed.platform_id, platforms.platform_name, summed.sale_month

)

select * from final

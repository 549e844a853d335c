with

summed as (

    select * from {{ ref('int_revenue_summed_by_store') }}

),

territories as (

    select * from {{ ref('territories') }}

),

final as (

    select
        summed.territory_id,
        territories.country_code,
        territories.country_name,
        territories.region,
        {{ revenue_measures() }},
        summed.sale_month
    from summed
    inner join territories on summed.territory_id = territories.territory_id
    group by
        summed.territory_id,
        territories.country_code,
        territories.country_name,
        territories.region,
        summed.sale_month

)

select * from final

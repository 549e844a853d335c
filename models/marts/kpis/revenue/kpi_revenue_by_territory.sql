with

summed as (

    select * from {{ ref('revenue_summed_by_store') }}

),

territories as (

    select * from {{ ref('territories') }}

),

reported as (

    select * from {{ ref('sale_months_reported') }}

),

final as (

    select
        summed.territory_id,
        territories.country_code,
        territories.country_name,
        territories.region,
        'sale_month' as clock,
        {{ revenue_measures() }},
        reported.reported_ratio,
        reported.is_reported,
        max(summed.reporting_month) as last_reporting_month,
        summed.sale_month
    from summed
    inner join reported on summed.sale_month = reported.sale_month
    inner join territories on summed.territory_id = territories.territory_id
    group by
        summed.territory_id,
        territories.country_code,
        territories.country_name,
        territories.region,
        summed.sale_month,
        reported.reported_ratio,
        reported.is_reported

)

select * from final

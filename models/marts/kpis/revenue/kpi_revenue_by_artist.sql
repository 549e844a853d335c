with

summed as (

    select * from {{ ref('revenue_summed_by_recording') }}

),

artists as (

    select * from {{ ref('artists') }}

),

reported as (

    select * from {{ ref('sale_months_reported') }}

),

final as (

    select
        summed.artist_id,
        artists.artist_name,
        'sale_month' as clock,
        {{ revenue_measures() }},
        reported.reported_ratio,
        reported.is_reported,
        max(summed.reporting_month) as last_reporting_month,
        summed.sale_month
    from summed
    inner join reported on summed.sale_month = reported.sale_month
    inner join artists on summed.artist_id = artists.artist_id
    group by summed.artist_id, artists.artist_name, summed.sale_month, reported.reported_ratio, reported.is_reported

)

select * from final

with

summed as (

    select * from {{ ref('int_revenue_summed_by_recording') }}

),

artists as (

    select * from {{ ref('artists') }}

),

final as (

    select
        summed.artist_id,
        artists.artist_name,
        {{ revenue_measures() }},
        summed.sale_month
    from summed
    inner join artists on summed.artist_id = artists.artist_id
    group by summed.artist_id, artists.artist_name, summed.sale_month

)

select * from final

with

summed as (

    select * from {{ ref('int_revenue_summed_by_recording') }}

),

tracks as (

    select * from {{ ref('tracks') }}

),

final as (

    select
        summed.track_id,
        tracks.song_id,
        tracks.title,
        {{ revenue_measures() }},
        summed.sale_month
    from summed
    inner join tracks on summed.track_id = tracks.track_id
    group by summed.track_id, tracks.song_id, tracks.title, summed.sale_month

)

select * from final

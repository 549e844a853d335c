with

paired as (

    select * from {{ ref('int_streams_paired') }}

),

final as (

    select
        {{ monthly_stream_measures() }},
        paired.stream_month
    from paired
    group by paired.stream_month

)

select * from final

with

paired as (

    select * from {{ ref('int_streams_paired') }}

),

platforms as (

    select * from {{ ref('platforms') }}

),

final as (

    select
        paired.platform_id,
        platforms.platform_name,
        {{ monthly_stream_measures() }},
        paired.stream_month
    from paired
    inner join platforms on paired.platform_id = platforms.platform_id
    group by paired.platform_id, platforms.platform_name, paired.stream_month

)

select * from final

with

seed_platforms as (

    select * from {{ ref('seed_platforms') }}

),

final as (

    select
        platform_id,
        platform_key,
        platform_name,
        platform_type,
        is_active
    from seed_platforms

)

select * from final

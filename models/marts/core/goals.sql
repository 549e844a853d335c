with

seed_goals as (

    select * from {{ ref('seed_goals') }}

),

final as (

    select
        goal_id,
        goal_name,
        metric,
        target_value,
        start_date,
        due_date
    from seed_goals

)

select * from final

-- One row per row of insights and kind of action, with its count, its value, and what the kind counts as
-- (`seed_conversion_types`: the full name wins, then the longest beginning). Of several names of one event
-- (`seed_conversion_names`) the best that the row states counts, for the count and for the value each.

with

insights as (

    select * from {{ ref('int_ad_insights_unioned') }}

),

conversion_types as (

    select * from {{ ref('seed_conversion_types') }}

),

conversion_names as (

    select * from {{ ref('seed_conversion_names') }}

),

action_items as (

    select
        insight_id,
        {{ json_items('actions') }} as item
    from insights
    where actions is not null

),

value_items as (

    select
        insight_id,
        {{ json_items('action_values') }} as item
    from insights
    where action_values is not null

),

items as (

    select
        insight_id,
        {{ json_text('item', "'$.action_type'") }} as action_type,
        {{ json_text('item', "'$.value'") }} as action_count,
        cast(null as string) as action_value
    from action_items

    union all

    select
        insight_id,
        {{ json_text('item', "'$.action_type'") }} as action_type,
        cast(null as string) as action_count,
        {{ json_text('item', "'$.value'") }} as action_value
    from value_items

),

summed as (

    select
        insight_id,
        coalesce(action_type, '(no action_type)') as action_type,
        cast(sum({{ whole_number('action_count') }}) as bigint) as action_count,
        cast(sum({{ money('action_value') }}) as decimal(24, 12)) as action_value,
        cast(
            sum(
                case
                    when action_count is not null and {{ whole_number('action_count') }} is null then 1
                    when action_value is not null and {{ money('action_value') }} is null then 1
                    else 0
                end
            ) as bigint
        ) as unread_count
    from items
    group by insight_id, coalesce(action_type, '(no action_type)')

),

typed as (

    select
        kinds.action_type,
        conversion_types.conversion_type,
        conversion_types.is_conversion
    from (select distinct action_type from summed) as kinds
    inner join conversion_types
        on
            kinds.action_type = conversion_types.action_type
            or (
                right(conversion_types.action_type, 1) = '*'
                and left(kinds.action_type, length(conversion_types.action_type) - 1)
                = left(conversion_types.action_type, length(conversion_types.action_type) - 1)
            )
    qualify
        row_number() over (
            partition by kinds.action_type
            order by
                case when kinds.action_type = conversion_types.action_type then 0 else 1 end,
                length(conversion_types.action_type) desc
        ) = 1

),

resolved as (

    select
        insights.insight_id,
        insights.campaign_id,
        insights.period,
        summed.action_type,
        typed.conversion_type,
        coalesce(conversion_names.event, summed.action_type) as event,
        coalesce(conversion_names.name_place, 1) as name_place,
        summed.action_count,
        summed.action_value,
        summed.unread_count,
        coalesce(typed.is_conversion, false) as is_conversion,
        insights.last_date
    from summed
    inner join insights on summed.insight_id = insights.insight_id
    left join typed on summed.action_type = typed.action_type
    left join conversion_names on summed.action_type = conversion_names.action_type

),

final as (

    select
        insight_id,
        campaign_id,
        period,
        action_type,
        conversion_type,
        event,
        action_count,
        action_value,
        unread_count,
        is_conversion,
        is_conversion and action_count is not null
        and row_number() over (
            partition by insight_id, period, event, is_conversion, action_count is null
            order by name_place, action_type
        ) = 1 as is_count_best,
        is_conversion and action_value is not null
        and row_number() over (
            partition by insight_id, period, event, is_conversion, action_value is null
            order by name_place, action_type
        ) = 1 as is_value_best,
        last_date
    from resolved

)

select * from final

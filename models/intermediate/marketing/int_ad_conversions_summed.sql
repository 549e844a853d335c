-- Actions per campaign, day (or window) and kind, and how many of them are conversions: of each event the ones under its
-- best name. All custom pixel events together (`fb_pixel_custom`) contain the events behind custom conversions, so only
-- those beyond them count. A table, because the sums and the mart both read it.

with

actions as (

    select * from {{ ref('int_ad_actions_unnested') }}

),

summed as (

    select
        campaign_id,
        period,
        last_date,
        action_type,
        conversion_type,
        cast(sum(action_count) as bigint) as action_count,
        cast(sum(action_value) as decimal(24, 12)) as action_value,
        cast(coalesce(sum(case when is_count_best then action_count end), 0) as bigint) as best_count,
        cast(sum(case when is_value_best then action_value end) as decimal(24, 12)) as best_value
    from actions
    group by campaign_id, period, last_date, action_type, conversion_type

),

with_custom as (

    select
        *,
        coalesce(
            sum(case when left(action_type, 26) = 'offsite_conversion.custom.' then best_count end)
                over (partition by campaign_id, period, last_date),
            0
        ) as custom_count,
        coalesce(
            sum(case when left(action_type, 26) = 'offsite_conversion.custom.' then best_value end)
                over (partition by campaign_id, period, last_date),
            0
        ) as custom_value
    from summed

),

final as (

    select
        campaign_id,
        period,
        last_date,
        action_type,
        conversion_type,
        action_count,
        action_value,
        cast(
            case
                when action_type = 'offsite_conversion.fb_pixel_custom' then greatest(best_count - custom_count, 0)
                else best_count
            end as bigint
        ) as conversions,
        cast(
            case
                when action_type = 'offsite_conversion.fb_pixel_custom' and best_value is not null
                    then greatest(best_value - custom_value, 0)
                else best_value
            end as decimal(24, 12)
        ) as conversion_value
    from with_custom

)

select * from final

-- Actions per campaign, day (or window) and kind, and how many of them are conversions. All custom pixel events
-- together (`fb_pixel_custom`) hold the events behind custom conversions, so only those beyond them count.
-- A table, because the sums and the mart both read it.

{{ config(materialized='table') }}

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
        is_conversion,
        cast(sum(action_count) as bigint) as action_count,
        cast(sum(action_value) as decimal(24, 12)) as action_value
    from actions
    group by campaign_id, period, last_date, action_type, conversion_type, is_conversion

),

with_custom as (

    select
        *,
        coalesce(
            sum(case when is_conversion and left(action_type, 26) = 'offsite_conversion.custom.' then action_count end)
                over (partition by campaign_id, period, last_date),
            0
        ) as custom_count,
        coalesce(
            sum(case when is_conversion and left(action_type, 26) = 'offsite_conversion.custom.' then action_value end)
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
                when action_count is null or not is_conversion then 0
                when action_type = 'offsite_conversion.fb_pixel_custom' then greatest(action_count - custom_count, 0)
                else action_count
            end as bigint
        ) as conversions,
        cast(
            case
                when action_value is null or not is_conversion then null
                when action_type = 'offsite_conversion.fb_pixel_custom' then greatest(action_value - custom_value, 0)
                else action_value
            end as decimal(24, 12)
        ) as conversion_value
    from with_custom

)

select * from final

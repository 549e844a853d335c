-- The label's own conversions in one shape, and what becomes of each (`treatment`). Several channels can claim one order:
-- the promo code keeps it before UTM, UTM before the pixel. Only ids tell that two rows are one order, so a pixel
-- purchase whose event id is an order with a promo code is `claimed_by_promo`. UTM lines have no order ids: nothing ties to
-- them, and none of them is left out. A line that only says that its order was refunded in part is a `refund_mark`.

with

promo as (

    select * from {{ ref('int_conversions_promo_completed') }}

),

utm as (

    select * from {{ ref('int_conversions_utm_kept') }}
    where reject_reason is null

),

pixel as (

    select * from {{ ref('int_conversions_pixel_kept') }}
    where reject_reason is null

),

event_types as (

    select * from {{ ref('seed_event_types') }}

),

promo_codes as (

    select * from {{ ref('seed_promo_codes') }}

),

-- A pixel's refund without a value leaves unknown what the purchase of the same id came to.
pixel_judged as (

    select
        pixel.*,
        event_types.event_name is null as is_event_unknown,
        coalesce(event_types.conversion_type, 'other') as conversion_type,
        min(pixel.event_as_stated) over (partition by pixel._account, pixel.event_id) as event_as_shown,
        coalesce(event_types.conversion_type = 'purchase', false) and max(
            case when pixel.is_refund and coalesce(pixel.conversion_value, 0) = 0 then 1 else 0 end
        ) over (partition by pixel._account, pixel.event_id) = 1 as is_refund_unknown
    from pixel
    left join event_types on pixel.event_name = event_types.event_name

),

orders as (

    select distinct
        _account,
        order_id
    from promo
    where not is_void

),

coded as (

    select
        promo.conversion_id,
        max_by(promo_codes.promo_code, coalesce(promo_codes.valid_from, date '0001-01-01')) as seeded_code,
        max_by(promo_codes.campaign_name, coalesce(promo_codes.valid_from, date '0001-01-01')) filter (
            where promo_codes.campaign_name is not null
        ) as campaign_name,
        max_by(promo_codes.show_name, coalesce(promo_codes.valid_from, date '0001-01-01')) filter (
            where promo_codes.show_name is not null
        ) as show_name
    from promo
    inner join promo_codes
        on
            promo.promo_code = upper(trim(promo_codes.promo_code))
            and (promo_codes.valid_from is null or cast(promo.ordered_at as date) >= promo_codes.valid_from)
            and (promo_codes.valid_to is null or cast(promo.ordered_at as date) <= promo_codes.valid_to)
    group by promo.conversion_id

),

final as (

    select
        promo.conversion_id,
        'promo' as data_source,
        promo.order_as_stated as platform_event_id,
        coalesce(promo.order_status, 'order') as action_type,
        'purchase' as conversion_type,
        coded.campaign_name as campaign_as_stated,
        promo.promo_code,
        coded.show_name,
        cast(null as string) as episode_guid,
        promo.currency_code,
        cast(case when promo.is_refund then 0 else 1 end as bigint) as conversions,
        promo.conversion_value,
        promo.stated_value,
        promo.promo_code is not null and coded.seeded_code is null as is_code_unknown,
        false as is_event_unknown,
        promo.is_implied,
        promo.is_refund_unknown,
        case
            when promo.is_void then 'void'
            when promo.is_mark then 'refund_mark'
            else 'conversion'
        end as treatment,
        promo.ordered_at as event_timestamp,
        promo._account as account,
        promo._extracted_at as extracted_at
    from promo
    left join coded on promo.conversion_id = coded.conversion_id

    union all

    select
        conversion_id,
        'utm' as data_source,
        cast(null as string) as platform_event_id,
        coalesce(utm_source, '(none)') || ' / ' || coalesce(utm_medium, '(none)') as action_type,
        case when conversion_value <> 0 then 'purchase' else 'other' end as conversion_type,
        utm_campaign as campaign_as_stated,
        cast(null as string) as promo_code,
        cast(null as string) as show_name,
        cast(null as string) as episode_guid,
        currency_code,
        conversions,
        conversion_value,
        conversion_value as stated_value,
        false as is_code_unknown,
        false as is_event_unknown,
        false as is_implied,
        false as is_refund_unknown,
        case when conversions > 0 or conversion_value <> 0 then 'conversion' else 'visits_alone' end as treatment,
        cast(visit_date as timestamp) as event_timestamp,
        _account as account,
        _extracted_at as extracted_at
    from utm

    union all

    select
        pixel.conversion_id,
        'pixel' as data_source,
        pixel.event_as_shown as platform_event_id,
        pixel.event_name as action_type,
        pixel.conversion_type,
        pixel.campaign_as_stated,
        cast(null as string) as promo_code,
        cast(null as string) as show_name,
        pixel.episode_guid,
        pixel.currency_code,
        cast(case when pixel.is_refund then 0 else 1 end as bigint) as conversions,
        case when not pixel.is_refund_unknown then pixel.conversion_value end as conversion_value,
        pixel.conversion_value as stated_value,
        false as is_code_unknown,
        pixel.is_event_unknown,
        false as is_implied,
        pixel.is_refund_unknown,
        case
            when pixel.conversion_type = 'purchase' and orders.order_id is not null then 'claimed_by_promo'
            else 'conversion'
        end as treatment,
        pixel.event_at as event_timestamp,
        pixel._account as account,
        pixel._extracted_at as extracted_at
    from pixel_judged as pixel
    left join orders on pixel._account = orders._account and pixel.event_id = orders.order_id

)

select * from final

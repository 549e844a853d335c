-- Lines of orders that can be read, and beside them the sale of each order that is there as refunded and in no other way: an
-- export that states every order once, with its present status, has no other line for the sale.

with

lines as (

    select * from {{ ref('int_conversions_promo_kept') }}
    where reject_reason is null

),

judged as (

    select
        *,
        max(case when not is_refund and not is_void then 1 else 0 end) over (partition by _account, order_id) = 1 as has_sale,
        max(case when order_status in ('refunded', 'refund') then 1 else 0 end) over (
            partition by _account, order_id
        ) = 1 as is_refunded,
        sum(case when is_refund then conversion_value end) over (
            partition by _account, order_id, currency_code
        ) as refunded_value
    from lines

),

sales as (

    select *
    from judged
    where is_refund and is_refunded and not has_sale
    qualify
        row_number() over (
            partition by _account, order_id, currency_code
            order by ordered_at asc, conversion_id asc
        ) = 1

),

final as (

    select
        conversion_id,
        order_id,
        promo_code,
        order_status,
        currency_code,
        conversion_value,
        is_refund,
        is_void,
        false as is_implied,
        ordered_at,
        _account,
        _extracted_at
    from lines

    union all

    select
        {{ surrogate_key(['conversion_id', "'sale'"]) }} as conversion_id,
        order_id,
        promo_code,
        'order' as order_status,
        currency_code,
        cast(-refunded_value as decimal(24, 12)) as conversion_value,
        false as is_refund,
        false as is_void,
        true as is_implied,
        ordered_at,
        _account,
        _extracted_at
    from sales

)

select * from final

-- Lines of orders that can be read, and beside them the sale of each order that is there as refunded and in no other way: an
-- export that states every order once, with its present status, has no other line for the sale. Where no line says how much
-- of an order was refunded (`partially_refunded`, or a refund without an amount), the order's values are unknown.

with

lines as (

    select
        *,
        case
            when is_refund then 'refund'
            when is_void then 'void'
            when coalesce(is_partly_refunded, false) then 'partly'
            else 'sale'
        end as role,
        coalesce(order_status in ('refunded', 'refund'), false) as says_refunded
    from {{ ref('int_conversions_promo_kept') }}
    where reject_reason is null

),

judged as (

    select
        *,
        max(case when role = 'sale' then 1 else 0 end) over (partition by _account, order_id) = 1 as has_sale,
        max(case when says_refunded then 1 else 0 end) over (partition by _account, order_id) = 1 as is_refunded,
        max(case when says_refunded then _extracted_at end) over (partition by _account, order_id) as refunded_at,
        max(case when role = 'partly' then _extracted_at end) over (partition by _account, order_id) as partly_at,
        max(case when role = 'partly' then 1 else 0 end) over (partition by _account, order_id) = 1 as has_partly,
        max(case when role = 'sale' then abs(conversion_value) else 0 end) over (partition by _account, order_id) as sale_value,
        max(case when role = 'refund' and conversion_value <> 0 then 1 else 0 end) over (
            partition by _account, order_id
        ) = 1 as has_amount,
        max(case when role = 'refund' and conversion_value <> 0 then 1 else 0 end) over (
            partition by _account, order_id, cast(ordered_at as date)
        ) = 1 as has_amount_of_day,
        row_number() over (
            partition by _account, order_id, role
            order by _extracted_at desc nulls last, ordered_at desc, conversion_id asc
        ) as place,
        sum(case when role = 'refund' then conversion_value end) over (
            partition by _account, order_id, currency_code
        ) as refunded_value,
        min(order_as_stated) over (partition by _account, order_id) as order_as_shown
    from lines

),

-- Of an order without a sale, the line that says that it was partly refunded is the sale, unless a later file has it refunded.
roled as (

    select
        *,
        has_partly and not has_sale and (not is_refunded or partly_at >= refunded_at) as is_partly_the_sale,
        role = 'refund' and conversion_value is null and has_amount_of_day as is_refund_stated_beside
    from judged

),

settled as (

    select
        *,
        (role = 'partly' and (not is_partly_the_sale or place > 1)) or is_refund_stated_beside as is_mark,
        role <> 'void' and max(
            case
                when role = 'refund' and conversion_value is null and not is_refund_stated_beside then 1
                when role = 'refund' and conversion_value = 0 and sale_value <> 0 and not has_amount_of_day then 1
                when role = 'partly' and not has_amount then 1
                when role = 'partly' and is_partly_the_sale and place = 1 and conversion_value is null then 1
                else 0
            end
        ) over (partition by _account, order_id) = 1 as is_refund_unknown
    from roled

),

sales as (

    select *
    from settled
    where role = 'refund' and is_refunded and not has_sale and not is_partly_the_sale
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
        order_as_shown as order_as_stated,
        promo_code,
        order_status,
        currency_code,
        case when is_mark or not is_refund_unknown then conversion_value end as conversion_value,
        conversion_value as stated_value,
        is_refund,
        is_void,
        is_mark,
        is_refund_unknown and not is_mark as is_refund_unknown,
        false as is_implied,
        ordered_at,
        _account,
        _extracted_at
    from settled

    union all

    select
        {{ surrogate_key(['conversion_id', "'sale'"]) }} as conversion_id,
        order_id,
        order_as_shown as order_as_stated,
        promo_code,
        'order' as order_status,
        currency_code,
        case when not is_refund_unknown then cast(-refunded_value as decimal(24, 12)) end as conversion_value,
        cast(null as decimal(24, 12)) as stated_value,
        false as is_refund,
        false as is_void,
        false as is_mark,
        is_refund_unknown,
        true as is_implied,
        ordered_at,
        _account,
        _extracted_at
    from sales

)

select * from final

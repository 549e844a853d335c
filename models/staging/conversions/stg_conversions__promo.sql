with

source as (

    select * from {{ source('conversions', 'promo') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,
        {{ id_key('order_id') }} as order_id,

        ---------- strings
        {{ id_as_stated('order_id') }} as order_as_stated,
        upper({{ blank_to_null('promo_code') }}) as promo_code,
        lower({{ blank_to_null('status') }}) as order_status,
        upper({{ blank_to_null('currency') }}) as currency_code,
        {{ blank_to_null('ordered_at') }} as ordered_at_text,
        {{ blank_to_null('net_amount') }} as net_amount_text,

        ---------- numerics
        {{ money('net_amount') }} as net_amount,

        ---------- timestamps
        {{ iso_moment('ordered_at') }} as ordered_at,

        ---------- lineage
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number

    from source

),

judged as (

    select
        *,
        coalesce(order_status in ('refunded', 'refund'), false) or coalesce(net_amount < 0, false) as is_refund,
        coalesce({{ matches('order_status', "'^part(ial|ially|ly)?[ _-]?refund(ed)?$'") }}, false)
        and not coalesce(net_amount < 0, false) as is_partly_refunded,
        coalesce(order_status in ('cancelled', 'canceled', 'failed', 'voided'), false) as is_void,
        case
            when order_id is null then 'order_id is blank'
            when ordered_at is null then 'ordered_at can''t be read: ' || coalesce(ordered_at_text, '')
            when
                net_amount is null
                and (net_amount_text is not null or not coalesce({{ matches('order_status', "'refund'") }}, false))
                then 'net_amount is no plain amount: ' || coalesce(net_amount_text, '')
        end as reject_reason
    from renamed

),

-- An order can be refunded in parts: each day's refund is a line of its own, in whichever file it is. A refund without an
-- amount takes nothing from one with it, and `partially_refunded` nothing from the sale.
keyed as (

    select
        *,
        case when is_refund then cast(-abs(net_amount) as decimal(24, 12)) else net_amount end as conversion_value,
        case
            when is_refund and net_amount is null
                then {{ surrogate_key(["'promo'", '_account', 'order_id', "'refund of'", 'cast(ordered_at as date)']) }}
            when is_partly_refunded
                then {{ surrogate_key(["'promo'", '_account', 'order_id', "'partly refunded'"]) }}
            when is_refund
                then {{ surrogate_key(["'promo'", '_account', 'order_id', 'is_refund', 'cast(ordered_at as date)']) }}
            else {{ surrogate_key(["'promo'", '_account', 'order_id', 'is_refund']) }}
        end as line_key
    from judged

),

numbered as (

    select
        *,
        case
            when reject_reason is null
                then {{ surrogate_key(['line_key', occurrence_of('line_key, reject_reason')]) }}
            else row_id
        end as conversion_id
    from keyed

)

select * from numbered

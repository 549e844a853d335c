-- Card, account and hand-kept lines in one shape; money out is positive, money in negative.

with

card as (

    select * from {{ ref('int_bank_card_kept') }}

),

checking as (

    select * from {{ ref('int_bank_checking_kept') }}

),

purchases as (

    select * from {{ ref('int_bank_purchases_kept') }}

),

unioned as (

    select
        bank_line_id,
        'card' as source_table,
        _account as account,
        'card ' || _account as payment_method,
        description,
        stated_category,
        'posted' as stated_status,
        reject_reason,
        amount,
        false as is_refund_by_status,
        transaction_date,
        posted_date,
        _extracted_at
    from card

    union all

    select
        bank_line_id,
        'checking' as source_table,
        _account as account,
        'bank ' || _account as payment_method,
        description,
        cast(null as string) as stated_category,
        'posted' as stated_status,
        reject_reason,
        amount,
        false as is_refund_by_status,
        transaction_date,
        cast(null as date) as posted_date,
        _extracted_at
    from checking

    union all

    select
        bank_line_id,
        'purchases' as source_table,
        _account as account,
        'card ' || _account as payment_method,
        description,
        stated_category,
        stated_status,
        reject_reason,
        amount,
        coalesce(amount < 0 and stated_amount > 0, false) as is_refund_by_status,
        transaction_date,
        cast(null as date) as posted_date,
        _extracted_at
    from purchases

)

select * from unioned

-- What each line that counts is: an expense, no expense and why, or rejected. No line is left out.

with

lines as (

    select * from {{ ref('int_bank_lines_converted') }}

),

matched as (

    select * from {{ ref('int_expense_descriptions_matched') }}

),

described as (

    select
        lines.*,
        {{ name_key('lines.description') }} as description_key,
        matched.category as matched_category,
        matched.note as matched_note,
        case
            when lower(lines.stated_category) in ('advertising', 'software', 'equipment', 'distribution', 'promotion')
                then lower(lines.stated_category)
        end as own_category
    from lines
    left join matched on {{ name_key('lines.description') }} = matched.description_key

),

judged as (

    select
        *,
        case
            when matched_category = 'not_expense' then matched_note
            when
                upper(stated_category) = 'PAYMENT/CREDIT' and amount < 0
                and {{ matches('description_key', "'(^|[^A-Z])(AUTO ?PAY|PYMT|PMT|PAYMENT)([^A-Z]|$)'") }}
                then 'Card paid, as the bank''s category says'
            when
                source_table = 'checking' and amount < 0
                and not (
                    matched_category is not null
                    and {{ matches('description_key', "'(^|[^A-Z])(REFUND|REVERSAL|RETURN)([^A-Z]|$)'") }}
                )
                then 'Money into the account: income'
        end as not_expense_reason
    from described

),

final as (

    select
        bank_line_id,
        source_table,
        account,
        payment_method,
        description,
        description_key,
        coalesce(matched_category, own_category, 'other') as category,
        case
            when amount < 0 then 'refunded'
            when stated_status in ('posted', 'completed', 'cleared', 'settled') then 'posted'
            when stated_status = 'pending' then 'pending'
        end as status,
        currency_code,
        case
            when reject_reason is not null then 'rejected'
            when not_expense_reason is not null then 'not_expense'
            else 'expense'
        end as treatment,
        coalesce(reject_reason, not_expense_reason) as treatment_reason,
        amount,
        amount_usd,
        coalesce(matched_category, own_category) is null as is_uncategorised,
        transaction_date,
        posted_date,
        _extracted_at
    from judged

)

select * from final

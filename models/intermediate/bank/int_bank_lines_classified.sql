-- What each line that counts is: an expense, a movement of money that is none and why, or rejected. No line is left out.

with

lines as (

    select * from {{ ref('int_bank_lines_converted') }}

),

matched as (

    select * from {{ ref('int_expense_descriptions_matched') }}

),

descriptions as (

    select * from {{ ref('int_bank_descriptions_read') }}

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
        end as own_category,
        coalesce(descriptions.names_card_issuer and not descriptions.may_name_payee, false) as is_with_issuer_alone,
        coalesce(descriptions.names_own_account and not descriptions.may_name_payee, false) as is_with_own_account_alone,
        coalesce(descriptions.is_payment and not descriptions.may_name_payee, false) as is_payment_to_nobody,
        coalesce(descriptions.is_payment, false) as is_payment,
        coalesce(descriptions.is_transfer, false) as is_transfer,
        lines.is_refund_by_status
        and max(case when lines.reject_reason is null then lines.amount end) over (
            partition by lines.account, lines.transaction_date, {{ name_key('lines.description') }}, abs(lines.amount)
        ) < 0 as is_refund_without_purchase
    from lines
    left join matched on {{ name_key('lines.description') }} = matched.description_key
    left join descriptions on {{ name_key('lines.description') }} = descriptions.description_key

),

judged as (

    select
        *,
        case
            when
                stated_status in ('declined', 'failed', 'cancelled', 'canceled', 'void', 'voided', 'reversed', 'expired')
                or (
                    {{ matches('description_key', "'(^|[^A-Z])DECLINED([^A-Z]|$)'") }}
                    and not {{ matches('description_key', "'(^|[^A-Z])FEE([^A-Z]|$)'") }}
                )
                then 'Declined or undone: nothing was paid'
            when is_refund_without_purchase then 'Refunded, and its purchase is in no file: nothing was spent'
            when matched_category = 'not_expense' then coalesce(matched_note, 'Set aside by seed_expense_categories')
        end as no_payment_reason,
        case
            when (is_with_issuer_alone or is_with_own_account_alone) and is_payment then 'card_payment'
            when source_table <> 'checking' and amount < 0 and is_payment_to_nobody then 'card_payment'
            when (is_with_issuer_alone or is_with_own_account_alone) and is_transfer then 'own_transfer'
            when
                source_table = 'checking' and amount < 0
                and not (
                    matched_category is not null
                    and {{ matches('description_key', "'(^|[^A-Z])(REFUND|REVERSAL|RETURN)([^A-Z]|$)'") }}
                )
                then 'income'
        end as stated_movement
    from described

),

typed as (

    select
        *,
        case
            when reject_reason is not null then null
            when no_payment_reason is not null then 'other'
            else stated_movement
        end as movement_type
    from judged

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
            when movement_type is not null then 'not_expense'
            else 'expense'
        end as treatment,
        movement_type,
        case
            when reject_reason is not null then reject_reason
            when movement_type = 'card_payment' then 'Card paid'
            when movement_type = 'own_transfer' then 'Money moved between own accounts'
            when movement_type = 'income' then 'Money into the account'
            when movement_type = 'other' then no_payment_reason
        end as treatment_reason,
        amount,
        amount_usd,
        coalesce(matched_category, own_category) is null as is_uncategorised,
        transaction_date,
        posted_date,
        _extracted_at
    from typed

)

select * from final

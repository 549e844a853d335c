with

lines as (

    select * from {{ ref('int_bank_lines_classified') }}
    where treatment = 'not_expense'

),

final as (

    select
        ---------- ids
        bank_line_id as movement_id,

        ---------- strings
        account,
        description,
        movement_type,
        treatment_reason as reason,
        payment_method,
        currency_code,

        ---------- numerics
        amount,
        amount_usd,

        ---------- dates
        transaction_date,
        posted_date,

        ---------- lineage
        _extracted_at as extracted_at
    from lines

)

select * from final

with

lines as (

    select * from {{ ref('int_bank_lines_classified') }}
    where treatment = 'expense'

),

final as (

    select
        ---------- ids
        bank_line_id as expense_id,

        ---------- strings
        account,
        description,
        category,
        payment_method,
        status,
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

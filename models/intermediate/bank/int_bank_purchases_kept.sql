-- The purchases that count: each once, with the newest file's values, unless the card's own export has it.

with

purchases as (

    {{ rows_by_key(ref('stg_bank__purchases'), 'bank_line_id') }}

),

card as (

    select * from {{ ref('int_bank_card_kept') }}

),

final as (

    select purchases.*
    from purchases
    left join card on purchases.bank_line_id = card.bank_line_id
    where card.bank_line_id is null

)

select * from final

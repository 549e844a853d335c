-- A hand-kept purchase that counts, on a day and of an amount that the card's own export has under another description,
-- may be the same purchase reworded by hand. Finance looks at it; nothing is merged by likeness.

{{ config(severity='warn') }}

select
    by_hand.bank_line_id,
    by_hand.transaction_date,
    by_hand.amount,
    by_hand.description as description_by_hand,
    card.description as description_on_card
from {{ ref('int_bank_lines_classified') }} as by_hand
inner join {{ ref('int_bank_lines_classified') }} as card
    on
        by_hand.account = card.account
        and by_hand.transaction_date = card.transaction_date
        and by_hand.amount = card.amount
where
    by_hand.source_table = 'purchases'
    and card.source_table = 'card'
    and by_hand.treatment = 'expense'
    and card.treatment = 'expense'
    and by_hand.description_key <> card.description_key

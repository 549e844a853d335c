-- What the kept lines that can be read add up to is what expenses and movements add up to, to the last decimal.

with

kept as (

    select
        amount,
        reject_reason
    from {{ ref('int_bank_card_kept') }}

    union all

    select
        amount,
        reject_reason
    from {{ ref('int_bank_checking_kept') }}

    union all

    select
        amount,
        reject_reason
    from {{ ref('int_bank_purchases_kept') }}

),

kept_totals as (

    select
        count(*) as line_count,
        coalesce(sum(amount), 0) as amount
    from kept
    where reject_reason is null

),

expenses as (

    select
        count(*) as line_count,
        coalesce(sum(amount), 0) as amount
    from {{ ref('business_expenses') }}

),

movements as (

    select
        count(*) as line_count,
        coalesce(sum(amount), 0) as amount
    from {{ ref('bank_movements') }}

)

select
    kept_totals.line_count,
    kept_totals.amount,
    expenses.line_count + movements.line_count as accounted_line_count,
    expenses.amount + movements.amount as accounted_amount
from kept_totals
cross join expenses
cross join movements
where
    kept_totals.line_count <> expenses.line_count + movements.line_count
    or kept_totals.amount <> expenses.amount + movements.amount

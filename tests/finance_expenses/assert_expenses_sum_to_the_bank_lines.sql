-- What the kept lines that can be read add up to is what expenses and lines that are none add up to, to the last
-- decimal.

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

not_expenses as (

    select
        count(*) as line_count,
        coalesce(sum(amount), 0) as amount
    from {{ ref('int_bank_lines_classified') }}
    where treatment = 'not_expense'

)

select
    kept_totals.line_count,
    kept_totals.amount,
    expenses.line_count + not_expenses.line_count as accounted_line_count,
    expenses.amount + not_expenses.amount as accounted_amount
from kept_totals
cross join expenses
cross join not_expenses
where
    kept_totals.line_count <> expenses.line_count + not_expenses.line_count
    or kept_totals.amount <> expenses.amount + not_expenses.amount

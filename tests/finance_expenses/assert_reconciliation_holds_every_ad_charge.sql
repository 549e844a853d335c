-- The reconciliation holds every advertising expense and every dated spend once.

with

reconciled as (

    select
        coalesce(sum(card_charges_usd), 0) as card_charges_usd,
        coalesce(sum(dated_spend_usd), 0) as dated_spend_usd
    from {{ ref('kpi_ad_spend_reconciliation') }}

),

expenses as (

    select coalesce(sum(amount_usd), 0) as amount_usd
    from {{ ref('business_expenses') }}
    where category = 'advertising'

),

spend as (

    select coalesce(sum(spend_usd), 0) as spend_usd
    from {{ ref('ad_performance_daily') }}

)

select
    reconciled.card_charges_usd,
    expenses.amount_usd,
    reconciled.dated_spend_usd,
    spend.spend_usd
from reconciled
cross join expenses
cross join spend
where reconciled.card_charges_usd <> expenses.amount_usd or reconciled.dated_spend_usd <> spend.spend_usd

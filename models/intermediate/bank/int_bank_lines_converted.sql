-- Amounts in USD: as stated where the account is in USD, else by the rate of the day; null without one.

with

lines as (

    select * from {{ ref('int_bank_lines_unioned') }}

),

account_currencies as (

    select * from {{ ref('seed_account_currencies') }}
    where source = 'bank'

),

in_currency as (

    select
        lines.*,
        coalesce(own.currency_code, every.currency_code) as currency_code
    from lines
    left join account_currencies as own on lines.account = own.account
    left join account_currencies as every on every.account = '*'

),

rates as (

    {{ rates_of_days('in_currency', 'currency_code', 'transaction_date') }}

),

final as (

    select
        in_currency.*,
        {{ in_usd('in_currency.amount', 'in_currency.currency_code', 'rates.usd_per_unit') }} as amount_usd
    from in_currency
    left join rates
        on in_currency.currency_code = rates.currency_code and in_currency.transaction_date = rates.rated_day

)

select * from final

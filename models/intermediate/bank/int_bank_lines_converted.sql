-- Amounts in USD: as stated where the account is in USD, else by the newest rate up to the day; null without one.

with

lines as (

    select * from {{ ref('int_bank_lines_unioned') }}

),

account_currencies as (

    select * from {{ ref('seed_account_currencies') }}
    where source = 'bank'

),

exchange_rates as (

    select * from {{ ref('seed_exchange_rates') }}

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

    select
        in_currency.bank_line_id,
        max_by(exchange_rates.usd_per_unit, exchange_rates.rate_date) as usd_per_unit
    from in_currency
    inner join exchange_rates
        on
            in_currency.currency_code = exchange_rates.currency_code
            and in_currency.transaction_date >= exchange_rates.rate_date
    group by in_currency.bank_line_id

),

final as (

    select
        in_currency.*,
        {{ in_usd('in_currency.amount', 'in_currency.currency_code', 'rates.usd_per_unit') }} as amount_usd
    from in_currency
    left join rates on in_currency.bank_line_id = rates.bank_line_id

)

select * from final

-- The currency of each ad account: its own answer, else its row in the seed; files that name no account (`main`)
-- take that of the ad accounts that answered, if they agree; else the seed's row for all. Null where none says.

with

answers as (

    select
        _account as account,
        max(currency_code) as currency_code
    from {{ ref('int_meta_ads_account_kept') }}
    where reject_reason is null
    group by _account

),

account_currencies as (

    select * from {{ ref('seed_account_currencies') }}
    where source = 'meta_ads'

),

accounts as (

    select _account as account from {{ ref('stg_meta_ads__insights_daily') }}
    union
    select _account as account from {{ ref('stg_meta_ads__insights_window') }}
    union
    select _account as account from {{ ref('stg_meta_ads__campaigns') }}
    union
    select _account as account from {{ ref('stg_meta_ads__manager_daily') }}
    union
    select _account as account from {{ ref('stg_meta_ads__manager_window') }}

),

agreed_answer as (

    select max(currency_code) as currency_code
    from answers
    having count(distinct currency_code) = 1

),

final as (

    select
        accounts.account,
        coalesce(
            answers.currency_code,
            own.currency_code,
            case when accounts.account = 'main' then agreed_answer.currency_code end,
            every.currency_code
        ) as currency_code
    from accounts
    left join answers on accounts.account = answers.account
    left join account_currencies as own on accounts.account = own.account
    left join account_currencies as every on every.account = '*'
    left join agreed_answer on agreed_answer.currency_code is not null

)

select * from final

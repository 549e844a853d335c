-- The months that count: each list's from the newest answer that covers it. A list's month that two accounts
-- state counts once: the newest statement.

with

of_accounts as (

    {{ rows_by_coverage(ref('stg_mailchimp__list_growth'), 'growth_month', key=['list_id']) }}

),

final as (

    {{ rows_of_newest_account('of_accounts', ['list_id', 'growth_month']) }}

)

select * from final

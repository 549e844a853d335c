-- The days that count: each channel's from the newest report that covers it. A channel's day that two accounts
-- state counts once: the newest statement.

with

of_accounts as (

    {{ rows_by_coverage(ref('stg_youtube__channel_daily'), 'view_date', key=['channel_id']) }}

),

final as (

    {{ rows_of_newest_account('of_accounts', ['channel_id', 'view_date']) }}

)

select * from final

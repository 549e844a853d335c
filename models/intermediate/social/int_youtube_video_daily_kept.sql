-- The days that count: each video's from the newest report that covers it. A video's day that two accounts state
-- counts once: the newest statement.

with

of_accounts as (

    {{ rows_by_coverage(ref('stg_youtube__video_daily'), 'view_date', key=['video_id']) }}

),

final as (

    {{ rows_of_newest_account('of_accounts', ['video_id', 'view_date']) }}

)

select * from final

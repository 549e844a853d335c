-- The submissions that count: of each, every row of the newest export that states it so that it can be read, whatever its
-- account, since a state changes over time. An export of some months or songs adds to those before it.

with

submissions as (

    select * from {{ ref('stg_submithub__submissions') }}

),

extracts as (

    {{ extracts_in_order(ref('stg_submithub__submissions')) }}

),

final as (

    select submissions.*
    from submissions
    inner join extracts on submissions._account = extracts._account and submissions._extract_id = extracts._extract_id
    qualify
        rank() over (
            partition by submissions.submission_id, submissions.reject_reason is null
            order by extracts.place desc
        ) = 1
        and (
            submissions.reject_reason is null
            or extracts.place = max(extracts.place) over (partition by submissions.submission_id)
        )

)

select * from final

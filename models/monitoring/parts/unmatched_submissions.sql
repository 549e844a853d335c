-- What did not resolve in SubmitHub's files (docs/how-it-works.md, rule 2): titles that are no known song or songs of
-- several artists, actions that are no known state, services of links that are no known platform.

with

submissions as (

    select * from {{ ref('submissions') }}

),

link_clicks as (

    select * from {{ ref('smart_link_clicks') }}

),

listed as (

    select
        'track' as kind,
        coalesce(song_title, '(blank)') as value
    from submissions
    where song_id is null

    union all

    select
        'submission_action' as kind,
        action_as_stated as value
    from submissions
    where status = 'unknown'

    union all

    select
        'store' as kind,
        service_name as value
    from link_clicks
    where platform_id = 0

),

final as (

    select
        kind,
        value,
        'submithub' as source,
        cast(count(*) as bigint) as row_count,
        cast(null as decimal(24, 12)) as amount_usd,
        cast(null as bigint) as streams
    from listed
    group by kind, value

)

select * from final

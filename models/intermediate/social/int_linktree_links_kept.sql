-- The clicks that count: of the windows that end on one day, the largest; of its captures, the newest that states a link so
-- that it can be read. A link that a capture states twice counts once: the later row.

with

links as (

    select * from {{ ref('stg_linktree__links') }}

),

extracts as (

    {{ extracts_in_order(ref('stg_linktree__links')) }}

),

windows as (

    select
        _account,
        _extract_id,
        window_to,
        min(window_from) as window_from
    from links
    group by _account, _extract_id, window_to

),

chosen as (

    select
        windows._account,
        windows._extract_id,
        windows.window_to,
        row_number() over (
            partition by windows._account, windows.window_to, windows.window_from
            order by extracts.place desc
        ) - 1 as later_extracts
    from windows
    inner join extracts
        on windows._account = extracts._account and windows._extract_id = extracts._extract_id
    qualify
        rank() over (
            partition by windows._account, windows.window_to
            order by windows.window_from asc nulls last
        ) = 1

),

final as (

    select landed.*
    from links as landed
    inner join chosen as extracts
        on
            landed._account = extracts._account
            and landed._extract_id = extracts._extract_id
            and landed.window_to is not distinct from extracts.window_to
    qualify {{ newest_that_can_be_read(['window_to', 'link_id']) }}

)

select * from final

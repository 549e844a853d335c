-- The clicks that count: of the windows that end on one day, the largest; of its captures, the newest. A link that a
-- capture states twice counts once: the later row.

with

links as (

    select * from {{ ref('stg_linktree__links') }}

),

extracts as (

    {{ extracts_in_order(ref('stg_linktree__links')) }}

),

windows as (

    select distinct
        _account,
        _extract_id,
        window_from,
        window_to
    from links

),

chosen as (

    select
        windows._account,
        windows._extract_id,
        windows.window_to
    from windows
    inner join extracts
        on windows._account = extracts._account and windows._extract_id = extracts._extract_id
    qualify
        row_number() over (
            partition by windows._account, windows.window_to
            order by windows.window_from asc nulls last, extracts.place desc
        ) = 1

),

final as (

    select links.*
    from links
    inner join chosen
        on
            links._account = chosen._account
            and links._extract_id = chosen._extract_id
            and links.window_to is not distinct from chosen.window_to
    qualify
        links.reject_reason is not null
        or row_number() over (
            partition by links._account, links._extract_id, links.link_id, links.window_to, links.reject_reason is null
            order by links._row_number desc
        ) = 1

)

select * from final

-- The clicks that count: of the windows that end on one day, the largest; of its captures, the newest.

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
        windows._extract_id
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
    inner join chosen on links._account = chosen._account and links._extract_id = chosen._extract_id

)

select * from final

-- The pixel events that count: each event id and name once, also within a file, since a retry sends the same event again; of
-- the newest export that has it the earliest time, which is that of the first try. A refund is an event of its own.

with

events as (

    select * from {{ ref('stg_conversions__pixel') }}

),

extracts as (

    {{ extracts_in_order(ref('stg_conversions__pixel')) }}

),

final as (

    select events.*
    from events
    inner join extracts on events._account = extracts._account and events._extract_id = extracts._extract_id
    qualify
        row_number() over (
            partition by events.conversion_id
            order by extracts.place desc, events.event_at asc nulls last, events._row_number desc
        ) = 1

)

select * from final

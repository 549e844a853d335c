-- Each campaign as it was last seen: one missing from a later dump keeps its last row (docs/how-it-works.md, rule 11).
-- Where one dump states a campaign twice (it changed while the pages were fetched), the row updated last stands.
-- Rejected rows of each account's last dump stay, for the count.

with

campaigns as (

    select * from {{ ref('stg_meta_ads__campaigns') }}

),

extracts as (

    {{ extracts_in_order(ref('stg_meta_ads__campaigns')) }}

),

last_dump as (

    {{ rows_of_last_extract(ref('stg_meta_ads__campaigns')) }}

),

last_seen as (

    select campaigns.*
    from campaigns
    inner join extracts
        on campaigns._account = extracts._account and campaigns._extract_id = extracts._extract_id
    where campaigns.reject_reason is null
    qualify
        row_number() over (
            partition by campaigns.campaign_id
            order by
                campaigns._extracted_at desc,
                campaigns._sequence desc,
                campaigns.updated_at desc nulls last,
                campaigns._row_sha desc
        ) = 1

),

final as (

    select * from last_seen
    union all
    select * from last_dump
    where reject_reason is not null

)

select * from final

-- The ad sets of each campaign as the last dump with any of them states them.
-- Where one dump states an ad set twice (it changed while the pages were fetched), the row updated last stands.
-- Rejected rows of each account's last dump stay, for the count.

with

adsets as (

    select * from {{ ref('stg_meta_ads__adsets') }}

),

extracts as (

    {{ extracts_in_order(ref('stg_meta_ads__adsets')) }}

),

last_dump as (

    {{ rows_of_last_extract(ref('stg_meta_ads__adsets')) }}

),

last_seen as (

    select adsets.*
    from adsets
    inner join extracts
        on adsets._account = extracts._account and adsets._extract_id = extracts._extract_id
    where adsets.reject_reason is null
    qualify
        rank() over (
            partition by adsets.campaign_id
            order by adsets._extracted_at desc, adsets._sequence desc
        ) = 1

),

stated_once as (

    select * from last_seen
    qualify
        row_number() over (
            partition by campaign_id, adset_id
            order by updated_at desc nulls last, _row_sha desc
        ) = 1

),

final as (

    select * from stated_once
    union all
    select * from last_dump
    where reject_reason is not null

)

select * from final

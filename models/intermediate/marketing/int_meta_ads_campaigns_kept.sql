-- Each campaign as it was last seen: one that is missing from a later dump keeps its last row (design §6, rule 11).

with

campaigns as (

    select * from {{ ref('stg_meta_ads__campaigns') }}

),

extracts as (

    {{ extracts_in_order(ref('stg_meta_ads__campaigns')) }}

),

final as (

    select campaigns.*
    from campaigns
    inner join extracts
        on campaigns._account = extracts._account and campaigns._extract_id = extracts._extract_id
    qualify
        row_number() over (
            partition by coalesce(campaigns.campaign_id, campaigns._account)
            order by
                case when campaigns.reject_reason is null then 0 else 1 end,
                campaigns._extracted_at desc,
                campaigns._sequence desc,
                campaigns._row_number desc
        ) = 1

)

select * from final

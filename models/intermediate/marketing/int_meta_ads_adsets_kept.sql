-- The ad sets of each campaign as its last dump with any of them states them.

with

adsets as (

    select * from {{ ref('stg_meta_ads__adsets') }}

),

extracts as (

    {{ extracts_in_order(ref('stg_meta_ads__adsets')) }}

),

final as (

    select adsets.*
    from adsets
    inner join extracts
        on adsets._account = extracts._account and adsets._extract_id = extracts._extract_id
    qualify
        rank() over (
            partition by coalesce(adsets.campaign_id, adsets._account)
            order by adsets._extracted_at desc, adsets._sequence desc
        ) = 1

)

select * from final

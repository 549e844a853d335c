-- Ranges of days that make a campaign's total share no day, and each of them is its newest statement alone.

with

chosen as (

    select * from {{ ref('int_ad_ranges_chosen') }}
    where is_chosen

)

select
    chosen.campaign_id,
    chosen.range_from,
    others.range_from as other_from
from chosen
inner join chosen as others
    on
        chosen.campaign_id = others.campaign_id
        and chosen.range_from < others.range_from
        and chosen.range_to >= others.range_from

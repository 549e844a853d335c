-- The rows of Ads Manager's ranges that make a campaign's total (`int_ad_ranges_chosen`). Totals rows and rejected rows of
-- each account's last export stay, to be counted.

with

insights as (

    select * from {{ ref('stg_meta_ads__manager_window') }}

),

stated as (

    select * from {{ ref('int_ad_ranges_stated') }}
    where source_table = 'manager_window'

),

chosen as (

    select * from {{ ref('int_ad_ranges_chosen') }}
    where source_table = 'manager_window' and is_chosen

),

last_export as (

    {{ rows_of_last_extract(ref('stg_meta_ads__manager_window')) }}

),

held as (

    select
        _extract_id,
        count(inline_link_clicks) > 0 as has_link_clicks
    from insights
    group by _extract_id

),

unioned as (

    select
        insights.*,
        stated.campaign_id,
        stated.range_from,
        stated.range_to
    from insights
    inner join stated on insights.insight_id = stated.insight_id and insights._extract_id = stated._extract_id
    inner join chosen
        on
            stated.campaign_id = chosen.campaign_id
            and stated._account = chosen._account
            and stated._extract_id = chosen._extract_id
            and stated.level = chosen.level
            and stated.range_from = chosen.range_from
            and stated.range_to = chosen.range_to

    union all

    select
        *,
        cast(null as string) as campaign_id,
        cast(null as date) as range_from,
        cast(null as date) as range_to
    from last_export
    where is_totals_row or reject_reason is not null

),

final as (

    select
        unioned.*,
        held.has_link_clicks
    from unioned
    inner join held on unioned._extract_id = held._extract_id

)

select * from final

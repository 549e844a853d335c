-- The rows of each campaign's newest window, its total so far: the latest `date_stop`, then the latest dump; of that
-- one level, the campaign's, else its ad sets', else its ads'; of each of those its own longest window. Dumps replace
-- each other and never add up; a campaign missing from a later dump keeps its last (design §6, rule 11). Files of one
-- dump bear one time. Rejected rows of each account's last dump stay, to be counted.

with

insights as (

    select * from {{ ref('stg_meta_ads__insights_window') }}

),

extracts as (

    {{ extracts_in_order(ref('stg_meta_ads__insights_window')) }}

),

last_dump as (

    {{ rows_of_last_extract(ref('stg_meta_ads__insights_window')) }}

),

held as (

    select
        _extract_id,
        count(actions) > 0 as has_actions,
        count(actions) + count(inline_link_clicks) > 0 as has_link_clicks
    from insights
    group by _extract_id

),

readable as (

    select
        insights.*,
        case insights.level when 'campaign' then 1 when 'adset' then 2 else 3 end as level_rank
    from insights
    inner join extracts
        on insights._account = extracts._account and insights._extract_id = extracts._extract_id
    where insights.reject_reason is null

),

newest as (

    select
        campaign_id,
        _extract_id,
        level
    from readable
    qualify
        row_number() over (
            partition by campaign_id
            order by window_to desc, _extracted_at desc, level_rank asc, _sequence desc
        ) = 1

),

of_newest as (

    select readable.*
    from readable
    inner join newest
        on
            readable.campaign_id = newest.campaign_id
            and readable._extract_id = newest._extract_id
            and readable.level = newest.level
    qualify
        rank() over (
            partition by readable.campaign_id, readable.adset_id, readable.ad_id
            order by readable.window_to desc, readable.window_from asc
        ) = 1

),

unioned as (

    select
        insight_id,
        campaign_id,
        adset_id,
        ad_id,
        campaign_name,
        level,
        currency_code,
        actions,
        action_values,
        spend_amount,
        impressions,
        clicks,
        inline_link_clicks,
        reach,
        window_from,
        window_to,
        reject_reason,
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _row_number
    from of_newest

    union all

    select
        insight_id,
        campaign_id,
        adset_id,
        ad_id,
        campaign_name,
        level,
        currency_code,
        actions,
        action_values,
        spend_amount,
        impressions,
        clicks,
        inline_link_clicks,
        reach,
        window_from,
        window_to,
        reject_reason,
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _row_number
    from last_dump
    where reject_reason is not null

),

final as (

    select
        unioned.*,
        held.has_actions,
        held.has_link_clicks
    from unioned
    inner join held on unioned._extract_id = held._extract_id

)

select * from final

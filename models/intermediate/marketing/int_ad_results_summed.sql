-- What each campaign did on a day (`period` day), or in a window that counts (`period` window; windows share no day).
-- Unique people can't be added: reach is null where several rows make one. A measure that an extract does not hold is
-- null; one that it holds for others, but not for a row, is 0 there, since Meta leaves out what did not happen. Amounts in
-- several currencies have no sum, so their spend is null.
-- A table, because three marts and the list of unmatched read it.

with

insights as (

    select * from {{ ref('int_ad_insights_unioned') }}

),

link_clicks as (

    select
        insight_id,
        sum(action_count) as link_clicks
    from {{ ref('int_ad_actions_unnested') }}
    where action_type = 'link_click'
    group by insight_id

),

conversions as (

    select
        campaign_id,
        period,
        last_date,
        sum(conversions) as conversions,
        {{ join_in_order(
            "'\"' || replace(action_type, '\"', '') || '\":' || cast(action_count as string)", "','", "action_type"
        ) }} as members
    from {{ ref('int_ad_conversions_summed') }}
    group by campaign_id, period, last_date

),

summed as (

    select
        insights.campaign_id,
        insights.period,
        {{ if_one_currency('max(insights.currency_code)', 'insights.currency_code') }} as currency_code,
        cast({{ if_one_currency('sum(insights.spend_amount)', 'insights.currency_code') }} as decimal(24, 12)) as spend_amount,
        cast(sum(insights.impressions) as bigint) as impressions,
        cast(sum(insights.clicks) as bigint) as clicks,
        cast(
            sum(
                coalesce(
                    insights.inline_link_clicks,
                    link_clicks.link_clicks,
                    case when insights.has_link_clicks then 0 end
                )
            ) as bigint
        ) as link_clicks,
        case when count(*) = 1 then max(insights.reach) end as reach,
        max(insights.has_actions) as has_actions,
        max(insights.is_no_longer_listed) as is_no_longer_listed,
        min(insights.first_date) as first_date,
        max(insights.last_date) as last_date,
        max(insights.extracted_at) as extracted_at
    from insights
    left join link_clicks on insights.insight_id = link_clicks.insight_id
    group by insights.campaign_id, insights.period, insights.last_date

),

rates as (

    {{ rates_of_days('summed', 'currency_code', 'last_date') }}

),

final as (

    select
        ---------- ids
        summed.campaign_id,

        ---------- strings
        summed.period,
        summed.currency_code,
        case when summed.has_actions then '{' || coalesce(conversions.members, '') || '}' end as actions_json,

        ---------- numerics
        summed.spend_amount,
        {{ in_usd('summed.spend_amount', 'summed.currency_code', 'rates.usd_per_unit') }} as spend_usd,
        case
            when summed.currency_code = 'USD' then cast(1 as decimal(18, 8))
            else cast(rates.usd_per_unit as decimal(18, 8))
        end as usd_per_unit,
        summed.impressions,
        summed.clicks,
        summed.link_clicks,
        summed.reach,
        case when summed.has_actions then cast(coalesce(conversions.conversions, 0) as bigint) end as conversions,

        ---------- booleans
        summed.is_no_longer_listed,

        ---------- dates
        summed.first_date,
        summed.last_date,

        ---------- lineage
        summed.extracted_at
    from summed
    left join conversions
        on
            summed.campaign_id = conversions.campaign_id
            and summed.period = conversions.period
            and summed.last_date = conversions.last_date
    left join rates on summed.currency_code = rates.currency_code and summed.last_date = rates.rated_day

)

select * from final

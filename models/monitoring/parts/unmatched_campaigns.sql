-- What did not resolve in the ad data: names without a named or known artist, tracks that are no known song, accounts
-- without a currency, currencies without a rate, kinds of action that no one has typed, names in Ads Manager's CSV that
-- several campaigns have or that one file repeats with other figures, days of campaigns that later files no longer list, and
-- days of which a newer breakdown states another sum than the row that counts.

with

campaigns as (

    select * from {{ ref('int_campaigns_merged') }}

),

names as (

    select * from {{ ref('int_campaign_names_parsed') }}

),

totals as (

    select * from {{ ref('int_campaign_totals_combined') }}

),

results as (

    select * from {{ ref('int_ad_results_summed') }}

),

insights as (

    select * from {{ ref('int_ad_insights_unioned') }}

),

actions as (

    select * from {{ ref('int_ad_actions_unnested') }}

),

manager_campaigns as (

    select * from {{ ref('int_meta_ads_manager_campaigns_resolved') }}

),

account_currencies as (

    select * from {{ ref('int_ad_account_currencies_resolved') }}

),

beside_breakdowns as (

    select
        campaign_id,
        performance_date,
        _account,
        currency_code,
        spend_amount,
        newer_breakdown_spend
    from {{ ref('int_meta_ads_insights_daily_kept') }}
    where newer_breakdown_spend is not null

    union all

    select
        campaign_id,
        performance_date,
        _account,
        currency_code,
        spend_amount,
        newer_breakdown_spend
    from {{ ref('int_meta_ads_manager_daily_kept') }}
    where newer_breakdown_spend is not null

),

breakdown_days as (

    select
        days.campaign_id,
        coalesce(days.currency_code, account_currencies.currency_code) as currency_code,
        cast(sum(days.spend_amount) - max(days.newer_breakdown_spend) as decimal(24, 12)) as spend_left_out
    from beside_breakdowns as days
    left join account_currencies on days._account = account_currencies.account
    group by days.campaign_id, days.performance_date, coalesce(days.currency_code, account_currencies.currency_code)

),

repeated_names as (

    select * from {{ ref('int_ads_manager_names_repeated') }}

),

resolved as (

    select
        coalesce(campaigns.campaign_name, '(campaign ' || campaigns.campaign_id || ' without a name)') as campaign_name,
        coalesce(names.artist_id, 0) = 0 or names.is_artist_assumed as is_artist_unmatched,
        names.parsed_track is not null and names.song_id is null as is_track_unmatched,
        totals.spend_usd
    from campaigns
    left join names on campaigns.campaign_name = names.campaign_name
    left join totals on campaigns.campaign_id = totals.campaign_id

),

listed as (

    select
        'campaign_artist' as kind,
        campaign_name as value,
        spend_usd as amount_usd
    from resolved
    where is_artist_unmatched

    union all

    select
        'campaign_track' as kind,
        campaign_name as value,
        spend_usd as amount_usd
    from resolved
    where is_track_unmatched

    union all

    select
        'currency' as kind,
        'account ' || account as value,
        cast(null as decimal(24, 12)) as amount_usd
    from insights
    where currency_code is null

    union all

    select
        'currency' as kind,
        currency_code as value,
        cast(null as decimal(24, 12)) as amount_usd
    from results
    where currency_code is not null and usd_per_unit is null

    union all

    select
        'currency' as kind,
        currency_code as value,
        cast(null as decimal(24, 12)) as amount_usd
    from campaigns
    where budget_amount is not null and budget_usd is null

    union all

    select
        'action_type' as kind,
        action_type as value,
        cast(null as decimal(24, 12)) as amount_usd
    from actions
    where conversion_type is null or unread_count > 0

),

with_ambiguous as (

    select * from listed

    union all

    select
        'ambiguous_campaign' as kind,
        campaign_name as value,
        cast(null as decimal(24, 12)) as amount_usd
    from manager_campaigns
    where is_name_ambiguous

    union all

    select
        'repeated_campaign' as kind,
        campaign_name as value,
        case when currency_code = 'USD' then amount_left_out end as amount_usd
    from repeated_names

    union all

    select
        'unlisted_campaign_days' as kind,
        coalesce(campaigns.campaign_name, '(campaign ' || totals.campaign_id || ' without a name)') as value,
        totals.spend_no_longer_listed_usd as amount_usd
    from totals
    inner join campaigns on totals.campaign_id = campaigns.campaign_id
    where totals.days_no_longer_listed > 0

    union all

    select
        'newer_breakdown' as kind,
        coalesce(campaigns.campaign_name, '(campaign ' || breakdown_days.campaign_id || ' without a name)') as value,
        case when breakdown_days.currency_code = 'USD' then breakdown_days.spend_left_out end as amount_usd
    from breakdown_days
    inner join campaigns on breakdown_days.campaign_id = campaigns.campaign_id
    where breakdown_days.spend_left_out <> 0

),

final as (

    select
        kind,
        value,
        'meta_ads' as source,
        cast(count(*) as bigint) as row_count,
        cast(sum(amount_usd) as decimal(24, 12)) as amount_usd,
        cast(null as bigint) as streams
    from with_ambiguous
    group by kind, value

)

select * from final

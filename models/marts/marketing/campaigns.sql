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

final as (

    select
        ---------- ids
        campaigns.campaign_id,
        {{ platform_id('meta_ads') }} as platform_id,
        coalesce(names.artist_id, 0) as artist_id,
        names.track_id as primary_track_id,
        names.song_id,
        case when {{ matches('campaigns.campaign_id', "'^[0-9]+$'") }} then campaigns.campaign_id end as external_campaign_id,

        ---------- strings
        campaigns.campaign_name,
        names.parsed_artist,
        names.parsed_track,
        names.parsed_targeting,
        coalesce(names.parse_rule, 'no_name') as parse_rule,
        campaigns.status,
        campaigns.budget_type,
        campaigns.currency_code,

        ---------- numerics
        campaigns.budget_amount,
        campaigns.budget_usd,
        coalesce(totals.ranges_left_out, 0) as ranges_left_out,
        coalesce(totals.days_covered, 0) as days_covered,
        coalesce(totals.days_no_longer_listed, 0) as days_no_longer_listed,

        ---------- booleans
        coalesce(names.is_artist_assumed, false) as is_artist_assumed,

        ---------- dates
        campaigns.start_date,
        campaigns.end_date,
        totals.first_date,
        totals.last_date,

        ---------- timestamps
        campaigns.last_seen_at
    from campaigns
    left join names on campaigns.campaign_name = names.campaign_name
    left join totals on campaigns.campaign_id = totals.campaign_id

)

select * from final

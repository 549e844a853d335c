with

campaigns as (

    select * from {{ ref('campaigns') }}

),

totals as (

    select * from {{ ref('int_campaign_totals_combined') }}

),

final as (

    select
        ---------- ids
        campaigns.campaign_id,
        campaigns.artist_id,
        campaigns.primary_track_id,
        campaigns.song_id,

        ---------- strings
        campaigns.campaign_name,
        campaigns.parsed_artist as artist_name,
        campaigns.parsed_track as track,
        campaigns.parsed_targeting as targeting,
        campaigns.status,
        totals.total_basis,
        totals.currency_code,

        ---------- numerics
        totals.spend_amount,
        totals.spend_usd,
        totals.impressions,
        totals.clicks,
        totals.link_clicks,
        totals.conversions,
        totals.spend_undated_usd,
        totals.impressions_undated,
        totals.clicks_undated,
        totals.link_clicks_undated,
        totals.conversions_undated,
        campaigns.ranges_left_out,
        campaigns.days_covered,
        campaigns.days_no_longer_listed,
        1000 * {{ ratio('totals.spend_usd', 'totals.impressions') }} as cpm,
        {{ ratio('totals.spend_usd', 'totals.clicks') }} as cpc,
        {{ ratio('totals.clicks', 'totals.impressions') }} as ctr,
        {{ ratio('totals.spend_usd', 'totals.link_clicks') }} as cpc_link,
        {{ ratio('totals.link_clicks', 'totals.impressions') }} as ctr_link,
        {{ ratio('totals.conversions', 'totals.spend_usd') }} as conversions_per_dollar,

        ---------- booleans
        campaigns.is_artist_assumed,

        ---------- dates
        totals.first_date,
        totals.last_date,

        ---------- lineage
        totals.extracted_at
    from campaigns
    left join totals on campaigns.campaign_id = totals.campaign_id

)

select * from final

with

campaigns as (

    select * from {{ ref('kpi_campaign_performance') }}

),

artists as (

    select * from {{ ref('artists') }}

),

summed as (

    select
        artist_id,
        {{ campaign_measures() }}
    from campaigns
    group by artist_id

),

final as (

    select
        ---------- ids
        summed.artist_id,

        ---------- strings
        artists.artist_name,

        ---------- numerics
        summed.campaign_count,
        summed.spend_usd,
        summed.campaigns_without_rate,
        summed.amount_without_rate,
        summed.currency_without_rate,
        summed.spend_assumed_usd,
        summed.spend_undated_usd,
        summed.impressions,
        summed.clicks,
        summed.link_clicks,
        summed.conversions,
        summed.cpm,
        summed.cpc,
        summed.ctr,
        summed.cpc_link,
        summed.ctr_link,
        summed.conversions_per_dollar
    from summed
    inner join artists on summed.artist_id = artists.artist_id

)

select * from final

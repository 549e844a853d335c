with

campaigns as (

    select
        *,
        coalesce(song_id, {{ title_key('track') }}, 'unknown') as track_key
    from {{ ref('kpi_campaign_performance') }}

),

final as (

    select
        ---------- ids
        {{ surrogate_key(['artist_id', 'track_key']) }} as campaign_track_id,
        artist_id,
        song_id,

        ---------- strings
        max(artist_name) as artist_name,
        min(track) as track,

        ---------- numerics
        {{ campaign_measures() }}
    from campaigns
    group by artist_id, song_id, track_key

)

select * from final

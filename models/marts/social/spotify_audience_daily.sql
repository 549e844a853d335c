with

audience as (

    select * from {{ ref('int_spotify_audience_daily_kept') }}
    where reject_reason is null

),

final as (

    select
        ---------- ids
        artist_id,
        {{ platform_id('spotify') }} as platform_id,

        ---------- strings
        _account as account,

        ---------- numerics
        listeners,
        monthly_listeners,
        monthly_active_listeners,
        super_listeners,
        streams,
        playlist_adds,
        saves,
        followers_total,

        ---------- booleans
        stream_date > {{ add_days('_covers_to', -7) }} as is_provisional,

        ---------- dates
        stream_date,

        ---------- lineage
        _extracted_at as extracted_at
    from audience

)

select * from final

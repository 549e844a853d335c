-- Audience days under their artist: exports of one artist are one account, whatever spelling or id named them.

with

audience as (

    select * from {{ ref('stg_spotify__audience_daily') }}

),

artists as (

    select
        artist_id,
        {{ name_key('artist_name') }} as artist_name,
        {{ blank_to_null('spotify_id') }} as spotify_id
    from {{ ref('seed_artists') }}

),

artist_names as (

    select * from {{ ref('int_artist_names') }}

),

resolved as (

    select
        audience.*,
        coalesce(artists.artist_id, artist_names.artist_id, 0) as artist_id,
        coalesce(artists.artist_name, {{ name_key('artist_names.artist_name') }}, audience._account) as artist_account
    from audience
    left join artists on coalesce(audience.spotify_artist_id, audience._account) = artists.spotify_id
    left join artist_names
        on
            {{ name_key('audience._account') }} = artist_names.name_key
            and coalesce(artist_names.source, 'spotify') = 'spotify'
            and (artist_names.valid_from is null or audience.stream_date >= artist_names.valid_from)
            and (artist_names.valid_to is null or audience.stream_date <= artist_names.valid_to)
    qualify
        row_number() over (
            partition by audience._account, audience._extract_id, audience._row_number
            order by
                artist_names.source asc nulls last,
                artist_names.valid_from desc nulls last,
                artist_names.artist_id asc
        ) = 1

),

final as (

    select
        row_id,
        artist_id,
        reject_reason,
        listeners,
        monthly_listeners,
        monthly_active_listeners,
        super_listeners,
        streams,
        playlist_adds,
        saves,
        followers_total,
        stream_date,
        artist_account as _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number
    from resolved

)

select * from final

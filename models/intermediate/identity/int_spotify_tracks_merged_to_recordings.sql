-- One row per recording of the catalogues. One recording lies on several albums, under a track id each: its first
-- release decides, of the releases billed to an artist of the label (a compilation of others has a code and a day of its own).
-- A track that is in the catalogues of two accounts is as the newest states it.

with

catalogue as (

    select * from {{ ref('int_spotify_catalogue_kept') }}
    where reject_reason is null

),

seed_artists as (

    select * from {{ ref('seed_artists') }}

),

artists as (

    select
        _account,
        spotify_id
    from catalogue
    where kind = 'artist'

),

albums as (

    select
        catalogue._account,
        catalogue.spotify_id,
        catalogue.upc,
        case
            when catalogue.album_type = 'album' then 'album'
            when catalogue.album_type = 'single' and catalogue.total_tracks > 3 then 'ep'
            when catalogue.album_type = 'single' then 'single'
        end as release_type,
        catalogue.total_tracks,
        catalogue.release_date_text,
        catalogue.release_date,
        catalogue._extracted_at,
        catalogue._sequence
    from catalogue
    inner join artists on catalogue._account = artists._account
    where
        catalogue.kind = 'album'
        and catalogue.artists_json like '%"id":"' || artists.spotify_id || '"%'

),

first_releases as (

    select
        tracks.isrc,
        tracks.title,
        tracks.primary_artist_spotify_id,
        tracks.primary_artist_name,
        tracks.duration_ms,
        albums.upc,
        albums.release_type,
        albums.release_date
    from catalogue as tracks
    left join albums on tracks._account = albums._account and tracks.album_spotify_id = albums.spotify_id
    where tracks.kind = 'track' and tracks.isrc is not null
    qualify
        row_number() over (
            partition by tracks.isrc
            order by
                case when albums.spotify_id is null then 1 else 0 end,
                albums.release_date_text asc nulls last,
                albums.total_tracks asc nulls last,
                tracks.album_spotify_id asc nulls last,
                tracks.spotify_id asc,
                tracks._extracted_at desc,
                tracks._sequence desc,
                albums._extracted_at desc,
                albums._sequence desc
        ) = 1

),

final as (

    select
        first_releases.isrc,
        first_releases.upc,
        coalesce(seed_artists.artist_name, first_releases.primary_artist_name) as artist_name,
        first_releases.title,
        first_releases.release_type,
        cast(round(first_releases.duration_ms / 1000.0, 0) as bigint) as duration_seconds,
        first_releases.release_date
    from first_releases
    left join seed_artists on first_releases.primary_artist_spotify_id = seed_artists.spotify_id

)

select * from final

-- Which known artists Spotify credits on a recording: by their id in the seeds, else by name.

with

catalogue as (

    select * from {{ ref('int_spotify_catalogue_kept') }}
    where reject_reason is null and kind = 'track' and isrc is not null

),

seed_artists as (

    select * from {{ ref('seed_artists') }}

),

artist_names as (

    select * from {{ ref('int_artist_names') }}
    where coalesce(source, 'spotify') = 'spotify' and valid_from is null and valid_to is null

),

credits as (

    select
        isrc,
        {{ json_items('artists_json') }} as credit
    from catalogue

),

named as (

    select distinct
        isrc,
        {{ json_text('credit', "'$.id'") }} as spotify_id,
        {{ name_key(json_text('credit', "'$.name'")) }} as name_key
    from credits

),

final as (

    select distinct
        named.isrc,
        coalesce(seed_artists.artist_id, artist_names.artist_id) as artist_id
    from named
    left join seed_artists on named.spotify_id = seed_artists.spotify_id
    left join artist_names on named.name_key = artist_names.name_key
    where coalesce(seed_artists.artist_id, artist_names.artist_id) is not null

)

select * from final

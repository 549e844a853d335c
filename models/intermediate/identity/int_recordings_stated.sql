-- Everything that names a recording, with its artist and title resolved: the catalogue, the seed,
-- statements, a distributor's analytics and Spotify's catalogue. Where they differ, `stated_rank()` says who wins.
-- Of Spotify's, a recording by an artist who is not the label's counts only where something else states it too.
-- Of a catalogue row that is there twice, the later counts; of a recording that two accounts
-- state, the newest file's rows. A table, because six models read it.

with

catalog_splits as (

    select * from {{ ref('int_catalog_splits_kept') }}
    where reject_reason is null
    qualify
        row_number() over (
            partition by isrc, upc, {{ name_key('artist_name') }}, {{ title_key('title') }}
            order by _extracted_at desc, _sequence desc, _row_number desc
        ) = 1
        and rank() over (
            partition by coalesce(isrc, {{ name_key('artist_name') }} || '|' || {{ title_key('title') }})
            order by _extracted_at desc, _sequence desc
        ) = 1

),

seed_tracks as (

    select * from {{ ref('seed_tracks') }}

),

statement_names as (

    select * from {{ ref('int_statement_names_summed') }}

),

apple_tracks as (

    {{ rows_of_last_extract(ref('stg_toolost__apple_tracks')) }}

),

spotify_recordings as (

    select * from {{ ref('int_spotify_tracks_merged_to_recordings') }}

),

artist_names as (

    select * from {{ ref('int_artist_names') }}

),

artists as (

    select * from {{ ref('seed_artists') }}

),

track_aliases as (

    select * from {{ ref('seed_track_aliases') }}

),

stated as (

    select
        'catalogue' as stated_by,
        isrc,
        upc,
        artist_name,
        title,
        release_date,
        release_type,
        cast(null as string) as genre,
        cast(null as bigint) as duration_seconds,
        cast(null as string) as seeded_song_id,
        royalty_percentage,
        cast(null as date) as stated_on,
        cast(1 as bigint) as line_count
    from catalog_splits

    union all

    select
        'seed' as stated_by,
        {{ isrc('seed_tracks.isrc') }} as isrc,
        {{ blank_to_null('seed_tracks.upc') }} as upc,
        artists.artist_name,
        seed_tracks.title,
        seed_tracks.release_date,
        {{ blank_to_null('seed_tracks.release_type') }} as release_type,
        {{ blank_to_null('seed_tracks.genre') }} as genre,
        seed_tracks.duration_seconds,
        {{ blank_to_null('seed_tracks.song_id') }} as seeded_song_id,
        cast(null as decimal(24, 12)) as royalty_percentage,
        cast(null as date) as stated_on,
        cast(1 as bigint) as line_count
    from seed_tracks
    inner join artists on seed_tracks.primary_artist_id = artists.artist_id

    union all

    select
        'statements' as stated_by,
        isrc,
        upc,
        artist_name,
        title,
        cast(null as date) as release_date,
        cast(null as string) as release_type,
        cast(null as string) as genre,
        cast(null as bigint) as duration_seconds,
        cast(null as string) as seeded_song_id,
        cast(null as decimal(24, 12)) as royalty_percentage,
        sale_month as stated_on,
        cast(sum(line_count) as bigint) as line_count
    from statement_names
    where reject_reason is null
    group by isrc, upc, artist_name, title, sale_month

    union all

    select
        'analytics' as stated_by,
        isrc,
        cast(null as string) as upc,
        cast(null as string) as artist_name,
        title,
        cast(null as date) as release_date,
        cast(null as string) as release_type,
        cast(null as string) as genre,
        cast(null as bigint) as duration_seconds,
        cast(null as string) as seeded_song_id,
        cast(null as decimal(24, 12)) as royalty_percentage,
        cast(null as date) as stated_on,
        cast(1 as bigint) as line_count
    from apple_tracks
    where isrc is not null

    union all

    select
        'spotify' as stated_by,
        isrc,
        upc,
        artist_name,
        title,
        release_date,
        release_type,
        cast(null as string) as genre,
        duration_seconds,
        cast(null as string) as seeded_song_id,
        cast(null as decimal(24, 12)) as royalty_percentage,
        release_date as stated_on,
        cast(1 as bigint) as line_count
    from spotify_recordings

),

artist_keys as (

    select
        artist_name,
        {{ name_key('artist_name') }} as name_key
    from (select distinct artist_name from stated) as spellings

),

title_keys as (

    select
        title,
        {{ title_key('title') }} as title_key
    from (select distinct title from stated) as spellings

),

with_artist as (

    select
        stated.*,
        coalesce(artist_names.artist_id, 0) as artist_id,
        coalesce(artist_names.artist_name, artist_keys.name_key) as artist_key,
        title_keys.title_key as stated_title_key
    from stated
    left join artist_keys on stated.artist_name = artist_keys.artist_name
    left join title_keys on stated.title = title_keys.title
    left join artist_names
        on
            artist_keys.name_key = artist_names.name_key
            and (
                artist_names.source is null
                or artist_names.source = case when stated.stated_by = 'spotify' then 'spotify' else 'distrokid' end
            )
            and (artist_names.valid_from is null or stated.stated_on >= artist_names.valid_from)
            and (artist_names.valid_to is null or stated.stated_on <= artist_names.valid_to)

),

final as (

    select
        with_artist.*,
        coalesce({{ title_key('track_aliases.title') }}, with_artist.stated_title_key) as title_key
    from with_artist
    left join track_aliases
        on
            with_artist.artist_id = track_aliases.artist_id
            and with_artist.stated_title_key = {{ title_key('track_aliases.alias_title') }}
            and (track_aliases.valid_from is null or with_artist.stated_on >= track_aliases.valid_from)
            and (track_aliases.valid_to is null or with_artist.stated_on <= track_aliases.valid_to)
    qualify
        with_artist.stated_by <> 'spotify'
        or with_artist.artist_id <> 0
        or max(case when with_artist.stated_by <> 'spotify' then 1 else 0 end) over (partition by with_artist.isrc) = 1

)

select * from final

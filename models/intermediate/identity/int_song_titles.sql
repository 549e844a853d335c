-- Known titles: which song each stands for. Titles of recordings, then those that only a link bears (`ARTIST - TRACK`).

with

recordings as (

    select * from {{ ref('int_recordings') }}

),

link_titles as (

    select * from {{ ref('int_linktree_links_titled') }}

),

track_aliases as (

    select * from {{ ref('seed_track_aliases') }}

),

stated as (

    select distinct
        isrc,
        title_key
    from {{ ref('int_recordings_stated') }}
    where isrc is not null and title_key is not null

),

songs as (

    select
        song_id,
        coalesce(min(nullif(song_artist_id, 0)), 0) as primary_artist_id,
        coalesce(min(case when song_artist_id <> 0 then song_artist_key end), min(song_artist_key)) as artist_name,
        min(title_key) as title,
        case
            when count(*) = 1 then min(track_id)
            when count(isrc) = 1 and count(distinct title_key) = 1 then min(isrc)
        end as track_id,
        cast(count(*) as bigint) as track_count
    from recordings
    group by song_id

),

spellings as (

    select
        title_key,
        song_id
    from recordings
    where title_key is not null

    union

    select
        stated.title_key,
        recordings.song_id
    from stated
    inner join recordings on stated.isrc = recordings.isrc

    union

    select
        {{ title_key('track_aliases.alias_title') }} as title_key,
        recordings.song_id
    from track_aliases
    inner join recordings
        on
            track_aliases.artist_id = recordings.song_artist_id
            and {{ title_key('track_aliases.title') }} = recordings.title_key
    where track_aliases.valid_to is null

),

titles_of_recordings as (

    select
        spellings.title_key,
        songs.title,
        songs.song_id,
        songs.primary_artist_id,
        songs.artist_name,
        songs.track_id,
        songs.track_count
    from spellings
    inner join songs on spellings.song_id = songs.song_id

),

titles_of_links as (

    select distinct
        link_titles.title_key,
        link_titles.title_key as title,
        {{ surrogate_key(['link_titles.artist_name', 'link_titles.title_key']) }} as song_id,
        link_titles.artist_id as primary_artist_id,
        link_titles.artist_name,
        cast(null as string) as track_id,
        cast(0 as bigint) as track_count
    from link_titles
    left join titles_of_recordings
        on
            link_titles.title_key = titles_of_recordings.title_key
            and link_titles.artist_id = titles_of_recordings.primary_artist_id
    where titles_of_recordings.title_key is null

),

final as (

    select * from titles_of_recordings
    union all
    select * from titles_of_links

)

select * from final

-- Which recording a statement's codes and names mean: by ISRC, then UPC and title, then artist and title after aliases. Where
-- several recordings of one song fit, the song is known and the recording is not.

{{ config(materialized='table') }}

with

stated as (

    select * from {{ ref('int_recordings_stated') }}
    where stated_by = 'statements'

),

recordings as (

    select * from {{ ref('int_recordings') }}

),

upcs_stated as (

    select distinct
        upc,
        title_key,
        isrc as track_id
    from {{ ref('int_recordings_stated') }}
    where isrc is not null and upc is not null and title_key is not null

),

by_upc as (

    select
        upc,
        title_key,
        min(track_id) as track_id
    from upcs_stated
    group by upc, title_key
    having count(*) = 1

),

by_title as (

    select
        artist_key,
        title_key,
        min(track_id) as track_id
    from recordings
    where title_key is not null
    group by artist_key, title_key
    having count(*) = 1

),

songs_of_titles as (

    select
        recordings.artist_key,
        recordings.title_key,
        min(recordings.song_id) as song_id
    from recordings
    where recordings.title_key is not null
    group by recordings.artist_key, recordings.title_key
    having count(distinct recordings.song_id) = 1

),

resolved as (

    select
        stated.isrc,
        stated.upc,
        stated.artist_name,
        stated.title,
        stated.stated_on as sale_month,
        stated.artist_id as stated_artist_id,
        stated.artist_key as stated_artist_key,
        songs_of_titles.song_id as song_of_title,
        coalesce(stated.isrc, by_upc.track_id, by_title.track_id) as track_id
    from stated
    left join by_upc on stated.upc = by_upc.upc and stated.title_key = by_upc.title_key
    left join by_title on stated.artist_key = by_title.artist_key and stated.title_key = by_title.title_key
    left join songs_of_titles
        on stated.artist_key = songs_of_titles.artist_key and stated.title_key = songs_of_titles.title_key

),

final as (

    select
        {{ recording_key('resolved') }} as recording_key,
        resolved.sale_month,
        coalesce(resolved.track_id, 'unknown') as track_id,
        coalesce(recordings.song_id, resolved.song_of_title) as song_id,
        coalesce(nullif(recordings.artist_id, 0), resolved.stated_artist_id) as artist_id,
        resolved.stated_artist_key,
        case when recordings.artist_id <> 0 then recordings.artist_key end as recording_artist_key
    from resolved
    left join recordings on resolved.track_id = recordings.track_id

)

select * from final

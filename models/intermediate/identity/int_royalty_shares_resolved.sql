-- Whose share of which recording the catalogue states: by ISRC, else where one recording alone has the row's artist and title.

with

stated as (

    select * from {{ ref('int_recordings_stated') }}
    where stated_by = 'catalogue' and royalty_percentage is not null

),

recordings as (

    select * from {{ ref('int_recordings') }}

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

final as (

    select
        coalesce(stated.isrc, by_title.track_id) as track_id,
        stated.artist_id,
        stated.artist_key,
        max(stated.royalty_percentage) as royalty_percentage,
        cast(count(*) over (partition by coalesce(stated.isrc, by_title.track_id)) as bigint) as contributor_count
    from stated
    left join by_title on stated.artist_key = by_title.artist_key and stated.title_key = by_title.title_key
    where coalesce(stated.isrc, by_title.track_id) is not null
    group by coalesce(stated.isrc, by_title.track_id), stated.artist_id, stated.artist_key

)

select * from final

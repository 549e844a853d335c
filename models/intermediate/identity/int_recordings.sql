-- One row per recording: by ISRC, else (catalogue and seed rows that no recording's artist and title fit) by artist and title.

{{ config(materialized='table') }}

with

stated as (

    select * from {{ ref('int_recordings_stated') }}

),

artists_stated as (

    select
        isrc,
        artist_id,
        artist_key,
        min(stated_rank) as stated_rank,
        sum(line_count) as line_count
    from stated
    where isrc is not null
    group by isrc, artist_id, artist_key

),

artists_of_codes as (

    select *
    from artists_stated
    qualify
        row_number() over (
            partition by isrc
            order by
                case when artist_id = 0 then 1 else 0 end asc,
                stated_rank asc,
                line_count desc nulls last,
                artist_key asc nulls last
        ) = 1

),

titles_stated as (

    select
        isrc,
        title_key,
        min(stated_rank) as stated_rank,
        sum(line_count) as line_count
    from stated
    where isrc is not null
    group by isrc, title_key

),

titles_of_codes as (

    select *
    from titles_stated
    qualify
        row_number() over (
            partition by isrc
            order by
                case when title_key is null then 1 else 0 end asc,
                stated_rank asc,
                line_count desc nulls last,
                title_key asc nulls last
        ) = 1

),

upcs_stated as (

    select
        isrc,
        upc,
        min(stated_rank) as stated_rank,
        sum(line_count) as line_count
    from stated
    where isrc is not null and upc is not null
    group by isrc, upc

),

upcs_of_codes as (

    select *
    from upcs_stated
    qualify row_number() over (partition by isrc order by stated_rank asc, line_count desc nulls last, upc asc) = 1

),

coded as (

    select
        artists_of_codes.isrc,
        artists_of_codes.artist_id,
        artists_of_codes.artist_key,
        titles_of_codes.title_key,
        upcs_of_codes.upc
    from artists_of_codes
    inner join titles_of_codes on artists_of_codes.isrc = titles_of_codes.isrc
    left join upcs_of_codes on artists_of_codes.isrc = upcs_of_codes.isrc

),

only_code_of_title as (

    select
        artist_key,
        title_key,
        min(isrc) as isrc,
        count(*) as recording_count
    from coded
    where title_key is not null
    group by artist_key, title_key

),

without_code as (

    select
        stated.*,
        only_code_of_title.isrc as isrc_of_title,
        coalesce(only_code_of_title.recording_count, 0) as recording_count
    from stated
    left join only_code_of_title
        on stated.artist_key = only_code_of_title.artist_key and stated.title_key = only_code_of_title.title_key
    where stated.isrc is null and stated.stated_rank <= 2

),

kept_facts as (

    select
        coalesce(stated.isrc, '') as isrc,
        stated.artist_key,
        stated.title_key,
        stated.stated_rank,
        case when stated.stated_rank <= 2 then stated.upc end as upc,
        stated.release_date,
        stated.release_type,
        stated.genre,
        stated.duration_seconds,
        stated.seeded_song_id,
        stated.royalty_percentage
    from stated
    where stated.isrc is not null and stated.stated_rank in (1, 2, 5)

    union all

    select
        coalesce(case when recording_count = 1 then isrc_of_title end, '') as isrc,
        artist_key,
        title_key,
        stated_rank,
        upc,
        release_date,
        release_type,
        genre,
        duration_seconds,
        seeded_song_id,
        royalty_percentage
    from without_code
    where recording_count <= 1

),

facts_of_codes as (

    select
        isrc,
        min_by(upc, stated_rank) filter (where upc is not null) as upc,
        min_by(release_date, stated_rank) filter (where release_date is not null) as release_date,
        min_by(release_type, stated_rank) filter (where release_type is not null) as release_type,
        min_by(genre, stated_rank) filter (where genre is not null) as genre,
        min_by(duration_seconds, stated_rank) filter (where duration_seconds is not null) as duration_seconds,
        min_by(seeded_song_id, stated_rank) filter (where seeded_song_id is not null) as seeded_song_id,
        min_by(royalty_percentage, stated_rank) filter (where royalty_percentage is not null) as royalty_percentage
    from kept_facts
    where isrc <> ''
    group by isrc

),

uncoded as (

    select
        artist_key,
        title_key,
        min(upc) as upc,
        min(release_date) as release_date,
        min(release_type) as release_type,
        min(genre) as genre,
        min(duration_seconds) as duration_seconds,
        min(seeded_song_id) as seeded_song_id,
        min(royalty_percentage) as royalty_percentage
    from kept_facts
    where isrc = '' and title_key is not null
    group by artist_key, title_key

),

artists_of_uncoded as (

    select
        artist_key,
        max(artist_id) as artist_id
    from without_code
    group by artist_key

),

unioned as (

    select
        coded.isrc as track_id,
        coded.isrc,
        coalesce(facts_of_codes.upc, coded.upc) as upc,
        coded.artist_id,
        coded.artist_key,
        coded.title_key,
        facts_of_codes.release_date,
        facts_of_codes.release_type,
        facts_of_codes.genre,
        facts_of_codes.duration_seconds,
        facts_of_codes.seeded_song_id,
        facts_of_codes.royalty_percentage
    from coded
    left join facts_of_codes on coded.isrc = facts_of_codes.isrc

    union all

    select
        {{ surrogate_key(['uncoded.artist_key', 'uncoded.title_key']) }} as track_id,
        cast(null as string) as isrc,
        uncoded.upc,
        artists_of_uncoded.artist_id,
        uncoded.artist_key,
        uncoded.title_key,
        uncoded.release_date,
        uncoded.release_type,
        uncoded.genre,
        uncoded.duration_seconds,
        uncoded.seeded_song_id,
        uncoded.royalty_percentage
    from uncoded
    inner join artists_of_uncoded on uncoded.artist_key = artists_of_uncoded.artist_key

),

final as (

    select
        *,
        coalesce(seeded_song_id, {{ surrogate_key(['artist_key', 'title_key']) }}) as song_id
    from unioned

)

select * from final

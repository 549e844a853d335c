-- One row per recording: by ISRC, else (catalogue and seed rows that no recording's artist and title fit) by artist and title.
-- Of several contributors whom the catalogue lists, the primary artist is the one whom most statement lines bill, else the one
-- with the largest share. A recording whose artist nothing states belongs to the only song with its title, and has no
-- artist of its own. Of dates, codes and types stated alike, those beside the recording's ISRC count, of these the earliest.

with

stated as (

    select * from {{ ref('int_recordings_stated') }}

),

link_titles as (

    select * from {{ ref('int_linktree_links_titled') }}

),

track_aliases as (

    select * from {{ ref('seed_track_aliases') }}

),

artists_stated as (

    select
        isrc,
        artist_id,
        artist_key,
        min({{ stated_rank('stated_by') }}) as stated_rank,
        sum(line_count) as line_count,
        max(royalty_percentage) as royalty_percentage
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
                royalty_percentage desc nulls last,
                artist_key asc nulls last
        ) = 1

),

titles_stated as (

    select
        isrc,
        title_key,
        min({{ stated_rank('stated_by') }}) as stated_rank,
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
        min({{ stated_rank('stated_by') }}) as stated_rank,
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
    where stated.isrc is null and stated.stated_by in ('catalogue', 'seed')

),

kept_facts as (

    select
        coalesce(stated.isrc, '') as isrc,
        stated.artist_key,
        stated.title_key,
        {{ stated_rank('stated.stated_by') }} as stated_rank,
        false as is_by_title,
        case when stated.stated_by in ('catalogue', 'seed') then stated.upc end as upc,
        stated.release_date,
        stated.release_type,
        stated.genre,
        stated.duration_seconds,
        stated.seeded_song_id
    from stated
    where stated.isrc is not null and stated.stated_by in ('catalogue', 'seed', 'spotify')

    union all

    select
        coalesce(case when recording_count = 1 then isrc_of_title end, '') as isrc,
        artist_key,
        title_key,
        {{ stated_rank('stated_by') }} as stated_rank,
        true as is_by_title,
        upc,
        release_date,
        release_type,
        genre,
        duration_seconds,
        seeded_song_id
    from without_code
    where recording_count <= 1

),

facts_in_order as (

    select
        *,
        row_number() over (
            partition by isrc
            order by
                stated_rank asc,
                case when is_by_title then 1 else 0 end asc,
                release_date asc nulls last,
                upc asc nulls last,
                release_type asc nulls last,
                genre asc nulls last,
                duration_seconds asc nulls last,
                seeded_song_id asc nulls last
        ) as place
    from kept_facts

),

facts_of_codes as (

    select
        isrc,
        min_by(upc, place) filter (where upc is not null) as upc,
        min_by(release_date, place) filter (where release_date is not null) as release_date,
        min_by(release_type, place) filter (where release_type is not null) as release_type,
        min_by(genre, place) filter (where genre is not null) as genre,
        min_by(duration_seconds, place) filter (where duration_seconds is not null) as duration_seconds,
        min_by(seeded_song_id, place) filter (where seeded_song_id is not null) as seeded_song_id
    from facts_in_order
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
        min(seeded_song_id) as seeded_song_id
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
        facts_of_codes.seeded_song_id
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
        uncoded.seeded_song_id
    from uncoded
    inner join artists_of_uncoded on uncoded.artist_key = artists_of_uncoded.artist_key

),

titles_of_artists as (

    select
        title_key,
        title_key as song_title_key,
        artist_id,
        artist_key
    from unioned
    where artist_key is not null and title_key is not null

    union

    select
        stated_title_key as title_key,
        title_key as song_title_key,
        artist_id,
        artist_key
    from stated
    where artist_key is not null and stated_title_key is not null

    union

    select
        title_key,
        title_key as song_title_key,
        artist_id,
        artist_name as artist_key
    from link_titles

    union

    select
        {{ title_key('track_aliases.alias_title') }} as title_key,
        unioned.title_key as song_title_key,
        unioned.artist_id,
        unioned.artist_key
    from track_aliases
    inner join unioned
        on
            track_aliases.artist_id = unioned.artist_id
            and {{ title_key('track_aliases.title') }} = unioned.title_key
    where track_aliases.valid_to is null

),

titles_of_one_artist as (

    select
        titles.title_key,
        coalesce(max(nullif(titles.song_title_key, titles.title_key)), titles.title_key) as song_title_key,
        max(titles.artist_id) as artist_id,
        max(titles.artist_key) as artist_key
    from titles_of_artists as titles
    group by titles.title_key
    having
        count(distinct titles.artist_key) = 1
        and count(distinct nullif(titles.song_title_key, titles.title_key)) <= 1

),

with_song as (

    select
        unioned.*,
        coalesce(unioned.artist_key, titles_of_one_artist.artist_key) as song_artist_key,
        case when unioned.artist_key is null then titles_of_one_artist.artist_id else unioned.artist_id end as song_artist_id,
        coalesce(titles_of_one_artist.song_title_key, unioned.title_key) as song_title_key
    from unioned
    left join titles_of_one_artist
        on unioned.artist_key is null and unioned.title_key = titles_of_one_artist.title_key

),

seeded_songs as (

    select
        with_song.song_artist_key,
        with_song.song_title_key,
        max(with_song.seeded_song_id) as seeded_song_id
    from with_song
    where with_song.song_artist_key is not null and with_song.song_title_key is not null
    group by with_song.song_artist_key, with_song.song_title_key
    having count(distinct with_song.seeded_song_id) = 1

),

final as (

    select
        with_song.track_id,
        coalesce(
            with_song.seeded_song_id,
            seeded_songs.seeded_song_id,
            {{ surrogate_key(['with_song.song_artist_key', 'with_song.song_title_key']) }}
        ) as song_id,
        with_song.isrc,
        with_song.upc,
        with_song.artist_id,
        with_song.artist_key,
        coalesce(with_song.song_artist_id, 0) as song_artist_id,
        with_song.song_artist_key,
        with_song.title_key,
        with_song.release_date,
        with_song.release_type,
        with_song.genre,
        with_song.duration_seconds
    from with_song
    left join seeded_songs
        on
            with_song.song_artist_key = seeded_songs.song_artist_key
            and with_song.song_title_key = seeded_songs.song_title_key

)

select * from final

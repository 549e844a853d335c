-- What each campaign name says: artist, track, targeting, and the rule (docs/how-it-works.md, "Campaign names").
-- One model, because its unit test runs names of every style through all of the rules; a table, because many read it.

{%- set default_artist = "'" ~ env_var('BEDROT_DEFAULT_ARTIST', var('default_artist', '')) | replace("'", "''") ~ "'" %}

with

campaigns as (

    select * from {{ ref('int_campaigns_merged') }}

),

artist_names as (

    select * from {{ ref('int_artist_names') }}
    where coalesce(source, 'meta_ads') = 'meta_ads'

),

song_titles as (

    select * from {{ ref('int_song_titles') }}

),

overrides as (

    select * from {{ ref('seed_campaign_overrides') }}

),

numbers as (

    select listed.part_number
    from (
        values
        {% for number in range(1, 101) -%}
            ({{ number }}){{ ',' if not loop.last }}
        {% endfor %}
    ) as listed (part_number)

),

names as (

    select
        campaign_name,
        {{ campaign_name_cleaned('campaign_name') }} as cleaned_name,
        min(first_day) as first_day
    from campaigns
    where campaign_name is not null
    group by campaign_name

),

spellings as (

    select
        names.campaign_name,
        artist_names.name_key,
        min(artist_names.artist_id) as artist_id
    from names
    inner join artist_names
        on
            (artist_names.valid_from is null or names.first_day >= artist_names.valid_from)
            and (artist_names.valid_to is null or names.first_day <= artist_names.valid_to)
            and instr(names.cleaned_name, artist_names.name_key) > 0
    group by names.campaign_name, artist_names.name_key
    having count(distinct artist_names.artist_id) = 1

),

titles as (

    select
        title_key,
        cast(
            count(distinct coalesce(cast(nullif(primary_artist_id, 0) as string), artist_name)) as bigint
        ) as artist_count,
        max(primary_artist_id) as artist_id,
        cast(count(distinct song_id) as bigint) as song_count,
        min(song_id) as song_id,
        min(track_id) as track_id
    from song_titles
    group by title_key

),

titles_of_artists as (

    select
        title_key,
        primary_artist_id as artist_id,
        cast(count(distinct song_id) as bigint) as song_count,
        min(song_id) as song_id,
        min(track_id) as track_id
    from song_titles
    group by title_key, primary_artist_id

),

-- names with ` - `

split_names as (

    select
        names.campaign_name,
        numbers.part_number,
        split_part(names.cleaned_name, ' - ', numbers.part_number) as part
    from names
    cross join numbers
    left join overrides on names.campaign_name = overrides.campaign_name
    where
        overrides.campaign_name is null
        and not {{ is_engagement_name('names.cleaned_name') }}
        and instr(names.cleaned_name, ' - ') > 0
        and split_part(names.cleaned_name, ' - ', numbers.part_number) <> ''

),

recognised as (

    select
        split_names.campaign_name,
        split_names.part_number,
        split_names.part,
        {{ is_engagement_name('split_names.part') }} as is_engagement,
        spellings.artist_id,
        titles.title_key,
        min(case when spellings.artist_id is not null then split_names.part_number end)
            over (partition by split_names.campaign_name) as artist_place
    from split_names
    left join spellings
        on split_names.campaign_name = spellings.campaign_name and split_names.part = spellings.name_key
    left join titles on {{ title_key('split_names.part') }} = titles.title_key

),

counted as (

    select
        *,
        min(case when title_key is not null and part_number is distinct from artist_place then part_number end)
            over (partition by campaign_name) as title_place,
        count(case when artist_id is null then 1 end) over (partition by campaign_name) as unnamed_count,
        min(case when artist_id is null and not is_engagement then part_number end)
            over (partition by campaign_name) as first_unnamed_place
    from recognised

),

placed as (

    select
        *,
        coalesce(title_place, case when unnamed_count >= 2 then first_unnamed_place end) as track_place
    from counted

),

read_by_parts as (

    select
        campaign_name,
        case
            when max(artist_place) is not null and max(title_place) is not null then 'parts_artist_track'
            when max(artist_place) is not null and max(track_place) is not null then 'parts_artist_first_part'
            when max(artist_place) is not null then 'parts_artist'
            when max(title_place) is not null then 'parts_track'
            else 'parts_first_part'
        end as rule,
        max(case when part_number = artist_place then artist_id end) as artist_id,
        max(case when part_number = track_place then coalesce(title_key, part) end) as track,
        max(case when part_number = title_place then title_key end) as title_key,
        {{ join_in_order(
            "case when part_number is distinct from artist_place and part_number is distinct from track_place"
            " then case when is_engagement then 'ENGAGEMENT' else part end end",
            "' - '",
            'part_number'
        ) }} as targeting
    from placed
    group by campaign_name

),

-- names without

whole_names as (

    select
        names.campaign_name,
        names.cleaned_name
    from names
    left join overrides on names.campaign_name = overrides.campaign_name
    where
        overrides.campaign_name is null
        and not {{ is_engagement_name("coalesce(names.cleaned_name, '')") }}
        and instr(coalesce(names.cleaned_name, ''), ' - ') = 0

),

leading_artists as (

    select
        whole_names.campaign_name,
        spellings.artist_id,
        case
            when spellings.artist_id is null then whole_names.cleaned_name
            else {{ words_after('whole_names.cleaned_name', 'spellings.name_key') }}
        end as words
    from whole_names
    left join spellings
        on
            whole_names.campaign_name = spellings.campaign_name
            and {{ begins_with_words('whole_names.cleaned_name', 'spellings.name_key') }}
    qualify
        row_number() over (
            partition by whole_names.campaign_name
            order by length(spellings.name_key) desc nulls last
        ) = 1

),

leading_titles as (

    select
        leading_artists.campaign_name,
        leading_artists.artist_id,
        titles.title_key,
        case
            when titles.title_key is null then leading_artists.words
            else {{ words_after(title_key('leading_artists.words'), 'titles.title_key') }}
        end as words
    from leading_artists
    left join titles on {{ begins_with_words(title_key('leading_artists.words'), 'titles.title_key') }}
    qualify
        row_number() over (
            partition by leading_artists.campaign_name
            order by length(titles.title_key) desc nulls last
        ) = 1

),

read_by_words as (

    select
        campaign_name,
        case
            when artist_id is not null and title_key is not null then 'words_artist_track'
            when artist_id is not null then 'words_artist'
            when title_key is not null then 'words_track'
            else 'words_none'
        end as rule,
        artist_id,
        title_key as track,
        title_key,
        words as targeting
    from leading_titles

),

-- names that need no reading

read_as_is as (

    select
        names.campaign_name,
        'override' as rule,
        artist_names.artist_id,
        {{ name_key('overrides.track_title') }} as track,
        {{ title_key('overrides.track_title') }} as title_key,
        {{ blank_to_null('overrides.targeting') }} as targeting
    from names
    inner join overrides on names.campaign_name = overrides.campaign_name
    left join artist_names
        on
            {{ name_key('overrides.artist_name') }} = artist_names.name_key
            and artist_names.source is null and artist_names.valid_from is null and artist_names.valid_to is null

    union all

    select
        names.campaign_name,
        'new_engagement' as rule,
        cast(null as integer) as artist_id,
        cast(null as string) as track,
        cast(null as string) as title_key,
        'ENGAGEMENT' as targeting
    from names
    left join overrides on names.campaign_name = overrides.campaign_name
    where overrides.campaign_name is null and {{ is_engagement_name('names.cleaned_name') }}

),

unioned as (

    select * from read_as_is
    union all
    select * from read_by_parts
    union all
    select * from read_by_words

),

-- who and which song that is

with_artist as (

    select
        unioned.*,
        titles.artist_count,
        titles.song_count as songs_of_title,
        titles.song_id as song_of_title,
        titles.track_id as track_of_title,
        case
            when unioned.artist_id is not null then unioned.artist_id
            when unioned.rule in ('override', 'new_engagement') then null
            when titles.artist_count > 1 then null
            when titles.artist_id > 0 then titles.artist_id
        end as known_artist_id,
        unioned.rule not in ('override', 'new_engagement')
        and unioned.artist_id is null
        and coalesce(titles.artist_count, 0) <= 1
        and coalesce(titles.artist_id, 0) = 0 as is_artist_assumed,
        unioned.rule not in ('override', 'new_engagement')
        and unioned.artist_id is null
        and titles.artist_count > 1 as is_artist_ambiguous
    from unioned
    left join titles on unioned.title_key = titles.title_key

),

artists as (

    select distinct
        artist_id,
        artist_name
    from artist_names

),

default_artist as (

    select
        {{ name_key(default_artist) }} as artist_name,
        (
            select min(artist_names.artist_id)
            from artist_names
            where artist_names.name_key = {{ name_key(default_artist) }}
        ) as artist_id

),

final as (

    select
        ---------- ids
        with_artist.campaign_name,
        cast(
            coalesce(artists.artist_id, case when with_artist.is_artist_assumed then default_artist.artist_id end, 0)
            as integer
        ) as artist_id,
        case
            when titles_of_artists.song_count = 1 then titles_of_artists.song_id
            when titles_of_artists.song_count is null and with_artist.songs_of_title = 1 then with_artist.song_of_title
        end as song_id,
        case
            when titles_of_artists.song_count = 1 then titles_of_artists.track_id
            when titles_of_artists.song_count is null and with_artist.songs_of_title = 1 then with_artist.track_of_title
        end as track_id,

        ---------- strings
        coalesce(artists.artist_name, case when with_artist.is_artist_assumed then default_artist.artist_name end)
            as parsed_artist,
        with_artist.track as parsed_track,
        with_artist.targeting as parsed_targeting,
        with_artist.rule
        || case
            when with_artist.is_artist_ambiguous then '_artist_ambiguous'
            when with_artist.is_artist_assumed and default_artist.artist_name is not null then '_artist_assumed'
            else ''
        end as parse_rule,

        ---------- booleans
        with_artist.is_artist_assumed and default_artist.artist_name is not null as is_artist_assumed
    from with_artist
    cross join default_artist
    left join artists on with_artist.known_artist_id = artists.artist_id
    left join titles_of_artists
        on
            with_artist.title_key = titles_of_artists.title_key
            and with_artist.known_artist_id = titles_of_artists.artist_id

)

select * from final

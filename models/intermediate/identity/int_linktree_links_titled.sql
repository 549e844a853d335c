-- Links named `ARTIST - TRACK`: the artist and the title they speak of; a platform's name is no title.

with

link_titles as (

    select * from {{ ref('stg_linktree__link_titles') }}

),

artist_names as (

    select * from {{ ref('int_artist_names') }}

),

platforms as (

    select * from {{ ref('seed_platforms') }}

),

split_titles as (

    select distinct
        {{ name_key("split_part(title, ' - ', 1)") }} as first_part,
        {{ title_key("split_part(title, ' - ', 2)") }} as title_key
    from link_titles
    where split_part(title, ' - ', 2) <> '' and split_part(title, ' - ', 3) = ''

),

final as (

    select distinct
        artist_names.artist_id,
        artist_names.artist_name,
        split_titles.title_key
    from split_titles
    inner join artist_names
        on
            split_titles.first_part = artist_names.name_key
            and artist_names.source is null
            and artist_names.valid_to is null
    left join platforms on split_titles.title_key = {{ name_key('platforms.platform_name') }}
    where split_titles.title_key is not null and platforms.platform_id is null

)

select * from final

-- Every spelling an artist is known by: its own name, then the seeded aliases.

with

artists as (

    select * from {{ ref('seed_artists') }}

),

aliases as (

    select * from {{ ref('seed_artist_aliases') }}

),

own_names as (

    select
        {{ name_key('artists.artist_name') }} as name_key,
        artists.artist_id,
        artists.artist_name,
        cast(null as string) as source,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to
    from artists
    where artists.artist_id <> 0

),

other_names as (

    select
        {{ name_key('aliases.alias') }} as name_key,
        artists.artist_id,
        artists.artist_name,
        {{ blank_to_null('aliases.source') }} as source,
        aliases.valid_from,
        aliases.valid_to
    from aliases
    inner join artists on aliases.artist_id = artists.artist_id
    left join own_names on {{ name_key('aliases.alias') }} = own_names.name_key
    where own_names.name_key is null

),

final as (

    select * from own_names
    union all
    select * from other_names

)

select * from final

-- Who is on each recording: its primary artist, then the catalogue's other contributors, members of a billed
-- collaboration, `(feat.)` names and Spotify's credits that are artists. A share in the catalogue is its contributor's;
-- the only one that a recording has is its primary artist's, however the catalogue spells the name.

with

recordings as (

    select * from {{ ref('int_recordings') }}

),

shares as (

    select * from {{ ref('int_royalty_shares_resolved') }}

),

members as (

    select * from {{ ref('seed_artist_members') }}

),

artist_names as (

    select * from {{ ref('int_artist_names') }}
    where source is null

),

spotify_credits as (

    select * from {{ ref('int_spotify_credits_unnested') }}

),

stated as (

    select distinct
        isrc,
        {{ name_key(guests_of('title')) }} as guests
    from {{ ref('int_recordings_stated') }}
    where isrc is not null

),

guest_names as (

    select
        isrc,
        guests as guest
    from stated
    where guests is not null

    union

    select
        stated.isrc,
        nullif(trim(split_part(replace(replace(stated.guests, ' & ', ','), ' AND ', ','), ',', numbers.n)), '') as guest
    from stated
    cross join (values (1), (2), (3), (4), (5)) as numbers (n)
    where stated.guests is not null

),

credits as (

    select
        recordings.track_id,
        recordings.artist_id,
        'primary' as role_type,
        shares.royalty_percentage
    from recordings
    left join shares
        on
            recordings.track_id = shares.track_id
            and (shares.contributor_count = 1 or recordings.artist_key = shares.artist_key)

    union all

    select
        shares.track_id,
        shares.artist_id,
        'featured' as role_type,
        cast(sum(shares.royalty_percentage) as decimal(24, 12)) as royalty_percentage
    from shares
    inner join recordings on shares.track_id = recordings.track_id
    where shares.contributor_count > 1 and shares.artist_key is distinct from recordings.artist_key
    group by shares.track_id, shares.artist_id

    union all

    select
        'unknown' as track_id,
        0 as artist_id,
        'primary' as role_type,
        cast(null as decimal(24, 12)) as royalty_percentage

    union all

    select
        recordings.track_id,
        members.member_artist_id as artist_id,
        'featured' as role_type,
        cast(null as decimal(24, 12)) as royalty_percentage
    from recordings
    inner join members on recordings.artist_id = members.artist_id

    union all

    select distinct
        recordings.track_id,
        artist_names.artist_id,
        'featured' as role_type,
        cast(null as decimal(24, 12)) as royalty_percentage
    from guest_names
    inner join recordings on guest_names.isrc = recordings.isrc
    inner join artist_names on guest_names.guest = artist_names.name_key
    where artist_names.artist_id <> recordings.artist_id

    union all

    select
        recordings.track_id,
        spotify_credits.artist_id,
        'featured' as role_type,
        cast(null as decimal(24, 12)) as royalty_percentage
    from spotify_credits
    inner join recordings on spotify_credits.isrc = recordings.isrc
    where spotify_credits.artist_id <> recordings.artist_id

)

select
    track_id,
    artist_id,
    role_type,
    max(royalty_percentage) as royalty_percentage
from credits
group by track_id, artist_id, role_type

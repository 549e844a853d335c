with

seed_artists as (

    select * from {{ ref('seed_artists') }}

),

final as (

    select
        artist_id,
        {{ name_key('artist_name') }} as artist_name,
        {{ blank_to_null('spotify_id') }} as spotify_id,
        status
    from seed_artists

)

select * from final

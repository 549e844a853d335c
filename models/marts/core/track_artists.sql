with

track_credits as (

    select * from {{ ref('int_track_credits_unioned') }}

),

final as (

    select
        {{ surrogate_key(['track_id', 'artist_id', 'role_type']) }} as track_artist_id,
        track_id,
        artist_id,
        role_type,
        royalty_percentage
    from track_credits

)

select * from final

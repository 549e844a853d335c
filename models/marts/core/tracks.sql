with

recordings as (

    select * from {{ ref('int_recordings') }}

),

unknown_member as (

    select
        'unknown' as track_id,
        'unknown' as song_id,
        cast(null as string) as isrc,
        cast(null as string) as upc,
        'UNKNOWN' as title,
        cast(null as string) as release_type,
        cast(null as string) as genre,
        cast(null as bigint) as duration_seconds,
        cast(null as date) as release_date

),

final as (

    select
        track_id,
        song_id,
        isrc,
        upc,
        coalesce(title_key, 'UNTITLED') as title,
        release_type,
        genre,
        duration_seconds,
        release_date
    from recordings

    union all

    select * from unknown_member

)

select * from final

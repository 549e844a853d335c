with

artist_names as (

    select * from {{ ref('int_artist_names') }}

),

final as (

    select
        {{ surrogate_key(['name_key', 'source', 'valid_from']) }} as alias_id,
        artist_id,
        name_key as alias,
        source,
        valid_from,
        valid_to
    from artist_names

)

select * from final

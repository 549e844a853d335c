-- Codes and dates of the catalogue that can't be read, each with its row: what a spreadsheet damaged.

with

splits as (

    select * from {{ ref('int_catalog_splits_kept') }}
    where reject_reason is null

),

damaged as (

    select
        'isrc' as kind,
        isrc_as_stated as stated,
        title,
        _row_number
    from splits
    where isrc is null and isrc_as_stated is not null

    union all

    select
        'upc' as kind,
        upc_as_stated as stated,
        title,
        _row_number
    from splits
    where upc is null and upc_as_stated is not null

    union all

    select
        'release date' as kind,
        release_date_text as stated,
        title,
        _row_number
    from splits
    where release_date is null and release_date_text is not null

    union all

    select
        'release type' as kind,
        release_type as stated,
        title,
        _row_number
    from splits
    where release_type not in ('single', 'ep', 'album')

),

final as (

    select
        kind,
        stated || ' (row ' || cast(_row_number as string) || ', ' || title || ')' as value,
        'catalog' as source,
        cast(1 as bigint) as row_count,
        cast(null as decimal(24, 12)) as amount_usd,
        cast(null as bigint) as streams
    from damaged

)

select * from final

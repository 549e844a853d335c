with

streams as (

    select * from {{ ref('int_streams_unioned') }}

),

summed as (

    select
        data_source,
        platform_id,
        stream_date,
        cast(sum(stream_count) as bigint) as stream_count,
        max(is_provisional) as is_provisional,
        max(extracted_at) as extracted_at
    from streams
    group by data_source, platform_id, stream_date

),

final as (

    select
        ---------- ids
        {{ surrogate_key(['data_source', 'platform_id', 'stream_date']) }} as stream_id,
        platform_id,
        1 as territory_id,
        cast(null as string) as track_id,

        ---------- strings
        data_source,

        ---------- numerics
        stream_count,
        cast(null as decimal(24, 12)) as revenue_usd,

        ---------- booleans
        is_provisional,
        {{ days_between('stream_date', as_of_date()) }} > {{ var('settled_after_days') }} as is_settled,

        ---------- dates
        stream_date,

        ---------- lineage
        extracted_at
    from summed

)

select * from final

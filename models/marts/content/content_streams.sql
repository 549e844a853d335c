{{ config(tags=['dated'], **by_month('stream_month', 'int_stream_months_fingerprinted')) }}

with

streams as (

    select
        *,
        {{ month_of('stream_date') }} as stream_month
    from {{ ref('int_streams_unioned') }}

),

summed as (

    select
        data_source,
        platform_id,
        stream_date,
        stream_month,
        cast(sum(stream_count) as bigint) as stream_count,
        max(is_provisional) as is_provisional,
        max(extracted_at) as extracted_at
    from streams
    where {{ is_to_build('stream_month', 'int_stream_months_fingerprinted') }}
    group by data_source, platform_id, stream_date, stream_month

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
        {{ is_settled('stream_date') }} as is_settled,

        ---------- dates
        stream_date,
        stream_month,

        ---------- lineage
        extracted_at
    from summed

)

select * from final

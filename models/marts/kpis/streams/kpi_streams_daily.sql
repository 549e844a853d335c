with

streams as (

    select * from {{ ref('content_streams') }}

),

platforms as (

    select * from {{ ref('platforms') }}

),

final as (

    select
        streams.platform_id,
        platforms.platform_name,
        streams.data_source,
        cast(sum(streams.stream_count) as bigint) as stream_count,
        max(streams.is_provisional) as is_provisional,
        min(streams.is_settled) as is_settled,
        streams.stream_date
    from streams
    inner join platforms on streams.platform_id = platforms.platform_id
    group by streams.platform_id, platforms.platform_name, streams.data_source, streams.stream_date

)

select * from final

-- The mart has each day and series that its input states, no other, and the sum of what the accounts state: also in months
-- that an earlier build made.

with

stated as (

    select
        data_source,
        platform_id,
        stream_date,
        sum(stream_count) as stream_count,
        max(extracted_at) as extracted_at
    from {{ ref('int_streams_unioned') }}
    group by data_source, platform_id, stream_date

),

mart as (

    select * from {{ ref('content_streams') }}

)

select
    stated.data_source as stated_source,
    mart.data_source as mart_source,
    stated.stream_date as stated_date,
    mart.stream_date as mart_date,
    stated.stream_count as stated_streams,
    mart.stream_count as mart_streams
from stated
full outer join mart
    on
        stated.data_source = mart.data_source
        and stated.platform_id = mart.platform_id
        and stated.stream_date = mart.stream_date
where
    stated.stream_count is distinct from mart.stream_count
    or stated.extracted_at is distinct from mart.extracted_at

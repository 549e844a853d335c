-- The legacy file tall: one row per day, source and platform that it states, with what became of it.
-- A later legacy file wins over an earlier one, and a direct extract wins on every day inside its coverage. The file's makers
-- wrote 0 where they had no figure, so a 0 there is no day.

with

landed as (

    select * from {{ ref('stg_legacy__daily_streams') }}

),

kept as (

    {{ rows_by_coverage(ref('stg_legacy__daily_streams'), 'stream_date', key=['data_source']) }}

),

covered as (

    select distinct
        'distrokid' as data_source,
        'spotify_streams' as series,
        _covers_from,
        _covers_to
    from {{ ref('stg_distrokid__streams_daily') }}

    union

    select distinct
        'distrokid' as data_source,
        'apple_streams' as series,
        _covers_from,
        _covers_to
    from {{ ref('stg_distrokid__apple_daily') }}

    union

    select distinct
        'toolost' as data_source,
        'spotify_streams' as series,
        _covers_from,
        _covers_to
    from {{ ref('stg_toolost__spotify_daily') }}

    union

    select distinct
        'toolost' as data_source,
        'apple_streams' as series,
        _covers_from,
        _covers_to
    from {{ ref('stg_toolost__apple_daily') }}

),

tall as (

    {{ unpivot_columns(
        'landed',
        ['row_id', 'data_source', 'stream_date', 'stream_date_text', '_account', '_extract_id', '_extracted_at', '_row_number'],
        ['spotify_streams', 'apple_streams'],
        'series',
        'stream_count_text'
    ) }}

),

covered_days as (

    select distinct
        tall.data_source,
        tall.series,
        tall.stream_date
    from tall
    inner join covered
        on
            tall.data_source = covered.data_source
            and tall.series = covered.series
            and tall.stream_date between covered._covers_from and covered._covers_to

),

judged as (

    select
        tall.row_id,
        tall.data_source,
        tall.series,
        tall.stream_date,
        {{ count_of('tall.stream_count_text') }} as stream_count,
        tall._account,
        tall._extract_id,
        tall._extracted_at,
        tall._row_number,
        kept.row_id is null as is_superseded,
        covered_days.stream_date is not null as is_covered_directly,
        case
            when tall.stream_date is null then 'date can''t be read: ' || coalesce(tall.stream_date_text, '')
            when tall.data_source is null then 'source is blank'
            when tall.data_source not in ('distrokid', 'toolost')
                then 'source is neither distrokid nor toolost: ' || tall.data_source
            when {{ count_of('tall.stream_count_text') }} is null
                then tall.series || ' is no whole number: ' || tall.stream_count_text
        end as reject_reason
    from tall
    left join covered_days
        on
            tall.data_source = covered_days.data_source
            and tall.series = covered_days.series
            and tall.stream_date = covered_days.stream_date
    left join kept on tall.row_id = kept.row_id and tall._extract_id = kept._extract_id

),

final as (

    select
        *,
        reject_reason is null and stream_count = 0 as is_filled_in
    from judged

)

select * from final

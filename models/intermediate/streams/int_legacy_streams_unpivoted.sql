-- The legacy file tall: one row per day, source and platform that it states, with what became of it.
-- A later legacy file wins over an earlier one in each cell that can be read there, and a direct extract wins on every
-- day inside its coverage. The file's makers wrote 0 where they had no figure, so a 0 there is no day.

with

landed as (

    select * from {{ ref('stg_legacy__daily_streams') }}

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
        [
            'row_id', 'data_source', 'stream_date', 'stream_date_text', '_account', '_extract_id', '_extracted_at', '_sequence',
            '_covers_from', '_covers_to', '_row_number'
        ],
        ['spotify_streams', 'apple_streams'],
        'series',
        'stream_count_text'
    ) }}

),

cells as (

    select
        *,
        {{ count_of('stream_count_text') }} as stream_count,
        case
            when stream_date is null then 'date can''t be read: ' || coalesce(stream_date_text, '')
            when data_source is null then 'source is blank'
            when data_source not in ('distrokid', 'toolost') then 'source is neither distrokid nor toolost: ' || data_source
            when {{ count_of('stream_count_text') }} is null then series || ' is no whole number: ' || stream_count_text
        end as reject_reason
    from tall

),

kept as (

    {{ rows_by_coverage('cells', 'stream_date', key=['data_source', 'series']) }}

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
        cells.row_id,
        cells.data_source,
        cells.series,
        cells.stream_date,
        cells.stream_count,
        cells._account,
        cells._extract_id,
        cells._extracted_at,
        cells._row_number,
        kept.row_id is null as is_superseded,
        covered_days.stream_date is not null as is_covered_directly,
        cells.reject_reason
    from cells
    left join covered_days
        on
            cells.data_source = covered_days.data_source
            and cells.series = covered_days.series
            and cells.stream_date = covered_days.stream_date
    left join kept
        on cells.row_id = kept.row_id and cells._extract_id = kept._extract_id and cells.series = kept.series

),

final as (

    select
        *,
        reject_reason is null and stream_count = 0 as is_filled_in
    from judged

)

select * from final

-- What did not resolve about recordings, in the shape of monitoring's unmatched: recordings of a distributor's analytics whose
-- artist nothing states, statement lines under another artist than their recording's, and contributors whom no seed knows.

with

recordings as (

    select * from {{ ref('int_recordings') }}

),

apple_tracks as (

    {{ rows_of_last_extract(ref('stg_toolost__apple_tracks')) }}

),

statement_names as (

    select * from {{ ref('int_statement_names_summed') }}
    where reject_reason is null

),

titles as (

    select * from {{ ref('int_statement_titles_resolved') }}

),

shares as (

    select * from {{ ref('int_royalty_shares_resolved') }}

),

listed as (

    select
        'recording' as kind,
        apple_tracks.isrc || coalesce(' ' || recordings.title_key, '') as value,
        'toolost' as source,
        cast(1 as bigint) as row_count,
        cast(null as decimal(24, 12)) as amount_usd,
        apple_tracks.stream_count as streams
    from apple_tracks
    inner join recordings on apple_tracks.isrc = recordings.isrc
    where apple_tracks.reject_reason is null and recordings.artist_id = 0

    union all

    select
        'other_artist' as kind,
        titles.stated_artist_key || ' on ' || titles.track_id || ' of ' || titles.recording_artist_key as value,
        'distrokid' as source,
        statement_names.line_count as row_count,
        statement_names.earnings_usd as amount_usd,
        statement_names.quantity as streams
    from statement_names
    inner join titles
        on
            {{ recording_key('statement_names') }} = titles.recording_key
            and statement_names.sale_month = titles.sale_month
    where titles.stated_artist_key <> titles.recording_artist_key

    union all

    select
        'artist' as kind,
        artist_key as value,
        'catalog' as source,
        cast(1 as bigint) as row_count,
        cast(null as decimal(24, 12)) as amount_usd,
        cast(null as bigint) as streams
    from shares
    where artist_id = 0

),

final as (

    select
        kind,
        value,
        source,
        cast(sum(row_count) as bigint) as row_count,
        cast(sum(amount_usd) as decimal(24, 12)) as amount_usd,
        cast(sum(streams) as bigint) as streams
    from listed
    group by kind, value, source

)

select * from final

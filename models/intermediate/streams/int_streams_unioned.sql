-- Daily streams of every distributor and platform, one row per account, day and series.

with

distrokid_spotify as (

    select * from {{ ref('int_distrokid_streams_daily_kept') }}
    where reject_reason is null

),

distrokid_apple as (

    select * from {{ ref('int_distrokid_apple_daily_kept') }}
    where reject_reason is null

),

toolost_spotify as (

    select * from {{ ref('int_toolost_spotify_daily_kept') }}
    where reject_reason is null

),

toolost_apple as (

    select * from {{ ref('int_toolost_apple_daily_kept') }}
    where reject_reason is null

),

legacy as (

    select * from {{ ref('int_legacy_streams_unpivoted') }}
    where not is_superseded and not is_covered_directly and not is_filled_in and reject_reason is null

),

platforms as (

    select * from {{ ref('seed_platforms') }}

),

unioned as (

    select
        'distrokid.streams_daily' as source_table,
        'distrokid' as data_source,
        'spotify' as platform_key,
        stream_date,
        stream_count,
        false as is_provisional,
        _account as account,
        _extracted_at as extracted_at
    from distrokid_spotify

    union all

    select
        'distrokid.apple_daily' as source_table,
        'distrokid' as data_source,
        'apple_music' as platform_key,
        stream_date,
        stream_count,
        stream_date > {{ add_days('_covers_to', -2) }} as is_provisional,
        _account as account,
        _extracted_at as extracted_at
    from distrokid_apple

    union all

    select
        'toolost.spotify_daily' as source_table,
        'toolost' as data_source,
        'spotify' as platform_key,
        stream_date,
        stream_count,
        false as is_provisional,
        _account as account,
        _extracted_at as extracted_at
    from toolost_spotify

    union all

    select
        'toolost.apple_daily' as source_table,
        'toolost' as data_source,
        'apple_music' as platform_key,
        stream_date,
        stream_count,
        false as is_provisional,
        _account as account,
        _extracted_at as extracted_at
    from toolost_apple

    union all

    select
        'legacy.daily_streams' as source_table,
        data_source,
        case when series = 'spotify_streams' then 'spotify' else 'apple_music' end as platform_key,
        stream_date,
        stream_count,
        false as is_provisional,
        _account as account,
        _extracted_at as extracted_at
    from legacy

),

final as (

    select
        unioned.source_table,
        unioned.data_source,
        platforms.platform_id,
        unioned.stream_date,
        unioned.stream_count,
        unioned.is_provisional,
        unioned.account,
        unioned.extracted_at
    from unioned
    inner join platforms on unioned.platform_key = platforms.platform_key

)

select * from final

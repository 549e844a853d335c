-- Figures that a distributor states twice, side by side: they should agree, and a difference is worth a look.

with

daily as (

    select * from {{ ref('stg_distrokid__streams_daily') }}

),

series as (

    select * from {{ ref('stg_distrokid__streams_series') }}
    where chart = 'trendMonthly'

),

apple_daily as (

    select * from {{ ref('stg_toolost__apple_daily') }}

),

apple_totals as (

    select * from {{ ref('stg_toolost__apple_totals') }}

),

apple_tracks as (

    select * from {{ ref('stg_toolost__apple_tracks') }}

),

apple_countries as (

    select * from {{ ref('stg_toolost__apple_countries') }}

),

discovery as (

    {{ rows_by_coverage(ref('stg_toolost__discovery'), 'discovery_month', key=[]) }}

),

months_by_day as (

    select
        _account,
        _extracted_at,
        {{ month_of('stream_date') }} as stream_month,
        sum(stream_count) as stream_count,
        min(stream_date) as first_date,
        max(stream_date) as last_date
    from daily
    group by _account, _extracted_at, {{ month_of('stream_date') }}

),

distrokid_months as (

    select
        'distrokid: days of a month = month chart' as check_name,
        months_by_day._account || ' ' || cast(months_by_day.stream_month as string) as subject,
        cast(months_by_day.stream_count as bigint) as one_figure,
        cast(series.stream_count as bigint) as other_figure,
        months_by_day._extracted_at as extracted_at
    from months_by_day
    inner join series
        on
            months_by_day._account = series._account
            and months_by_day._extracted_at = series._extracted_at
            and months_by_day.stream_month = series.period_start
    where months_by_day.first_date = months_by_day.stream_month

),

apple_sums as (

    select
        _account,
        _extracted_at,
        'days' as part,
        sum(stream_count) as stream_count
    from apple_daily
    group by _account, _extracted_at

    union all

    select
        _account,
        _extracted_at,
        'tracks' as part,
        sum(stream_count) as stream_count
    from apple_tracks
    group by _account, _extracted_at

    union all

    select
        _account,
        _extracted_at,
        'countries' as part,
        sum(stream_count) as stream_count
    from apple_countries
    group by _account, _extracted_at

),

toolost_totals as (

    select
        'toolost: Apple Music total = ' || apple_sums.part as check_name,
        apple_sums._account || ' ' || cast(apple_sums._extracted_at as string) as subject,
        cast(apple_totals.stream_total as bigint) as one_figure,
        cast(apple_sums.stream_count as bigint) as other_figure,
        apple_sums._extracted_at as extracted_at
    from apple_sums
    inner join apple_totals
        on apple_sums._account = apple_totals._account and apple_sums._extracted_at = apple_totals._extracted_at

),

spotify_months as (

    select
        _account,
        {{ month_of('stream_date') }} as stream_month,
        sum(stream_count) as stream_count
    from {{ ref('int_toolost_spotify_daily_kept') }}
    where reject_reason is null
    group by _account, {{ month_of('stream_date') }}

),

discovery_months as (

    select
        'toolost: Discovery Mode streams are part of Spotify streams' as check_name,
        discovery._account || ' ' || cast(discovery.discovery_month as string) as subject,
        cast(discovery.stream_count as bigint) as one_figure,
        cast(spotify_months.stream_count as bigint) as other_figure,
        discovery._extracted_at as extracted_at
    from discovery
    left join spotify_months
        on
            discovery._account = spotify_months._account
            and discovery.discovery_month = spotify_months.stream_month

),

unioned as (

    select
        *,
        one_figure = other_figure as is_agreed
    from distrokid_months

    union all

    select
        *,
        one_figure = other_figure as is_agreed
    from toolost_totals

    union all

    select
        *,
        one_figure <= other_figure as is_agreed
    from discovery_months

)

select * from unioned

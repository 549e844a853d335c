with

paired as (

    select * from {{ ref('streams_paired') }}

),

platforms as (

    select * from {{ ref('platforms') }}

),

series as (

    select
        platform_id,
        stream_month,
        cast(count(*) as bigint) as series_expected,
        cast(count(*) filter (where is_reported) as bigint) as series_reported
    from {{ ref('stream_months_counted') }}
    group by platform_id, stream_month

),

final as (

    select
        paired.platform_id,
        platforms.platform_name,
        {{ monthly_stream_measures() }},
        series.series_expected,
        series.series_reported,
        paired.stream_month
    from paired
    inner join series on paired.platform_id = series.platform_id and paired.stream_month = series.stream_month
    inner join platforms on paired.platform_id = platforms.platform_id
    group by paired.platform_id, platforms.platform_name, paired.stream_month, series.series_expected, series.series_reported

)

select * from final

with

paired as (

    select * from {{ ref('streams_paired') }}

),

series as (

    select
        data_source,
        stream_month,
        cast(count(*) as bigint) as series_expected,
        cast(count(*) filter (where is_reported) as bigint) as series_reported
    from {{ ref('stream_months_counted') }}
    group by data_source, stream_month

),

final as (

    select
        paired.data_source,
        {{ monthly_stream_measures() }},
        series.series_expected,
        series.series_reported,
        paired.stream_month
    from paired
    inner join series on paired.data_source = series.data_source and paired.stream_month = series.stream_month
    group by paired.data_source, paired.stream_month, series.series_expected, series.series_reported

)

select * from final

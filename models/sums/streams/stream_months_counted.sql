-- Each series in each month since its first: whether it reported every day of it, from its first day on. Days that are still to
-- come are not missing.

with

series as (

    select * from {{ ref('stream_series_dated') }}

),

months as (

    select distinct stream_month from {{ ref('content_streams') }}

),

gaps as (

    select * from {{ ref('stream_gaps_found') }}

),

final as (

    select
        series.data_source,
        series.platform_id,
        count(gaps.gap_from) = 0 as is_reported,
        months.stream_month
    from series
    inner join months on {{ month_of('series.first_date') }} <= months.stream_month
    left join gaps
        on
            series.data_source = gaps.data_source
            and series.platform_id = gaps.platform_id
            and {{ add_months('months.stream_month', 1) }} > gaps.gap_from
            and months.stream_month <= gaps.gap_to
    group by series.data_source, series.platform_id, months.stream_month

)

select * from final

with

metrics as (

    select * from {{ ref('linktree_metrics') }}
    where total_views is not null and total_clicks is not null

),

months as (

    select
        account,
        {{ month_of('analytics_date') }} as analytics_month,
        max_by(artist_id, analytics_date) as artist_id,
        cast(count(*) as bigint) as days_reported,
        cast(sum(total_views) as bigint) as total_views,
        cast(sum(total_clicks) as bigint) as total_clicks,
        max(case when is_provisional then 1 else 0 end) = 1 as is_provisional,
        max(extracted_at) as extracted_at
    from metrics
    group by account, {{ month_of('analytics_date') }}

),

final as (

    select
        ---------- ids
        artist_id,
        {{ platform_id('linktree') }} as platform_id,

        ---------- strings
        account,

        ---------- numerics
        days_reported,
        total_views,
        total_clicks,
        {{ ratio('total_clicks', 'total_views') }} as click_through_rate,
        {{ ratio(
            'sum(total_clicks) over (partition by account order by analytics_month)',
            'sum(total_views) over (partition by account order by analytics_month)'
        ) }} as click_through_rate_to_date,

        ---------- booleans
        is_provisional,

        ---------- dates
        analytics_month,

        ---------- lineage
        extracted_at
    from months

)

select * from final

with

overview as (

    select * from {{ ref('int_linktree_overview_daily_kept') }}
    where reject_reason is null

),

top_links as (

    select * from {{ ref('int_linktree_links_ranked') }}

),

artist_names as (

    select * from {{ ref('int_artist_names') }}

),

account_days as (

    select
        _account,
        analytics_date
    from overview

    union

    select
        _account,
        window_to as analytics_date
    from top_links

),

artist_days as (

    select
        account_days._account,
        account_days.analytics_date,
        artist_names.artist_id
    from account_days
    left join artist_names
        on
            {{ name_key('account_days._account') }} = artist_names.name_key
            and coalesce(artist_names.source, 'linktree') = 'linktree'
            and (artist_names.valid_from is null or account_days.analytics_date >= artist_names.valid_from)
            and (artist_names.valid_to is null or account_days.analytics_date <= artist_names.valid_to)
    qualify
        row_number() over (
            partition by account_days._account, account_days.analytics_date
            order by
                artist_names.source asc nulls last,
                artist_names.valid_from desc nulls last,
                artist_names.artist_id asc
        ) = 1

),

final as (

    select
        ---------- ids
        artist_days.artist_id,
        {{ platform_id('linktree') }} as platform_id,

        ---------- strings
        artist_days._account as account,
        top_links.top_link,

        ---------- numerics
        overview.total_views,
        overview.unique_views,
        overview.total_clicks,
        overview.unique_clicks,
        {{ ratio('overview.total_clicks', 'overview.total_views') }} as click_through_rate,
        top_links.top_link_clicks,

        ---------- booleans
        coalesce(artist_days.analytics_date = overview._covers_to, true) as is_provisional,

        ---------- dates
        artist_days.analytics_date,

        ---------- lineage
        coalesce(overview._extracted_at, top_links._extracted_at) as extracted_at
    from artist_days
    left join overview
        on artist_days._account = overview._account and artist_days.analytics_date = overview.analytics_date
    left join top_links
        on artist_days._account = top_links._account and artist_days.analytics_date = top_links.window_to

)

select * from final

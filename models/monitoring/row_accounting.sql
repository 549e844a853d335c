-- Where every landed row is: superseded by a newer extract, in a mart, set aside (a card payment is no expense) or rejected;
-- and the money or count that live rows state, beside what the marts have of it. Marts are counted themselves.

{%- set row_by_row = {
    'youtube.channels': [ref('youtube_channels'), 'views_total'],
    'youtube.videos': [ref('youtube_videos'), 'views_total'],
    'youtube.channel_daily': [ref('youtube_channel_daily'), 'views'],
    'youtube.video_daily': [ref('youtube_video_daily'), 'views'],
    'mailchimp.reports': [ref('email_campaigns'), 'emails_sent'],
    'mailchimp.lists': [ref('email_lists'), 'subscribers_total'],
    'mailchimp.list_growth': [ref('email_list_growth'), 'subscribers_total'],
    'spotify.audience_daily': [ref('spotify_audience_daily'), 'streams'],
    'submithub.submissions': [ref('submissions'), 'listen_seconds'],
    'submithub.links': [ref('smart_link_clicks'), 'clicks'],
} -%}
{%- set handle_days = {
    'tiktok.overview': [ref('int_tiktok_overview_kept'), 'video_views'],
    'tiktok.follower_history': [ref('int_tiktok_follower_history_kept'), 'followers_total'],
    'tiktok.viewers': [ref('int_tiktok_viewers_kept'), 'viewers'],
} %}

with

extracts as (

    select * from {{ ref('stg_landing__extracts') }}

),

ledger as (

    select * from {{ ref('int_statement_names_summed') }}

),

legacy_cells as (

    select
        *,
        is_superseded or is_covered_directly as is_replaced
    from {{ ref('int_legacy_streams_unpivoted') }}

),

streams as (

    select * from {{ ref('int_streams_unioned') }}

),

bank_lines as (

    select
        *,
        'bank.' || source_table as landed_table
    from {{ ref('int_bank_lines_classified') }}

),

conversions as (

    select * from {{ ref('int_conversions_unioned') }}

),

ad_days as (

    select * from {{ ref('ad_performance_daily') }}

),

chosen_days as (

    {{ ad_days_chosen() }}

),

api_days as (

    select
        insights.campaign_id,
        insights.performance_date,
        chosen_days.source_table <> 'insights_daily' as is_set_aside,
        count(*) as row_count,
        sum(insights.spend_amount) as spend_amount
    from {{ ref('int_meta_ads_insights_daily_kept') }} as insights
    inner join chosen_days
        on insights.campaign_id = chosen_days.campaign_id and insights.performance_date = chosen_days.performance_date
    where insights.reject_reason is null
    group by insights.campaign_id, insights.performance_date, chosen_days.source_table <> 'insights_daily'

),

manager_days as (

    select
        manager.campaign_id,
        manager.performance_date,
        manager.is_totals_row or coalesce(chosen_days.source_table <> 'manager_daily', false) as is_set_aside,
        count(*) as row_count,
        sum(manager.spend_amount) as spend_amount
    from {{ ref('int_meta_ads_manager_daily_kept') }} as manager
    left join chosen_days
        on manager.campaign_id = chosen_days.campaign_id and manager.performance_date = chosen_days.performance_date
    where manager.reject_reason is null
    group by
        manager.campaign_id,
        manager.performance_date,
        manager.is_totals_row or coalesce(chosen_days.source_table <> 'manager_daily', false)

),

landed as (

    select
        source_table,
        sum(row_count) as rows_landed
    from extracts
    where source_table <> 'legacy.daily_streams'
    group by source_table

    union all

    select
        'legacy.daily_streams, cells' as source_table,
        count(*) as rows_landed
    from legacy_cells

),

live as (

    select
        'distrokid.bank_details' as source_table,
        'earnings_usd' as amount_name,
        cast(null as string) as set_aside_as,
        false as is_set_aside,
        cast(coalesce(sum(line_count), 0) as bigint) as rows_live,
        cast(coalesce(sum(line_count) filter (where reject_reason is not null), 0) as bigint) as rows_rejected,
        coalesce(sum(cast(earnings_usd as decimal(38, 12))), 0) as amount_live,
        coalesce(sum(cast(earnings_usd as decimal(38, 12))) filter (where reject_reason is not null), 0) as amount_rejected
    from ledger

    union all

    {{ live_rows_of(
        '(select * from legacy_cells where not is_replaced)', 'legacy.daily_streams, cells', 'stream_count',
        'zeros where the file had no figure'
    ) }}

    {% for source_table, kept in tables_kept().items() %}
        union all

        {{ live_rows_of(kept.rows, source_table, kept.amount, kept.aside, kept.only) }}
    {% endfor %}

),

set_aside as (

    select {{ rows_found("'legacy.daily_streams, cells'") }}
    from legacy_cells
    where not is_replaced and is_filled_in

    union all

    select {{ rows_found('bank_lines.landed_table', 'mart.amount') }}
    from bank_lines
    inner join {{ ref('bank_movements') }} as mart on bank_lines.bank_line_id = mart.movement_id
    group by bank_lines.landed_table

    union all

    select {{ rows_found("'conversions.' || data_source", 'stated_value', "count(*) filter (where treatment <> 'conversion')") }}
    from conversions
    where treatment <> 'conversion' or is_refund_unknown
    group by data_source

    union all

    select {{ rows_found("'meta_ads.insights_daily'", 'spend_amount', 'sum(row_count)') }}
    from api_days
    where is_set_aside

    union all

    select {{ rows_found("'meta_ads.manager_daily'", 'spend_amount', 'sum(row_count)') }}
    from manager_days
    where is_set_aside

    union all

    select {{ rows_found("'meta_ads.manager_window'") }}
    from {{ ref('int_meta_ads_manager_window_kept') }}
    where reject_reason is null and is_totals_row

    union all

    select {{ rows_found("'submithub.submissions'", 'listen_seconds') }}
    from {{ ref('int_submissions_resolved') }}
    where is_repeated

    {% for source_table in ['spotify.catalogue', 'catalog.royalty_splits'] %}
        union all

        select {{ rows_found("'" ~ source_table ~ "'") }}
        from {{ tables_kept()[source_table].rows }} as kept
        left join {{ ref('tracks') }} as mart on kept.isrc = mart.isrc
        where kept.reject_reason is null and mart.isrc is null
    {% endfor %}

),

in_marts as (

    select {{ rows_found("'distrokid.bank_details'", 'net_revenue_usd') }}
    from {{ ref('revenue_transactions') }}

    union all

    select
        {{ rows_found(
            "case when stated.source_table = 'legacy.daily_streams' then 'legacy.daily_streams, cells' else stated.source_table end",
            'mart.stream_count', 'sum(stated.row_count)'
        ) }}
    from (
        select
            source_table,
            data_source,
            platform_id,
            stream_date,
            count(*) as row_count
        from streams
        group by source_table, data_source, platform_id, stream_date
    ) as stated
    inner join {{ ref('content_streams') }} as mart
        on
            stated.data_source = mart.data_source
            and stated.platform_id = mart.platform_id
            and stated.stream_date = mart.stream_date
    group by stated.source_table

    union all

    select {{ rows_found('bank_lines.landed_table', 'mart.amount') }}
    from bank_lines
    inner join {{ ref('business_expenses') }} as mart on bank_lines.bank_line_id = mart.expense_id
    group by bank_lines.landed_table

    union all

    select {{ rows_found("'conversions.' || data_source", 'conversion_value') }}
    from {{ ref('conversion_events') }}
    where data_source <> 'meta_ads' and not is_implied
    group by data_source

    union all

    select {{ rows_found("'meta_ads.insights_daily'", 'ad_days.spend_amount', 'sum(api_days.row_count)') }}
    from api_days
    inner join ad_days
        on
            api_days.campaign_id = ad_days.campaign_id
            and api_days.performance_date = ad_days.performance_date
            and not api_days.is_set_aside

    union all

    select {{ rows_found("'meta_ads.manager_daily'", 'ad_days.spend_amount', 'sum(manager_days.row_count)') }}
    from manager_days
    inner join ad_days
        on
            manager_days.campaign_id = ad_days.campaign_id
            and manager_days.performance_date = ad_days.performance_date
            and not manager_days.is_set_aside

    {% for source_table in ['meta_ads.insights_window', 'meta_ads.manager_window', 'meta_ads.campaigns'] %}
        union all

        select {{ rows_found("'" ~ source_table ~ "'") }}
        from {{ tables_kept()[source_table].rows }} as kept
        inner join {{ ref('kpi_campaign_performance') }} as mart on kept.campaign_id = mart.campaign_id
        where kept.reject_reason is null
    {% endfor %}
    {% for source_table in ['spotify.catalogue', 'catalog.royalty_splits'] %}
        union all

        select {{ rows_found("'" ~ source_table ~ "'") }}
        from {{ tables_kept()[source_table].rows }} as kept
        inner join {{ ref('tracks') }} as mart on kept.isrc = mart.isrc
        where kept.reject_reason is null
    {% endfor %}
    {% for source_table, (kept, amount) in handle_days.items() %}
        union all

        select {{ rows_found("'" ~ source_table ~ "'", 'mart.' ~ amount) }}
        from {{ kept }} as kept
        inner join {{ ref('tiktok_metrics') }} as mart
            on kept.account_handle = mart.account_handle and kept.metrics_date = mart.metrics_date
        where kept.reject_reason is null
    {% endfor %}
    {% for source_table, day in {'linktree.overview_daily': 'analytics_date', 'linktree.links': 'window_to'}.items() %}
        union all

        select {{ rows_found("'" ~ source_table ~ "'", 'mart.total_views' if day == 'analytics_date' else 'null') }}
        from {{ tables_kept()[source_table].rows }} as kept
        inner join {{ ref('linktree_metrics') }} as mart
            on kept._account = mart.account and kept.{{ day }} = mart.analytics_date
        where kept.reject_reason is null
    {% endfor %}
    {% for source_table, (mart, amount) in row_by_row.items() %}
        union all

        select {{ rows_found("'" ~ source_table ~ "'", amount) }}
        from {{ mart }}
    {% endfor %}

),

final as (

    select
        landed.source_table,
        live.amount_name,
        cast(landed.rows_landed as bigint) as rows_landed,
        cast(case when live.source_table is null then 0 else landed.rows_landed - live.rows_live end as bigint)
            as rows_superseded,
        cast(coalesce(in_marts.row_count, 0) as bigint) as rows_in_mart,
        cast(
            case
                when live.source_table is null then landed.rows_landed
                when live.is_set_aside then live.rows_live - live.rows_rejected
                else coalesce(set_aside.row_count, 0)
            end as bigint
        ) as rows_set_aside,
        cast(coalesce(live.rows_rejected, 0) as bigint) as rows_rejected,
        cast(case when live.amount_name is not null then live.amount_live end as decimal(38, 12)) as amount_live,
        cast(
            case when live.amount_name is not null then coalesce(in_marts.amount, 0) end as decimal(38, 12)
        ) as amount_in_mart,
        cast(
            case when live.amount_name is not null then coalesce(set_aside.amount, 0) end as decimal(38, 12)
        ) as amount_set_aside,
        cast(case when live.amount_name is not null then live.amount_rejected end as decimal(38, 12)) as amount_rejected,
        case when live.source_table is null then 'no mart takes it' else live.set_aside_as end as set_aside_as
    from landed
    left join live on landed.source_table = live.source_table
    left join set_aside on landed.source_table = set_aside.source_table
    left join in_marts on landed.source_table = in_marts.source_table

)

select * from final

-- Where every landed row is (design §6, rule 1): superseded by a newer extract, in the mart, set aside (a card payment
-- is no expense) or rejected; and the money or count that live rows hold, beside what the mart holds.

with

ledger_landed as (

    select coalesce(sum(line_count), 0) as row_count
    from {{ ref('int_ledger_exports_counted') }}

),

ledger_kept as (

    select
        coalesce(sum(line_count), 0) as row_count,
        coalesce(sum(line_count) filter (where reject_reason is not null), 0) as rows_rejected,
        coalesce(sum(earnings_usd), 0) as amount_live,
        coalesce(sum(earnings_usd) filter (where reject_reason is not null), 0) as amount_rejected
    from {{ ref('int_statement_names_summed') }}

),

landed as (

    select
        'distrokid.bank_details' as source_table,
        'earnings_usd' as amount_name,
        cast(ledger_landed.row_count as bigint) as rows_landed,
        cast(ledger_landed.row_count - ledger_kept.row_count as bigint) as rows_superseded,
        cast(ledger_kept.row_count as bigint) as rows_live,
        cast(ledger_kept.rows_rejected as bigint) as rows_rejected,
        cast(ledger_kept.amount_live as decimal(24, 12)) as amount_live,
        cast(ledger_kept.amount_rejected as decimal(24, 12)) as amount_rejected
    from ledger_landed
    cross join ledger_kept

    union all

    {{ rows_of(
        ref('stg_distrokid__streams_daily'),
        ref('int_distrokid_streams_daily_kept'),
        'distrokid.streams_daily',
        'stream_count'
    ) }}

    union all

    {{ rows_of(
        ref('stg_distrokid__apple_daily'),
        ref('int_distrokid_apple_daily_kept'),
        'distrokid.apple_daily',
        'stream_count'
    ) }}

    union all

    {{ rows_of(
        ref('stg_toolost__spotify_daily'),
        ref('int_toolost_spotify_daily_kept'),
        'toolost.spotify_daily',
        'stream_count'
    ) }}

    union all

    {{ rows_of(
        ref('stg_toolost__apple_daily'),
        ref('int_toolost_apple_daily_kept'),
        'toolost.apple_daily',
        'stream_count'
    ) }}

    union all

    {{ rows_of(ref('stg_bank__card'), ref('int_bank_card_kept'), 'bank.card', 'amount') }}

    union all

    {{ rows_of(ref('stg_bank__checking'), ref('int_bank_checking_kept'), 'bank.checking', 'amount') }}

    union all

    {{ rows_of(ref('stg_bank__purchases'), ref('int_bank_purchases_kept'), 'bank.purchases', 'amount') }}

    union all

    {{ rows_of(ref('stg_tiktok__overview'), ref('int_tiktok_overview_kept'), 'tiktok.overview', 'video_views') }}

    union all

    {{ rows_of(
        ref('stg_youtube__channel_daily'),
        ref('int_youtube_channel_daily_kept'),
        'youtube.channel_daily',
        'views'
    ) }}

    union all

    {{ rows_of(ref('stg_youtube__video_daily'), ref('int_youtube_video_daily_kept'), 'youtube.video_daily', 'views') }}

    union all

    {{ rows_of(ref('stg_youtube__channels'), ref('int_youtube_channels_kept'), 'youtube.channels', 'views_total') }}

    union all

    {{ rows_of(ref('stg_youtube__videos'), ref('int_youtube_videos_kept'), 'youtube.videos', 'views_total') }}

    union all

    {{ rows_of(ref('stg_mailchimp__reports'), ref('int_mailchimp_reports_kept'), 'mailchimp.reports', 'emails_sent') }}

    union all

    {{ rows_of(ref('stg_mailchimp__lists'), ref('int_mailchimp_lists_kept'), 'mailchimp.lists', 'subscribers_total') }}

    union all

    {{ rows_of(
        ref('stg_mailchimp__list_growth'),
        ref('int_mailchimp_list_growth_kept'),
        'mailchimp.list_growth',
        'subscribers_total'
    ) }}

    union all

    {{ rows_of(
        ref('stg_tiktok__follower_history'),
        ref('int_tiktok_follower_history_kept'),
        'tiktok.follower_history',
        'followers_total'
    ) }}

    union all

    {{ rows_of(
        ref('stg_linktree__overview_daily'),
        ref('int_linktree_overview_daily_kept'),
        'linktree.overview_daily',
        'total_views'
    ) }}

    union all

    {{ rows_of(
        ref('stg_spotify__audience_daily'),
        ref('int_spotify_audience_daily_kept'),
        'spotify.audience_daily',
        'streams'
    ) }}

    union all

    {{ rows_of(ref('stg_spotify__catalogue'), ref('int_spotify_catalogue_kept'), 'spotify.catalogue', 'duration_ms') }}

    union all

    {{ rows_of(
        ref('stg_submithub__submissions'),
        ref('int_submithub_submissions_kept'),
        'submithub.submissions',
        'listen_seconds'
    ) }}

    union all

    {{ rows_of(ref('stg_submithub__links'), ref('int_submithub_links_kept'), 'submithub.links', 'clicks') }}

    union all

    {{ rows_of(
        ref('stg_conversions__promo'),
        ref('int_conversions_promo_kept'),
        'conversions.promo',
        'conversion_value'
    ) }}

    union all

    {{ rows_of(ref('stg_conversions__utm'), ref('int_conversions_utm_kept'), 'conversions.utm', 'conversion_value') }}

    union all

    {{ rows_of(
        ref('stg_conversions__pixel'),
        ref('int_conversions_pixel_kept'),
        'conversions.pixel',
        'conversion_value'
    ) }}

    union all

    {{ rows_of(
        ref('stg_meta_ads__manager_daily'),
        ref('int_meta_ads_manager_daily_kept'),
        'meta_ads.manager_daily',
        'spend_amount'
    ) }}

    union all

    {{ rows_of(
        ref('stg_meta_ads__manager_window'),
        ref('int_meta_ads_manager_window_kept'),
        'meta_ads.manager_window',
        'spend_amount'
    ) }}

),

legacy_cells as (

    select * from {{ ref('int_legacy_streams_unpivoted') }}

),

landed_and_legacy as (

    select * from landed

    union all

    select
        'legacy.daily_streams, cells' as source_table,
        'stream_count' as amount_name,
        cast(count(*) as bigint) as rows_landed,
        cast(count(*) filter (where is_superseded or is_covered_directly) as bigint) as rows_superseded,
        cast(count(*) filter (where not is_superseded and not is_covered_directly) as bigint) as rows_live,
        cast(count(reject_reason) filter (where not is_superseded and not is_covered_directly) as bigint) as rows_rejected,
        cast(coalesce(sum(stream_count) filter (where not is_superseded and not is_covered_directly), 0) as decimal(24, 12))
            as amount_live,
        cast(
            coalesce(
                sum(stream_count) filter (
                    where reject_reason is not null and not is_superseded and not is_covered_directly
                ), 0
            ) as decimal(24, 12)
        ) as amount_rejected
    from legacy_cells

),

ads_manager as (

    select
        'meta_ads.manager_daily' as source_table,
        insight_id,
        spend_amount
    from {{ ref('int_meta_ads_manager_daily_kept') }}
    where reject_reason is null

    union all

    select
        'meta_ads.manager_window' as source_table,
        insight_id,
        spend_amount
    from {{ ref('int_meta_ads_manager_window_kept') }}
    where reject_reason is null

),

insights as (

    select * from {{ ref('int_ad_insights_unioned') }}

),

streams_in_mart as (

    select
        source_table,
        count(*) as rows_in_mart,
        sum(stream_count) as amount_in_mart
    from {{ ref('int_streams_unioned') }}
    group by source_table

),

in_marts as (

    select
        'distrokid.bank_details' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(net_revenue_usd), 0) as amount_in_mart
    from {{ ref('revenue_transactions') }}

    union all

    select
        case when source_table = 'legacy.daily_streams' then 'legacy.daily_streams, cells' else source_table end as source_table,
        rows_in_mart,
        0 as rows_set_aside,
        amount_in_mart
    from streams_in_mart

    union all

    select
        'bank.' || source_table as source_table,
        count(*) filter (where treatment = 'expense') as rows_in_mart,
        count(*) filter (where treatment = 'not_expense') as rows_set_aside,
        coalesce(sum(amount) filter (where treatment <> 'rejected'), 0) as amount_in_mart
    from {{ ref('int_bank_lines_classified') }}
    group by source_table

    union all

    select
        'youtube.channel_daily' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(views), 0) as amount_in_mart
    from {{ ref('youtube_channel_daily') }}

    union all

    select
        'youtube.video_daily' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(views), 0) as amount_in_mart
    from {{ ref('youtube_video_daily') }}

    union all

    select
        'youtube.channels' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(views_total), 0) as amount_in_mart
    from {{ ref('youtube_channels') }}

    union all

    select
        'youtube.videos' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(views_total), 0) as amount_in_mart
    from {{ ref('youtube_videos') }}

    union all

    select
        'mailchimp.reports' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(emails_sent), 0) as amount_in_mart
    from {{ ref('email_campaigns') }}

    union all

    select
        'mailchimp.lists' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(subscribers_total), 0) as amount_in_mart
    from {{ ref('email_lists') }}

    union all

    select
        'mailchimp.list_growth' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(subscribers_total), 0) as amount_in_mart
    from {{ ref('email_list_growth') }}

    union all

    select
        'tiktok.overview' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(metrics.video_views), 0) as amount_in_mart
    from {{ ref('tiktok_metrics') }} as metrics
    inner join {{ ref('int_tiktok_overview_kept') }} as overview
        on
            metrics.account_handle = overview.account_handle
            and metrics.metrics_date = overview.metrics_date
            and overview.reject_reason is null

    union all

    select
        'tiktok.follower_history' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(metrics.followers_total), 0) as amount_in_mart
    from {{ ref('tiktok_metrics') }} as metrics
    inner join {{ ref('int_tiktok_follower_history_kept') }} as history
        on
            metrics.account_handle = history.account_handle
            and metrics.metrics_date = history.metrics_date
            and history.reject_reason is null

    union all

    select
        'spotify.audience_daily' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(streams), 0) as amount_in_mart
    from {{ ref('spotify_audience_daily') }}

    union all

    select
        'spotify.catalogue' as source_table,
        count(tracks.track_id) as rows_in_mart,
        count(*) - count(tracks.track_id) as rows_set_aside,
        coalesce(sum(catalogue.duration_ms), 0) as amount_in_mart
    from {{ ref('int_spotify_catalogue_kept') }} as catalogue
    left join {{ ref('tracks') }} as tracks on catalogue.isrc = tracks.isrc
    where catalogue.reject_reason is null

    union all

    select
        'linktree.overview_daily' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(total_views), 0) as amount_in_mart
    from {{ ref('linktree_metrics') }}
    where total_views is not null

    union all

    select
        'submithub.submissions' as source_table,
        count(*) filter (where not is_repeated) as rows_in_mart,
        count(*) filter (where is_repeated) as rows_set_aside,
        coalesce(sum(listen_seconds), 0) as amount_in_mart
    from {{ ref('int_submissions_resolved') }}

    union all

    select
        'submithub.links' as source_table,
        count(*) as rows_in_mart,
        0 as rows_set_aside,
        coalesce(sum(clicks), 0) as amount_in_mart
    from {{ ref('smart_link_clicks') }}

    union all

    select
        'conversions.' || resolved.data_source as source_table,
        count(events.conversion_event_id) as rows_in_mart,
        count(*) filter (where events.conversion_event_id is null) as rows_set_aside,
        coalesce(sum(coalesce(events.conversion_value, resolved.conversion_value)), 0) as amount_in_mart
    from {{ ref('int_conversions_resolved') }} as resolved
    left join {{ ref('conversion_events') }} as events
        on resolved.conversion_id = events.conversion_event_id and resolved.treatment = 'conversion'
    group by resolved.data_source

    union all

    select
        ads_manager.source_table,
        count(insights.insight_id) as rows_in_mart,
        count(*) filter (where insights.insight_id is null) as rows_set_aside,
        coalesce(sum(ads_manager.spend_amount), 0) as amount_in_mart
    from ads_manager
    left join insights on ads_manager.insight_id = insights.insight_id
    group by ads_manager.source_table

),

final as (

    select
        landed_and_legacy.source_table,
        landed_and_legacy.amount_name,
        landed_and_legacy.rows_landed,
        landed_and_legacy.rows_superseded,
        cast(coalesce(in_marts.rows_in_mart, 0) as bigint) as rows_in_mart,
        cast(coalesce(in_marts.rows_set_aside, 0) as bigint) as rows_set_aside,
        landed_and_legacy.rows_rejected,
        landed_and_legacy.amount_live,
        cast(coalesce(in_marts.amount_in_mart, 0) as decimal(24, 12)) as amount_in_mart,
        landed_and_legacy.amount_rejected
    from landed_and_legacy
    left join in_marts on landed_and_legacy.source_table = in_marts.source_table

)

select * from final

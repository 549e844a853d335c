-- Rows that count and can't be read, each with its file, row and reason. Nothing is dropped in silence.

{%- set kept = {
    'distrokid.streams_daily': ref('int_distrokid_streams_daily_kept'),
    'distrokid.apple_daily': ref('int_distrokid_apple_daily_kept'),
    'toolost.spotify_daily': ref('int_toolost_spotify_daily_kept'),
    'toolost.apple_daily': ref('int_toolost_apple_daily_kept'),
    'spotify.audience_daily': ref('int_spotify_audience_daily_kept'),
    'spotify.song_daily': ref('int_spotify_song_daily_kept'),
    'spotify.catalogue': ref('int_spotify_catalogue_kept'),
    'tiktok.overview': ref('int_tiktok_overview_kept'),
    'tiktok.follower_history': ref('int_tiktok_follower_history_kept'),
    'tiktok.viewers': ref('int_tiktok_viewers_kept'),
    'meta_ads.account': ref('int_meta_ads_account_kept'),
    'meta_ads.campaigns': ref('int_meta_ads_campaigns_kept'),
    'meta_ads.adsets': ref('int_meta_ads_adsets_kept'),
    'meta_ads.insights_daily': ref('int_meta_ads_insights_daily_kept'),
    'meta_ads.insights_window': ref('int_meta_ads_insights_window_kept'),
    'meta_ads.manager_daily': ref('int_meta_ads_manager_daily_kept'),
    'meta_ads.manager_window': ref('int_meta_ads_manager_window_kept'),
    'linktree.overview_daily': ref('int_linktree_overview_daily_kept'),
    'linktree.links': ref('int_linktree_links_kept'),
    'linktree.link_titles': ref('int_linktree_link_titles_kept'),
    'youtube.channels': ref('int_youtube_channels_kept'),
    'youtube.videos': ref('int_youtube_videos_kept'),
    'youtube.channel_daily': ref('int_youtube_channel_daily_kept'),
    'youtube.video_daily': ref('int_youtube_video_daily_kept'),
    'mailchimp.reports': ref('int_mailchimp_reports_kept'),
    'mailchimp.lists': ref('int_mailchimp_lists_kept'),
    'mailchimp.list_growth': ref('int_mailchimp_list_growth_kept'),
    'submithub.submissions': ref('int_submithub_submissions_kept'),
    'submithub.links': ref('int_submithub_links_kept'),
    'conversions.promo': ref('int_conversions_promo_kept'),
    'conversions.utm': ref('int_conversions_utm_kept'),
    'conversions.pixel': ref('int_conversions_pixel_kept'),
    'bank.card': ref('int_bank_card_kept'),
    'bank.checking': ref('int_bank_checking_kept'),
    'bank.purchases': ref('int_bank_purchases_kept'),
    'catalog.royalty_splits': ref('int_catalog_splits_kept'),
    'distrokid.streams_series': '(' ~ rows_of_last_extract(ref('stg_distrokid__streams_series')) ~ ')',
    'toolost.apple_tracks': '(' ~ rows_of_last_extract(ref('stg_toolost__apple_tracks')) ~ ')',
    'toolost.apple_countries': '(' ~ rows_of_last_extract(ref('stg_toolost__apple_countries')) ~ ')',
    'toolost.apple_totals': '(' ~ rows_of_last_extract(ref('stg_toolost__apple_totals')) ~ ')',
    'spotify.songs': '(' ~ rows_of_last_extract(ref('stg_spotify__songs')) ~ ')',
    'toolost.discovery': '(' ~ rows_by_coverage(ref('stg_toolost__discovery'), 'discovery_month') ~ ')',
} %}

with

rejected as (

    select
        'distrokid.bank_details' as source_table,
        _account,
        _extract_id,
        row_number,
        reject_reason,
        _extracted_at
    from {{ ref('int_statement_names_summed') }}
    where reject_reason is not null

    union all

    select
        'legacy.daily_streams' as source_table,
        _account,
        _extract_id,
        _row_number as row_number,
        reject_reason,
        _extracted_at
    from {{ ref('int_legacy_streams_unpivoted') }}
    where reject_reason is not null and not is_superseded and not is_covered_directly

    union all

    {% for source_table, relation in kept.items() %}
        {{ rejects_of(relation, source_table) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

extracts as (

    select * from {{ ref('stg_landing__extracts') }}

),

final as (

    select
        rejected.source_table,
        rejected._account as account,
        rejected._extract_id as extract_id,
        extracts.file_name,
        rejected.row_number,
        rejected.reject_reason,
        rejected._extracted_at as extracted_at
    from rejected
    left join extracts
        on rejected.source_table = extracts.source_table and rejected._extract_id = extracts._extract_id

)

select * from final

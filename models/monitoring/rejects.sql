-- Rows that count and can't be read, each with its reason. Nothing is dropped in silence (design §6, rule 2).

select
    'distrokid.bank_details' as source_table,
    _account as account,
    _extract_id as extract_id,
    row_number,
    reject_reason,
    _extracted_at as extracted_at
from {{ ref('int_statement_names_summed') }}
where reject_reason is not null

union all

{{ rejects_of(ref('int_distrokid_streams_daily_kept'), 'distrokid.streams_daily') }}

union all

{{ rejects_of(ref('int_distrokid_apple_daily_kept'), 'distrokid.apple_daily') }}

union all

{{ rejects_of(ref('int_toolost_spotify_daily_kept'), 'toolost.spotify_daily') }}

union all

{{ rejects_of(ref('int_toolost_apple_daily_kept'), 'toolost.apple_daily') }}

union all

{{ rejects_of(ref('int_catalog_splits_kept'), 'catalog.royalty_splits') }}

union all

{{ rejects_of(ref('int_bank_card_kept'), 'bank.card') }}

union all

{{ rejects_of(ref('int_bank_checking_kept'), 'bank.checking') }}

union all

{{ rejects_of(ref('int_bank_purchases_kept'), 'bank.purchases') }}

union all

{{ rejects_of(ref('int_tiktok_overview_kept'), 'tiktok.overview') }}

union all

{{ rejects_of(ref('int_tiktok_follower_history_kept'), 'tiktok.follower_history') }}

union all

{{ rejects_of(ref('int_linktree_overview_daily_kept'), 'linktree.overview_daily') }}

union all

{{ rejects_of(ref('int_spotify_audience_daily_kept'), 'spotify.audience_daily') }}

union all

{{ rejects_of(ref('int_spotify_catalogue_kept'), 'spotify.catalogue') }}

union all

{{ rejects_of(ref('int_youtube_channel_daily_kept'), 'youtube.channel_daily') }}

union all

{{ rejects_of(ref('int_youtube_video_daily_kept'), 'youtube.video_daily') }}

union all

{{ rejects_of(ref('int_youtube_channels_kept'), 'youtube.channels') }}

union all

{{ rejects_of(ref('int_youtube_videos_kept'), 'youtube.videos') }}

union all

{{ rejects_of(ref('int_mailchimp_reports_kept'), 'mailchimp.reports') }}

union all

{{ rejects_of(ref('int_mailchimp_lists_kept'), 'mailchimp.lists') }}

union all

{{ rejects_of(ref('int_mailchimp_list_growth_kept'), 'mailchimp.list_growth') }}

union all

{{ rejects_of(ref('int_meta_ads_insights_daily_kept'), 'meta_ads.insights_daily') }}

union all

{{ rejects_of(ref('int_meta_ads_insights_window_kept'), 'meta_ads.insights_window') }}

union all

{{ rejects_of(ref('int_meta_ads_manager_daily_kept'), 'meta_ads.manager_daily') }}

union all

{{ rejects_of(ref('int_meta_ads_manager_window_kept'), 'meta_ads.manager_window') }}

union all

{{ rejects_of(ref('int_meta_ads_campaigns_kept'), 'meta_ads.campaigns') }}

union all

{{ rejects_of(ref('int_meta_ads_adsets_kept'), 'meta_ads.adsets') }}

union all

{{ rejects_of(ref('int_submithub_submissions_kept'), 'submithub.submissions') }}

union all

{{ rejects_of(ref('int_submithub_links_kept'), 'submithub.links') }}

union all

{{ rejects_of(ref('int_conversions_promo_kept'), 'conversions.promo') }}

union all

{{ rejects_of(ref('int_conversions_utm_kept'), 'conversions.utm') }}

union all

{{ rejects_of(ref('int_conversions_pixel_kept'), 'conversions.pixel') }}

union all

select
    'legacy.daily_streams' as source_table,
    _account as account,
    _extract_id as extract_id,
    _row_number as row_number,
    reject_reason,
    _extracted_at as extracted_at
from {{ ref('int_legacy_streams_unpivoted') }}
where reject_reason is not null and not is_superseded and not is_covered_directly

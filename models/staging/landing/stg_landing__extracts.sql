-- Every landed extract of every table, without its rows: the columns read here are the same in a whole file.

{{ config(materialized='table') }}

{%- set landed = [
    'distrokid.bank_details', 'distrokid.streams_daily', 'distrokid.apple_daily', 'distrokid.streams_series',
    'distrokid.apple_breakdowns',
    'toolost.spotify_daily', 'toolost.apple_daily', 'toolost.shazam_daily', 'toolost.discovery', 'toolost.apple_tracks',
    'toolost.apple_countries', 'toolost.apple_totals', 'toolost.sales',
    'spotify.audience_daily', 'spotify.song_daily', 'spotify.songs', 'spotify.playlists', 'spotify.song_metrics',
    'spotify.catalogue',
    'tiktok.overview', 'tiktok.follower_history', 'tiktok.viewers', 'tiktok.follower_activity', 'tiktok.follower_gender',
    'tiktok.follower_top_territories', 'tiktok.content',
    'meta_ads.account', 'meta_ads.campaigns', 'meta_ads.adsets', 'meta_ads.ads', 'meta_ads.insights_daily',
    'meta_ads.insights_window', 'meta_ads.manager_daily', 'meta_ads.manager_window',
    'linktree.overview_daily', 'linktree.socials_daily', 'linktree.subscribers_daily', 'linktree.links',
    'linktree.link_titles', 'linktree.audience',
    'youtube.channels', 'youtube.videos', 'youtube.channel_daily', 'youtube.video_daily',
    'mailchimp.reports', 'mailchimp.clicks', 'mailchimp.lists', 'mailchimp.list_growth', 'mailchimp.list_activity',
    'submithub.submissions', 'submithub.links',
    'conversions.promo', 'conversions.utm', 'conversions.pixel',
    'bank.card', 'bank.checking', 'bank.purchases',
    'catalog.royalty_splits',
    'legacy.daily_streams',
] -%}

{% for label in landed %}
    select
        '{{ label }}' as source_table,
        _account,
        _extract_id,
        max(_file_name) as file_name,
        max(_sequence) as _sequence,
        cast(count(*) as bigint) as row_count,
        max(_covers_from) as _covers_from,
        max(_covers_to) as _covers_to,
        max(_extracted_at) as _extracted_at,
        max(_landed_at) as _landed_at
    from {{ source(label.split('.')[0], label.split('.')[1]) }}
    group by _account, _extract_id
    {{ 'union all' if not loop.last }}
{% endfor %}

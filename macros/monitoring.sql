{#-
    The landed tables that a model reads. Of each: its `rows` that count; an `amount`, a column whose sum must come out in the
    marts (none where nothing adds up); why some rows are set `aside`, or why the whole table is (`only`).
-#}
{% macro tables_kept() %}
    {{ return({
        'distrokid.streams_daily': {'rows': ref('int_distrokid_streams_daily_kept'), 'amount': 'stream_count'},
        'distrokid.apple_daily': {'rows': ref('int_distrokid_apple_daily_kept'), 'amount': 'stream_count'},
        'distrokid.streams_series': {'rows': newest_of('stg_distrokid__streams_series'), 'only': "a check of the daily series"},
        'toolost.spotify_daily': {'rows': ref('int_toolost_spotify_daily_kept'), 'amount': 'stream_count'},
        'toolost.apple_daily': {'rows': ref('int_toolost_apple_daily_kept'), 'amount': 'stream_count'},
        'toolost.discovery': {
            'rows': '(' ~ rows_by_coverage(ref('stg_toolost__discovery'), 'discovery_month', key=[]) ~ ')',
            'only': "a check: these streams are among Spotify''s",
        },
        'toolost.apple_tracks': {'rows': newest_of('stg_toolost__apple_tracks'), 'only': "a check of the total"},
        'toolost.apple_countries': {'rows': newest_of('stg_toolost__apple_countries'), 'only': "a check of the total"},
        'toolost.apple_totals': {'rows': newest_of('stg_toolost__apple_totals'), 'only': "a check of the days"},
        'spotify.audience_daily': {'rows': ref('int_spotify_audience_daily_kept'), 'amount': 'streams'},
        'spotify.song_daily': {'rows': ref('int_spotify_song_daily_kept'), 'only': "no mart takes it"},
        'spotify.songs': {'rows': newest_of('stg_spotify__songs'), 'only': "no mart takes it"},
        'spotify.catalogue': {'rows': ref('int_spotify_catalogue_kept'), 'aside': "albums, tracks without an ISRC, and those of other artists"},
        'tiktok.overview': {'rows': ref('int_tiktok_overview_kept'), 'amount': 'video_views'},
        'tiktok.follower_history': {'rows': ref('int_tiktok_follower_history_kept'), 'amount': 'followers_total'},
        'tiktok.viewers': {'rows': ref('int_tiktok_viewers_kept'), 'amount': 'viewers'},
        'meta_ads.account': {'rows': ref('int_meta_ads_account_kept'), 'only': "tells the account''s currency"},
        'meta_ads.campaigns': {'rows': ref('int_meta_ads_campaigns_kept')},
        'meta_ads.adsets': {'rows': ref('int_meta_ads_adsets_kept'), 'only': "adds to its campaign''s budget"},
        'meta_ads.insights_daily': {
            'rows': ref('int_meta_ads_insights_daily_kept'), 'amount': 'spend_amount',
            'aside': "days by breakdown alone that Ads Manager states whole",
        },
        'meta_ads.insights_window': {'rows': ref('int_meta_ads_insights_window_kept')},
        'meta_ads.manager_daily': {
            'rows': ref('int_meta_ads_manager_daily_kept'), 'amount': 'spend_amount',
            'aside': "rows of totals, and days that the API states whole",
        },
        'meta_ads.manager_window': {'rows': ref('int_meta_ads_manager_window_kept'), 'aside': "rows of totals"},
        'linktree.overview_daily': {'rows': ref('int_linktree_overview_daily_kept'), 'amount': 'total_views'},
        'linktree.links': {'rows': ref('int_linktree_links_kept')},
        'linktree.link_titles': {'rows': ref('int_linktree_link_titles_kept'), 'only': "names of links"},
        'youtube.channels': {'rows': ref('int_youtube_channels_kept'), 'amount': 'views_total'},
        'youtube.videos': {'rows': ref('int_youtube_videos_kept'), 'amount': 'views_total'},
        'youtube.channel_daily': {'rows': ref('int_youtube_channel_daily_kept'), 'amount': 'views'},
        'youtube.video_daily': {'rows': ref('int_youtube_video_daily_kept'), 'amount': 'views'},
        'mailchimp.reports': {'rows': ref('int_mailchimp_reports_kept'), 'amount': 'emails_sent'},
        'mailchimp.lists': {'rows': ref('int_mailchimp_lists_kept'), 'amount': 'subscribers_total'},
        'mailchimp.list_growth': {'rows': ref('int_mailchimp_list_growth_kept'), 'amount': 'subscribers_total'},
        'submithub.submissions': {
            'rows': ref('int_submithub_submissions_kept'), 'amount': 'listen_seconds',
            'aside': "earlier states of a submission",
        },
        'submithub.links': {'rows': ref('int_submithub_links_kept'), 'amount': 'clicks'},
        'conversions.promo': {
            'rows': ref('int_conversions_promo_kept'), 'amount': 'conversion_value',
            'aside': "cancelled orders, lines of a refund without its amount, and the values of such orders",
        },
        'conversions.utm': {
            'rows': ref('int_conversions_utm_kept'), 'amount': 'conversion_value',
            'aside': "visits without a conversion",
        },
        'conversions.pixel': {
            'rows': ref('int_conversions_pixel_kept'), 'amount': 'conversion_value',
            'aside': "orders that a promo code claims, and values of orders whose refund is unknown",
        },
        'bank.card': {'rows': ref('int_bank_card_kept'), 'amount': 'amount', 'aside': "in bank_movements"},
        'bank.checking': {
            'rows': ref('int_bank_checking_kept'), 'amount': 'amount',
            'aside': "in bank_movements",
        },
        'bank.purchases': {
            'rows': ref('int_bank_purchases_kept'), 'amount': 'amount',
            'aside': "in bank_movements",
        },
        'catalog.royalty_splits': {
            'rows': ref('int_catalog_splits_kept'),
            'aside': "without an ISRC, a recording''s by its title",
        },
    }) }}
{% endmacro %}


{% macro newest_of(model) %}{{ return('(' ~ rows_of_last_extract(ref(model)) ~ ')') }}{% endmacro %}


{#- The landed rows of a table that count and can't be read. -#}
{% macro rejects_of(relation, source_table) %}
    select
        '{{ source_table }}' as source_table,
        _account,
        _extract_id,
        _row_number as row_number,
        reject_reason,
        _extracted_at
    from {{ relation }} as kept
    where reject_reason is not null
{%- endmacro %}


{#- How many rows of a table count, and how many of them can't be read; with one amount, where one adds up. -#}
{% macro live_rows_of(relation, source_table, amount=none, aside=none, only=none) %}
    {%- set value = 'cast(' ~ (amount or 'null') ~ ' as decimal(38, 12))' %}
    select
        '{{ source_table }}' as source_table,
        {{ "'" ~ amount ~ "'" if amount else 'cast(null as string)' }} as amount_name,
        {{ "'" ~ (only or aside) ~ "'" if only or aside else 'cast(null as string)' }} as set_aside_as,
        {{ 'true' if only else 'false' }} as is_set_aside,
        cast(count(*) as bigint) as rows_live,
        cast(count(reject_reason) as bigint) as rows_rejected,
        coalesce(sum({{ value }}), 0) as amount_live,
        coalesce(sum({{ value }}) filter (where reject_reason is not null), 0) as amount_rejected
    from {{ relation }} as kept
{%- endmacro %}


{#- How many rows of a table a query finds, in a mart or set aside, and their amount: the columns that accounting adds up. -#}
{% macro rows_found(source_table, amount='null', rows='count(*)') -%}
    {{ source_table }} as source_table,
        cast(coalesce({{ rows }}, 0) as bigint) as row_count,
        coalesce(sum(cast({{ amount }} as decimal(38, 12))), 0) as amount
{%- endmacro %}



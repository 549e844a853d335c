{#-
    What extracts of one account can state again, table by table (`append` tables state each key once, and are none). By `day`
    an extract states the whole truth of the days it covers; else of its `scope`, for instance a window of days. `subject` says
    whom a figure is of, `measures` which figures are compared; without any, whether it is stated at all. What is missing
    from a table that is `partial` is not gone: an extract names some of its rows. `is_final`: stated once for all, so that any
    other figure is worth a look. `rows` stand for the staging model where other rows must be compared. `never` says why
    nothing of a table is compared. Of tables without a staging model, the rows are counted (`int_figures_stated`).
-#}
{% macro tables_restated() %}
    {%- set ads = {'spend': 'spend_amount', 'impressions': 'impressions', 'clicks': 'clicks'} -%}
    {%- set window = "coalesce(cast(window_from as string), '') || '/' || coalesce(cast(window_to as string), '')" -%}
    {%- set range = "cast(range_from as string) || '/' || cast(range_to as string)" -%}
    {{ return({
        'distrokid.streams_daily': {'day': 'stream_date', 'measures': {'streams': 'stream_count'}},
        'distrokid.apple_daily': {'day': 'stream_date', 'measures': {'streams': 'stream_count'}},
        'distrokid.streams_series': {
            'partial': true, 'subject': "chart || ' ' || cast(period_start as string)", 'measures': {'streams': 'stream_count'},
        },
        'toolost.spotify_daily': {'day': 'stream_date', 'measures': {'streams': 'stream_count'}},
        'toolost.apple_daily': {'day': 'stream_date', 'measures': {'streams': 'stream_count'}},
        'toolost.discovery': {
            'day': 'discovery_month', 'measures': {'streams': 'stream_count', 'fees': 'fees_usd'}, 'currency': "'USD'",
        },
        'toolost.apple_tracks': {'never': 'each capture has a window of its own'},
        'toolost.apple_countries': {'never': 'each capture has a window of its own'},
        'toolost.apple_totals': {'never': 'each capture has a window of its own'},
        'spotify.audience_daily': {
            'rows': ref('int_spotify_audience_daily_resolved'), 'day': 'stream_date',
            'measures': {'streams': 'streams', 'listeners': 'listeners', 'followers': 'followers_total'},
        },
        'spotify.song_daily': {'day': 'stream_date', 'measures': {'streams': 'streams'}},
        'spotify.songs': {'scope': "coalesce(time_window, '')", 'subject': 'title'},
        'spotify.catalogue': {'subject': "coalesce(title, '') || ' ' || spotify_id"},
        'tiktok.overview': {
            'day': 'metrics_date',
            'measures': {
                'views': 'video_views', 'likes': 'likes_received', 'comments': 'comments_received', 'shares': 'shares'
            },
        },
        'tiktok.follower_history': {'day': 'metrics_date', 'measures': {'followers': 'followers_total'}},
        'tiktok.viewers': {'day': 'metrics_date', 'measures': {'viewers': 'viewers'}},
        'meta_ads.account': {'subject': 'account_id'},
        'meta_ads.campaigns': {'subject': 'campaign_id'},
        'meta_ads.adsets': {'subject': 'adset_id'},
        'meta_ads.insights_daily': {
            'rows': ad_days_stated('insights_daily', insights_breakdowns()),
            'day': 'performance_date', 'subject': 'campaign_id', 'measures': ads, 'currency': 'currency_code',
        },
        'meta_ads.manager_daily': {
            'rows': ad_days_stated('manager_daily', manager_breakdowns()),
            'day': 'performance_date', 'subject': 'campaign_id', 'measures': ads, 'currency': 'currency_code',
        },
        'meta_ads.insights_window': {
            'rows': ad_ranges_stated('insights_window'), 'scope': range, 'subject': 'campaign_id',
            'measures': {'spend': 'spend_amount'},
        },
        'meta_ads.manager_window': {
            'rows': ad_ranges_stated('manager_window'), 'scope': range, 'subject': 'campaign_id',
            'measures': {'spend': 'spend_amount'},
        },
        'linktree.overview_daily': {
            'day': 'analytics_date', 'measures': {'views': 'total_views', 'clicks': 'total_clicks'},
        },
        'linktree.links': {'scope': window, 'subject': 'link_id', 'measures': {'clicks': 'clicks'}},
        'linktree.link_titles': {'never': 'a capture names one link or all'},
        'youtube.channels': {'subject': 'channel_id'},
        'youtube.videos': {'never': 'an answer names up to fifty videos, and its counts are levels'},
        'youtube.channel_daily': {'day': 'view_date', 'measures': {'views': 'views', 'watch_minutes': 'watch_minutes'}},
        'youtube.video_daily': {'day': 'view_date', 'subject': 'video_id', 'measures': {'views': 'views'}},
        'mailchimp.reports': {'subject': 'campaign_id', 'measures': {'emails': 'emails_sent'}, 'partial': true},
        'mailchimp.lists': {'subject': 'list_id'},
        'mailchimp.list_growth': {'day': 'growth_month', 'measures': {'subscribers': 'subscribers_total'}},
        'submithub.submissions': {'never': 'files add up by submission, and its state is bound to change'},
        'submithub.links': {
            'subject': "link_key || ' ' || service_name || ' ' || cast(click_date as string)",
            'measures': {'clicks': 'clicks'}, 'partial': true,
        },
        'catalog.royalty_splits': {
            'subject': "coalesce(isrc_as_stated, title, '') || ', ' || coalesce(artist_name, '')",
            'measures': {'royalty_percentage': 'royalty_percentage'}, 'is_final': true,
        },
        'legacy.daily_streams': {
            'rows': ref('int_legacy_streams_unpivoted'), 'day': 'stream_date', 'subject': "data_source || ' ' || series",
            'measures': {'streams': 'stream_count'},
        },
    }) }}
{% endmacro %}


{#- Each extract's rows of a campaign's day (or range), without what it states twice, at one level: the campaign's, else its ad
    sets', else its ads', which are the same money. -#}
{% macro ad_days_stated(table, breakdowns) %}
    {%- set readable -%}
        (
            select insights.*{{ ', resolved.campaign_id' if table == 'manager_daily' }}
            from {{ ref('stg_meta_ads__' ~ table) }} as insights
            {% if table == 'manager_daily' -%}
                inner join {{ ref('int_meta_ads_manager_campaigns_resolved') }} as resolved
                    on insights.insight_id = resolved.insight_id and not insights.is_totals_row
            {%- endif %}
            where insights.reject_reason is null
        ) as readable
    {%- endset -%}
    {{ return('(' ~ at_one_level(
        '(' ~ rows_stated_once(readable, ['performance_date'], breakdowns | length) ~ ')', 'performance_date'
    ) ~ ')') }}
{% endmacro %}

{% macro ad_ranges_stated(table) %}
    {%- set ranges -%}
        (
            select
                *,
                cast(null as string) as reject_reason
            from {{ ref('int_ad_ranges_stated') }}
            where source_table = '{{ table }}'
        )
    {%- endset -%}
    {{ return('(' ~ at_one_level(ranges, 'range_from, range_to') ~ ')') }}
{% endmacro %}

{% macro at_one_level(rows, period) %}
    {%- set rank = "case level when 'campaign' then 1 when 'adset' then 2 else 3 end" -%}
    select *
    from {{ rows }} as stated
    qualify {{ rank }} = min({{ rank }}) over (partition by _account, _extract_id, campaign_id, {{ period }})
{%- endmacro %}


{#- The figures of a table as each extract states them, a column each; none where only what is stated is compared. -#}
{% macro figures_summed(source_table, table) %}
    select
        _account,
        _extract_id,
        {{ table.scope or "''" }} as scope,
        {{ table.subject or "''" }} as subject,
        {{ 'max(' ~ table.currency ~ ')' if table.currency else 'cast(null as string)' }} as currency_code,
        {%- for measure, column in (table.measures or {}).items() %}
        sum(cast({{ column }} as decimal(38, 12))) as {{ measure }},
        {%- endfor %}
        {{ table.day or 'cast(null as date)' }} as observed_on
    from {{ table.rows or ref('stg_' ~ source_table | replace('.', '__')) }} as landed
    where reject_reason is null{% if table.day %} and {{ table.day }} is not null{% endif %}
    group by {{ ['_account', '_extract_id', table.scope, table.subject, table.day] | select | join(', ') }}
{%- endmacro %}


{#- One of them, tall. -#}
{% macro figures_of(source_table, table, measure) %}
    select
        '{{ source_table }}' as source_table,
        _account,
        _extract_id,
        scope,
        subject,
        '{{ measure }}' as measure,
        {{ 'currency_code' if measure in ['spend', 'fees'] else 'cast(null as string) as currency_code' }},
        cast(1 as bigint) as row_count,
        {{ measure if table.measures else 'cast(1 as decimal(38, 12))' }} as figure,
        {{ 'true' if table.day else 'false' }} as is_by_day,
        {{ 'true' if table.partial else 'false' }} as is_partial,
        {{ 'true' if table.is_final else 'false' }} as is_final,
        observed_on
    from {{ source_table | replace('.', '_') }}
    {%- if table.measures %}
    where {{ measure }} is not null
    {%- endif %}
{%- endmacro %}

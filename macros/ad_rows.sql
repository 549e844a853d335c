{#- What several models of ad figures share. -#}

{#-
    Rows of days with their place: of each campaign and day, the rows of the newest extract that states it are 1. Rows of a
    breakdown (by age, by country) stand for a day that no extract states without one: Meta leaves small ones out.
    `newer_breakdown_spend` is what the newest breakdown after the rows that count says was spent.
-#}
{% macro newest_campaign_days(rows) %}
    {%- set day = 'campaign_id, performance_date' -%}
    {%- set newest_first -%}
        _extracted_at desc, case level when 'campaign' then 1 when 'adset' then 2 else 3 end asc, _sequence desc
    {%- endset -%}
    select
        *,
        cast(
            sum(
                case when is_breakdown and breakdown_place = 1 and _extracted_at > counted_at then spend_amount end
            ) over (partition by {{ day }}) as decimal(24, 12)
        ) as newer_breakdown_spend
    from (
        select
            *,
            rank() over (partition by {{ day }}, is_breakdown order by {{ newest_first }}) as breakdown_place,
            first_value(_extracted_at) over (partition by {{ day }} order by {{ plain_first('is_breakdown') }}, {{ newest_first }})
                as counted_at,
            rank() over (partition by {{ day }} order by {{ plain_first('is_breakdown') }}, {{ newest_first }}) as place
        from (
            select
                *,
                max(breakdown is not null) over (partition by _extract_id, campaign_id, performance_date, level) as is_breakdown
            from {{ rows }}
        ) as marked
    ) as ranked
{%- endmacro %}


{#- The order in which statements without a breakdown come before those with one, whose sums miss what is too small to show. -#}
{% macro plain_first(is_breakdown) -%}
    case when {{ is_breakdown }} then 1 else 0 end
{%- endmacro %}


{#- Of a campaign's day that the API and Ads Manager's CSV both state, the one that counts: the one without a breakdown, else the
    API's. -#}
{% macro ad_days_chosen() %}
    select
        campaign_id,
        performance_date,
        source_table
    from (
        select distinct
            campaign_id,
            performance_date,
            is_breakdown,
            'insights_daily' as source_table
        from {{ ref('int_meta_ads_insights_daily_kept') }}
        where reject_reason is null

        union all

        select distinct
            campaign_id,
            performance_date,
            is_breakdown,
            'manager_daily' as source_table
        from {{ ref('int_meta_ads_manager_daily_kept') }}
        where reject_reason is null and not is_totals_row
    ) as days
    qualify
        row_number() over (
            partition by campaign_id, performance_date
            order by {{ plain_first('is_breakdown') }}, source_table
        ) = 1
{%- endmacro %}


{#- The columns that daily rows of the API and of Ads Manager's CSV share. -#}
{% macro daily_columns(relation=none) %}
    {%- for name in [
        'insight_id', 'campaign_id', 'campaign_name', 'level', 'currency_code', 'reject_reason', 'spend_amount', 'impressions',
        'clicks', 'inline_link_clicks', 'reach', 'performance_date', '_account', '_extract_id', '_extracted_at', '_sequence',
        '_row_number'
    ] -%}
    {{ relation ~ '.' if relation }}{{ name }}{{ ',\n        ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{#- The value that all rows of a group agree on that state one; null where they differ. -#}
{% macro the_only(expression, group) -%}
    case
        when
            min({{ expression }}) over (partition by {{ group | join(', ') }})
            = max({{ expression }}) over (partition by {{ group | join(', ') }})
            then min({{ expression }}) over (partition by {{ group | join(', ') }})
    end
{%- endmacro %}

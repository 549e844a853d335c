{#- What several models of ad figures share. -#}

{#- Rows of days with their place: of each campaign and day, the rows of the newest extract that states it are 1. -#}
{% macro newest_campaign_days(rows) %}
    select
        *,
        rank() over (
            partition by campaign_id, performance_date
            order by
                _extracted_at desc,
                case level when 'campaign' then 1 when 'adset' then 2 else 3 end,
                case when is_breakdown_extract then 1 else 0 end,
                _sequence desc
        ) as place
    from (
        select
            *,
            max(breakdown is not null) over (partition by _extract_id, campaign_id, performance_date, level)
                as is_breakdown_extract
        from {{ rows }}
    ) as marked
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

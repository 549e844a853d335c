{#- Functions of the marketing models whose form differs between engines. -#}

{% macro join_in_order(expression, separator, place) -%}
    {{ return(adapter.dispatch('join_in_order')(expression, separator, place)) }}
{%- endmacro %}

{% macro duckdb__join_in_order(expression, separator, place) -%}
    string_agg({{ expression }}, {{ separator }} order by {{ place }})
{%- endmacro %}

{% macro spark__join_in_order(expression, separator, place) %}
    nullif(
        array_join(
            transform(
                array_sort(
                    collect_list(
                        case
                            when {{ expression }} is not null
                                then named_struct('place', {{ place }}, 'item', {{ expression }})
                        end
                    )
                ),
                one -> one.item
            ),
            {{ separator }}
        ),
        ''
    )
{%- endmacro %}


{% macro minutes_before(moment, minutes) -%}
    {{ return(adapter.dispatch('minutes_before')(moment, minutes)) }}
{%- endmacro %}

{% macro duckdb__minutes_before(moment, minutes) %}{{ moment }} - to_minutes({{ minutes }}){% endmacro %}

{% macro spark__minutes_before(moment, minutes) %}{{ moment }} - make_dt_interval(0, 0, {{ minutes }}){% endmacro %}


{#- A time with its offset (2025-05-23T10:15:00-0700, +01:00 or Z) in UTC without zone; null for what is none, or can't be. -#}
{% macro utc_timestamp(expression) %}
    {%- set offset = "replace(substr(trim(" ~ expression ~ "), 20), ':', '')" -%}
    {%- set sign = "case when left(" ~ offset ~ ", 1) = '-' then -1 else 1 end" -%}
    {%- set hours = "coalesce(try_cast(nullif(substr(" ~ offset ~ ", 2, 2), '') as integer), 0)" -%}
    {%- set minutes = "coalesce(try_cast(nullif(substr(" ~ offset ~ ", 4, 2), '') as integer), 0)" -%}
    case
        when {{ matches(
            "trim(" ~ expression ~ ")",
            "'^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:?[0-9]{2})$'"
        ) }}
            then {{ minutes_before(
                "try_cast(replace(left(trim(" ~ expression ~ "), 19), 'T', ' ') as timestamp)",
                "cast(" ~ sign ~ " * (" ~ hours ~ " * 60 + " ~ minutes ~ ") as integer)"
            ) }}
    end
{%- endmacro %}

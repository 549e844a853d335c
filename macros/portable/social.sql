{#- Readings of what the social platforms and the bank write. -#}

{% macro missing_to_null(expression) %}
    case when lower(trim({{ expression }})) not in ('', 'nan', 'undefined') then trim({{ expression }}) end
{%- endmacro %}


{% macro count_or_null(expression) %}{{ count_of(missing_to_null(expression)) }}{% endmacro %}


{% macro unread_count(column) %}
    {{- unread(missing_to_null(column), '(' ~ count_or_null(column) ~ ')', column | replace('"', '') | replace('`', '')) -}}
{% endmacro %}


{#- Whether a day is not finished: TikTok states `undefined` for one of its figures, and 0 for others that it doesn't know. -#}
{% macro is_unfinished(columns) %}
    {%- set tests = [] -%}
    {%- for column in columns -%}
        {%- do tests.append("coalesce(lower(trim(" ~ column ~ ")) = 'undefined', false)") -%}
    {%- endfor -%}
    {{ tests | join(' or ') }}
{%- endmacro %}


{#- A figure of such a day: 0 is unknown. -#}
{% macro known_count(expression) %}case when not is_unfinished or {{ expression }} <> 0 then {{ expression }} end{% endmacro %}


{#- A gain that can be a loss: a difference between two days, or likes that were taken back. -#}
{% macro change_or_null(expression) %}{{ whole_number(missing_to_null(expression)) }}{% endmacro %}


{% macro unread_change(column) %}
    {{- unread(missing_to_null(column), '(' ~ change_or_null(column) ~ ')', column | replace('"', '') | replace('`', '')) -}}
{% endmacro %}


{#- A day as written, else counted from the extract's first day: the loader checked that rows follow day by day. -#}
{% macro counted_day(column) %}
    coalesce(
        {{ parsed_date("replace(" ~ column ~ ", '/', '-')", 'iso') }},
        {{ add_days('_covers_from', '_row_number - 1') }}
    )
{%- endmacro %}


{#-
    A day as banks and spreadsheets write it: ISO, or with slashes and four or two digits of the year, the month first unless
    landing found, or a person said, that the file's dates are day first.
-#}
{% macro iso_or_us_date(expression) %}
    {%- set text = 'trim(' ~ expression ~ ')' -%}
    {%- set parts = [] -%}
    {%- for place in (2, 1, 3) -%}{%- do parts.append("split_part(" ~ text ~ ", '/', " ~ place ~ ")") -%}{%- endfor -%}
    {%- set us = "case when _header_date_order = 'day-first' then " ~ parts | join(" || '/' || ") ~ " else " ~ text ~ " end" -%}
    case
        when {{ matches(text, "'^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$'") }} then {{ parsed_date(expression, 'iso') }}
        when {{ matches(text, "'^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$'") }} then {{ parsed_date(us, 'us') }}
        when {{ matches(text, "'^[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}$'") }} then {{ parsed_date(us, 'us_short') }}
    end
{%- endmacro %}


{#- The number of a readable line among those of its file that are equal in what makes them one transaction. Counted by
    content, not by place: a file whose rows come in another order is the same file. -#}
{% macro occurrence_of(key) %}
    cast(row_number() over (partition by _account, _extract_id, {{ key }} order by row_id) as bigint)
{%- endmacro %}

{#- Readings of what the social platforms and the bank write. -#}

{% macro missing_to_null(expression) %}
    case when lower(trim({{ expression }})) not in ('', 'nan', 'undefined') then trim({{ expression }}) end
{%- endmacro %}


{% macro count_or_null(expression) %}{{ whole_number(missing_to_null(expression)) }}{% endmacro %}


{% macro unread_count(column) %}
    {{- unread(missing_to_null(column), '(' ~ count_or_null(column) ~ ')', column | replace('"', '') | replace('`', '')) -}}
{% endmacro %}


{#- A day as written, else counted from the extract's first day: the loader checked that rows follow day by day. -#}
{% macro counted_day(column) %}
    coalesce(
        {{ parsed_date("replace(" ~ column ~ ", '/', '-')", 'iso') }},
        {{ add_days('_covers_from', '_row_number - 1') }}
    )
{%- endmacro %}


{#- A day as banks and spreadsheets write it: ISO, or US with four or two digits of the year. -#}
{% macro iso_or_us_date(expression) %}
    {%- set text = 'trim(' ~ expression ~ ')' %}
    case
        when {{ matches(text, "'^[0-9]{4}-[0-9]{2}-[0-9]{2}$'") }} then {{ parsed_date(expression, 'iso') }}
        when {{ matches(text, "'^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$'") }} then {{ parsed_date(expression, 'us') }}
        when {{ matches(text, "'^[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}$'") }} then {{ parsed_date(expression, 'us_short') }}
    end
{%- endmacro %}


{#- The number of a readable line among those of its file that are equal in what makes them one transaction. Counted by
    content, not by place: a file whose rows come in another order is the same file. -#}
{% macro occurrence_of(key) %}
    cast(row_number() over (partition by _account, _extract_id, {{ key }} order by row_id) as bigint)
{%- endmacro %}

{#- Readings of what the label's own conversion files hold. -#}

{#- A text with `%20` and its like decoded, and `+` as a space; as it is where it holds no valid encoding. -#}
{% macro url_decoded(expression) %}{{ return(adapter.dispatch('url_decoded')(expression)) }}{% endmacro %}

{% macro duckdb__url_decoded(expression) %}
    {%- set spaced = "replace(" ~ expression ~ ", '+', ' ')" -%}
    coalesce(try(url_decode({{ spaced }})), {{ spaced }})
{%- endmacro %}

{#- Spark refuses a text for one lone percent sign, and reads bytes that are no UTF-8 as U+FFFD: DuckDB does neither. -#}
{% macro spark__url_decoded(expression) %}
    {%- set spaced = "replace(" ~ expression ~ ", '+', ' ')" -%}
    {%- set decoded = "try_url_decode(regexp_replace(" ~ spaced ~ ", '%(?![0-9A-Fa-f]{2})', '%25'))" -%}
    coalesce(case when not contains({{ decoded }}, decode(unhex('EFBFBD'), 'utf-8')) then {{ decoded }} end, {{ spaced }})
{%- endmacro %}


{#- A UTM value as it is compared and kept: decoded, in lower case, single spaces; null for what tools write for none. -#}
{% macro utm_value(expression) %}
    {%- set folded = "lower(trim(" ~ replace_all(url_decoded(expression), "'[ \t\r\n ]+'", "' '") ~ "))" -%}
    case when {{ folded }} not in ('', '(not set)', '(none)', '(direct)', '(organic)', '(referral)') then {{ folded }} end
{%- endmacro %}


{#- An ISO day or time, with `T` or a space between, a fraction or none, in UTC where it has an offset; null for others. -#}
{% macro iso_moment(expression) %}
    {%- set day = "(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}" -%}
    {%- set text = replace_all("replace(trim(" ~ expression ~ "), ' ', 'T')", "'[.][0-9]+'", "''") -%}
    case
        when {{ matches(text, "'^" ~ day ~ "(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?$'") }}
            then try_cast(replace({{ text }}, 'T', ' ') as timestamp)
        else {{ utc_timestamp(text) }}
    end
{%- endmacro %}

{#- Casts from landed text. Each gives null for what it can't read; a reject rule names it. -#}

{% macro blank_to_null(expression) %}nullif(trim({{ expression }}), ''){% endmacro %}


{% macro money(expression) %}
    case
        when {{ matches('trim(' ~ expression ~ ')', "'^-?[0-9]{1,12}([.][0-9]{1,12})?$'") }}
            then try_cast(trim({{ expression }}) as decimal(24, 12))
    end
{%- endmacro %}


{#- A number without its thousands' commas where they are well placed (`1,234.56`); any other text as it is. -#}
{% macro grouped_number(expression) %}
    case
        when {{ matches('trim(' ~ expression ~ ')', "'^-?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?$'") }}
            then replace({{ expression }}, ',', '')
        else {{ expression }}
    end
{%- endmacro %}


{% macro whole_number(expression) %}
    case
        when {{ matches('trim(' ~ expression ~ ')', "'^-?([0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5})$'") }}
            then try_cast(replace(trim({{ expression }}), ',', '') as bigint)
    end
{%- endmacro %}


{#- The text of a day without a time of day after it (`2026-05-01T10:15:00Z`, `5/1/2026 9:41 AM`). -#}
{% macro without_time(expression) %}
    {{- replace_all(
        expression,
        "'[T ]+[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)? *([AaPp][Mm]|Z|[+-][0-9]{2}:?[0-9]{2})? *$'",
        "''"
    ) -}}
{% endmacro %}


{#- Says what can't be read: a text that is there, whose reading is null. -#}
{% macro unread(raw, read, label) %}
    case when {{ blank_to_null(raw) }} is not null and {{ read }} is null then '{{ label }} can''t be read: ' || trim({{ raw }}) end
{%- endmacro %}


{% macro surrogate_key(expressions) %}
    md5(
        {%- for expression in expressions %}
        coalesce(cast({{ expression }} as string), '<null>'){% if not loop.last %} || '|' ||{% endif %}
        {%- endfor %}
    )
{%- endmacro %}


{% macro ratio(numerator, denominator) %}
    cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}

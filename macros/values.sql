{#- Casts from landed text. Each gives null for what it can't read; a reject rule names it. -#}

{% macro blank_to_null(expression) %}nullif(trim({{ expression }}), ''){% endmacro %}


{#- An id without blanks of any kind around it. -#}
{% macro id_as_stated(expression) %}
    {{- blank_to_null(replace_all(expression, "'^[ \t\r\n\u00a0]+|[ \t\r\n\u00a0]+$'", "''")) -}}
{% endmacro %}


{#- An id as it is compared, where a hand or a second system may write it in other capitals: an order's, an event's. -#}
{% macro id_key(expression) %}lower({{ id_as_stated(expression) }}){% endmacro %}


{#-
    A link as it is compared: blanks around it, the case of scheme and host, whether the scheme is `http`, `https` or left out,
    and a slash at the end of the path tell no links apart. Path and query keep their case, as does a text that is no link: ids of
    YouTube and Spotify, and codes of short links, differ in it.
-#}
{% macro link_key(expression) %}
    {%- set bare = replace_all(id_as_stated(expression), "'^[Hh][Tt][Tt][Pp][Ss]?://'", "''") -%}
    {%- set host = "regexp_extract(" ~ bare ~ ", '^[A-Za-z0-9-]+([.][A-Za-z0-9-]+)+', 0)" -%}
    {%- set path = "substr(" ~ bare ~ ", length(" ~ host ~ ") + 1)" -%}
    case
        when {{ host }} <> ''
            then
                'https://' || lower({{ host }})
                || {{ replace_all("replace(replace(" ~ path ~ ", '/?', '?'), '/#', '#')", "'/+$'", "''") }}
        else {{ id_as_stated(expression) }}
    end
{%- endmacro %}


{#-
    One grammar of numbers for every source: `-1234.5`, `1,234.56`, `$5.00`, `(5.00)` for -5.00, and an exponent as programs
    write it (`1.2E7`, `5E-06`). Commas alone (`1,234`) are no part of it: a comma may be the decimal's sign.
-#}
{% macro is_number(expression) %}
    {%- set plain = '[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,3})?' -%}
    {%- set amount = '(' ~ plain ~ '|[0-9]{1,3}(,[0-9]{3})+[.][0-9]+)' -%}
    {{- matches(
        'trim(' ~ expression ~ ')',
        "'^([+-]?[$]?" ~ amount ~ "|[$][+-]" ~ amount ~ "|[(][$]?" ~ amount ~ "[)])$'"
    ) -}}
{% endmacro %}


{#- The text of a number as engines read it: `-5.00` of `(5.00)`, `1234.56` of `$1,234.56`. -#}
{% macro bare_number(expression) %}
    case when left(trim({{ expression }}), 1) = '(' then '-' else '' end
    || {{ replace_all('trim(' ~ expression ~ ')', "'[^0-9.eE-]'", "''") }}
{%- endmacro %}


{#- The exponent that a number is written with, else 0. -#}
{% macro exponent_of(text) %}
    coalesce(
        try_cast(nullif({{ replace_all("regexp_extract(" ~ text ~ ", '[eE]([+-]?[0-9]+)', 1)", "'[+]'", "''") }}, '') as integer), 0
    )
{%- endmacro %}


{#-
    Whether a number has at most so many digits before its point and places after it, its exponent taken in and zeros at
    either end left out. The engines don't say where a cast rounds or overflows.
-#}
{% macro fits(expression, digits, places) %}
    {%- set text = 'trim(' ~ expression ~ ')' -%}
    {%- set before = "replace(regexp_extract(" ~ text ~ ", '^[^0-9]*0*([0-9,]*)', 1), ',', '')" -%}
    {%- set after = "regexp_extract(" ~ text ~ ", '[.]([0-9]*[1-9])', 1)" -%}
    length({{ before }}) + greatest({{ exponent_of(text) }}, 0) <= {{ digits }}
    and length({{ after }}) - {{ exponent_of(text) }} <= {{ places }}
{%- endmacro %}


{#- Up to ten digits before the point, and fifteen of a count: more can't be, and would make sums overflow. -#}
{% macro money(expression) %}
    case
        when {{ matches('trim(' ~ expression ~ ')', "'^-?[0-9]{1,10}([.][0-9]{1,12})?$'") }}
            then try_cast(trim({{ expression }}) as decimal(24, 12))
        when {{ is_number(expression) }} and {{ fits(expression, 10, 12) }}
            then try_cast({{ bare_number(expression) }} as decimal(24, 12))
    end
{%- endmacro %}


{#- A number without its thousands' commas where they are well placed (`1,234.56`, `1,234`); any other text as it is. -#}
{% macro grouped_number(expression) %}
    case
        when {{ matches('trim(' ~ expression ~ ')', "'^-?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?$'") }}
            then replace({{ expression }}, ',', '')
        else {{ expression }}
    end
{%- endmacro %}


{#- `1,234`, `5.0` and `1.2E7` are whole numbers; `1.5` and `1,5` are none. -#}
{% macro whole_number(expression) %}
    case
        when {{ matches('trim(' ~ expression ~ ')', "'^-?([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4})$'") }}
            then try_cast(replace(trim({{ expression }}), ',', '') as bigint)
        when {{ is_number(expression) }} and {{ fits(expression, 15, 0) }}
            then cast(try_cast({{ bare_number(expression) }} as decimal(18, 0)) as bigint)
    end
{%- endmacro %}


{#- An amount that is not negative. -#}
{% macro spent_of(expression) %}
    case when {{ money(expression) }} >= 0 then {{ money(expression) }} end
{%- endmacro %}


{#- A count: a whole number that is not negative. -#}
{% macro count_of(expression) %}
    case when {{ whole_number(expression) }} >= 0 then {{ whole_number(expression) }} end
{%- endmacro %}


{#-
    The first day of a month that can be read one way only: `2025-04`, `2025-4`, `2025-04-01`, `202504`, `04/2025`,
    `April 2025`; null for anything else.
-#}
{% macro month_start(expression) %}
    {%- set text = 'trim(' ~ expression ~ ')' -%}
    {%- set names = 'JAN(UARY)?|FEB(RUARY)?|MAR(CH)?|APR(IL)?|MAY|JUNE?|JULY?|AUG(UST)?|SEP(T|TEMBER)?|OCT(OBER)?|NOV(EMBER)?|DEC(EMBER)?' -%}
    {%- set number = "(instr('JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC', left(upper(" ~ text ~ "), 3)) + 2) / 3" -%}
    case
        when {{ matches(text, "'^[0-9]{4}-[0-9]{1,2}$'") }} then {{ parsed_date(text ~ " || '-01'", 'iso') }}
        when {{ matches(text, "'^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$'") }} then {{ month_of(parsed_date(text, 'iso')) }}
        when {{ matches(text, "'^[0-9]{6}$'") }}
            then {{ parsed_date("left(" ~ text ~ ", 4) || '-' || right(" ~ text ~ ", 2) || '-01'", 'iso') }}
        when {{ matches(text, "'^[0-9]{1,2}/[0-9]{4}$'") }}
            then {{ parsed_date("right(" ~ text ~ ", 4) || '-' || split_part(" ~ text ~ ", '/', 1) || '-01'", 'iso') }}
        when {{ matches('upper(' ~ text ~ ')', "'^(" ~ names ~ ") +[0-9]{4}$'") }}
            then {{ parsed_date("right(" ~ text ~ ", 4) || '-' || cast(cast(floor(" ~ number ~ ") as integer) as string) || '-01'", 'iso') }}
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


{#- The hash of a row in a table whose dates may be day first: another one where they are, as the row then states another day. -#}
{% macro row_sha_as_read() -%}
    _row_sha || coalesce('|' || _header_date_order, '')
{%- endmacro %}


{% macro ratio(numerator, denominator) %}
    cast({{ numerator }} as double) / nullif(cast({{ denominator }} as double), 0)
{%- endmacro %}

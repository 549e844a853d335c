{#- Date functions whose form differs between engines. -#}

{% macro month_of(expression) %}cast(date_trunc('month', {{ expression }}) as date){% endmacro %}

{% macro add_days(expression, days) %}{{ return(adapter.dispatch('add_days')(expression, days)) }}{% endmacro %}

{% macro duckdb__add_days(expression, days) %}cast({{ expression }} + cast({{ days }} as integer) as date){% endmacro %}

{% macro spark__add_days(expression, days) %}date_add({{ expression }}, cast({{ days }} as int)){% endmacro %}


{% macro add_months(expression, months) %}{{ return(adapter.dispatch('add_months')(expression, months)) }}{% endmacro %}

{% macro duckdb__add_months(expression, months) %}cast({{ expression }} + to_months(cast({{ months }} as integer)) as date){% endmacro %}

{% macro spark__add_months(expression, months) %}add_months({{ expression }}, cast({{ months }} as int)){% endmacro %}


{#- Months from the month of one day to the month of another. -#}
{% macro months_between(first, last) -%}
    cast(
        12 * (extract(year from {{ last }}) - extract(year from {{ first }}))
        + extract(month from {{ last }}) - extract(month from {{ first }})
        as integer
    )
{%- endmacro %}


{% macro days_between(first, last) %}{{ return(adapter.dispatch('days_between')(first, last)) }}{% endmacro %}

{% macro duckdb__days_between(first, last) %}datediff('day', {{ first }}, {{ last }}){% endmacro %}

{% macro spark__days_between(first, last) %}datediff({{ last }}, {{ first }}){% endmacro %}


{#- A day that can be: from 1900 to 2099. The year 0001 or 9999 is what programs write for no date. -#}
{% macro possible_day(day) %}
    case when {{ day }} >= cast('1900-01-01' as date) and {{ day }} < cast('2100-01-01' as date) then {{ day }} end
{%- endmacro %}


{#- A day as it is written: ISO or US, a month or day of one digit too; null for anything else and for a day that can't be. -#}
{% macro parsed_date(expression, format) -%}
    {{ possible_day(adapter.dispatch('parsed_date')(expression, format)) }}
{%- endmacro %}

{% macro duckdb__parsed_date(expression, format) -%}
    {%- set text = 'trim(' ~ expression ~ ')' -%}
    {%- set forms = {'iso': '%Y-%m-%d', 'us': '%m/%d/%Y', 'us_short': '%m/%d/%y'} -%}
    {%- if format == 'us_short' -%} {%- set text = "nullif(regexp_extract(" ~ text ~ ", '^.*/[0-9]{2}$'), '')" -%} {%- endif -%}
    cast(try_strptime({{ text }}, '{{ forms[format] }}') as date)
{%- endmacro %}

{% macro spark__parsed_date(expression, format) -%}
    {%- set forms = {'iso': 'yyyy-M-d', 'us': 'M/d/yyyy', 'us_short': 'M/d/yy'} -%}
    {%- set day = "try_to_date(trim(" ~ expression ~ "), '" ~ forms[format] ~ "')" -%}
    {%- if format == 'us_short' -%}
        case when {{ day }} >= cast('2069-01-01' as date) then add_months({{ day }}, -1200) else {{ day }} end
    {%- else -%}
        {{ day }}
    {%- endif -%}
{%- endmacro %}


{#- "Today" of a build: the variable, else BEDROT_AS_OF (which `python cli.py build` always sets), else the day on which dbt was
    started, in BEDROT_TIMEZONE: one day for the whole build, and the one that the commands take. -#}
{% macro as_of_date() %}
    {%- set zone = modules.pytz.timezone(env_var('BEDROT_TIMEZONE', 'UTC')) -%}
    {%- set stated = var('as_of_date', env_var('BEDROT_AS_OF', '')) or run_started_at.astimezone(zone).date() -%}
    cast('{{ stated }}' as date)
{% endmacro %}

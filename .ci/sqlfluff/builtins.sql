{% macro env_var(name, default='') %}{{ default }}{% endmacro %}
{#- Casts in a short form: their own SQL is not what is linted, and takes longer to parse than everything else. -#}
{% macro money(expression) %}try_cast({{ expression }} as decimal(24, 12)){% endmacro %}
{% macro spent_of(expression) %}try_cast({{ expression }} as decimal(24, 12)){% endmacro %}
{% macro whole_number(expression) %}try_cast({{ expression }} as bigint){% endmacro %}
{% macro count_of(expression) %}try_cast({{ expression }} as bigint){% endmacro %}
{% macro count_or_null(expression) %}try_cast({{ expression }} as bigint){% endmacro %}
{% macro change_or_null(expression) %}try_cast({{ expression }} as bigint){% endmacro %}
{% macro month_start(expression) %}try_cast({{ expression }} as date){% endmacro %}
{% macro iso_or_us_date(expression) %}try_cast({{ expression }} as date){% endmacro %}
{% macro unread(raw, read, label) %}case when {{ read }} is null then '{{ label }}' end{% endmacro %}
{% macro unread_count(column) %}case when {{ column }} is null then 'unread' end{% endmacro %}
{% macro unread_change(column) %}case when {{ column }} is null then 'unread' end{% endmacro %}

{#- Text functions whose form differs between engines. Patterns use no backslashes: `[0-9]`, `[.]`. -#}

{#- A pattern as Java reads it: its `$` would also match before a line break that ends the text. A dollar's sign is `[$]`. -#}
{% macro java_pattern(pattern) %}
    {{- return(pattern | replace('[$]', '[dollar]') | replace('$', '$(?!(?s:.))') | replace('[dollar]', '[$]')) -}}
{% endmacro %}


{% macro matches(expression, pattern) %}{{ return(adapter.dispatch('matches')(expression, pattern)) }}{% endmacro %}

{% macro duckdb__matches(expression, pattern) %}regexp_matches({{ expression }}, {{ pattern }}){% endmacro %}

{% macro spark__matches(expression, pattern) %}({{ expression }} rlike {{ java_pattern(pattern) }}){% endmacro %}


{% macro replace_all(expression, pattern, replacement) %}{{ return(adapter.dispatch('replace_all')(expression, pattern, replacement)) }}{% endmacro %}

{% macro duckdb__replace_all(expression, pattern, replacement) %}regexp_replace({{ expression }}, {{ pattern }}, {{ replacement }}, 'g'){% endmacro %}

{% macro spark__replace_all(expression, pattern, replacement) %}
    regexp_replace({{ expression }}, {{ java_pattern(pattern) }}, {{ replacement }})
{%- endmacro %}


{#- A value in a JSON text; null where it holds none, or is no JSON. -#}
{% macro json_text(expression, path) %}{{ return(adapter.dispatch('json_text')(expression, path)) }}{% endmacro %}

{% macro duckdb__json_text(expression, path) %}json_extract_string(try_cast({{ expression }} as json), {{ path }}){% endmacro %}

{% macro spark__json_text(expression, path) %}get_json_object({{ expression }}, {{ path }}){% endmacro %}


{#- One row per item of a JSON list; none where the text is no list. -#}
{% macro json_items(expression) %}{{ return(adapter.dispatch('json_items')(expression)) }}{% endmacro %}

{% macro duckdb__json_items(expression) %}unnest(try_cast(try_cast({{ expression }} as json) as json[]))::varchar{% endmacro %}

{% macro spark__json_items(expression) %}explode(from_json({{ expression }}, 'array<string>')){% endmacro %}

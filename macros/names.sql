{#- How artist names, titles and codes compare: by code, then by alias, never by likeness. -#}

{% macro upper_name(expression) %}upper(replace({{ expression }}, 'ß', 'SS')){% endmacro %}


{% macro name_key(expression) %}
    nullif(trim({{ replace_all(upper_name(expression), "'[ \t\r\n ]+'", "' '") }}), '')
{%- endmacro %}


{#- Its words alone: capitals and digits, a single space where punctuation was. -#}
{% macro words_only(expression) %}
    trim({{ replace_all(name_key(expression), "'[^0-9A-ZÀ-힣]+'", "' '") }})
{%- endmacro %}


{% macro title_key(expression) %}
    {{ name_key(replace_all(upper_name(expression), "'[(] *(FEAT[.]?|FT[.]?|FEATURING) [^)]*[)]'", "''")) }}
{%- endmacro %}


{#- Who a title says is featured: the text inside `(feat. …)`. -#}
{% macro guests_of(title) %}
    nullif(regexp_extract({{ upper_name(title) }}, '[(] *(FEAT[.]?|FT[.]?|FEATURING) ([^)]*)[)]', 2), '')
{%- endmacro %}


{% macro isrc(expression) %}
    {%- set bare = replace_all(replace_all("upper(" ~ expression ~ ")", "'[ -]'", "''"), "'^ISRC:?'", "''") -%}
    case when {{ matches(bare, "'^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$'") }} then {{ bare }} end
{%- endmacro %}


{#- The codes and names by which a statement states a recording, as one text. -#}
{% macro recording_key(relation) %}
    coalesce({{ relation }}.isrc, '') || '|' || coalesce({{ relation }}.upc, '') || '|'
    || coalesce({{ relation }}.artist_name, '') || '|' || coalesce({{ relation }}.title, '')
{%- endmacro %}


{#- Who states a recording, in order: the first wins where they differ. -#}
{% macro stated_rank(expression) %}
    case {{ expression }}
        {%- for one in ['catalogue', 'seed', 'statements', 'analytics', 'spotify'] %}
        when '{{ one }}' then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro %}


{#- The number of a platform, by its key in the seed. -#}
{% macro platform_id(platform_key) %}
    (select min(platforms.platform_id) from {{ ref('seed_platforms') }} as platforms where platforms.platform_key = '{{ platform_key }}')
{%- endmacro %}

{#- How the name of an ad campaign is read (docs/how-it-works.md, "Campaign names"): what is dropped before it is split. -#}

{#- Upper case, single spaces; a dash between spaces is a hyphen, hyphens with nothing between them are one. -#}
{% macro campaign_name_spaced(expression) %}
    {{ replace_all("' ' || " ~ name_key(expression) ~ " || ' '", "'( [-–—])+ '", "' - '") }}
{%- endmacro %}


{#- Without empty parts at the ends, every trailing ` - COPY` or ` - COPY n`, and a last word CAMPAIGN. -#}
{% macro campaign_name_cleaned(expression) %}
    {%- set bare = replace_all(campaign_name_spaced(expression), "'^( -)? +| +(- )?$'", "''") -%}
    {%- set copies = "'( - COPY( [0-9]+)?)+$'" -%}
    {%- set without_copies = replace_all(bare, copies, "''") -%}
    {%- set without_campaign = replace_all(without_copies, "'(( -)? |^)CAMPAIGN$'", "''") -%}
    nullif({{ replace_all(without_campaign, copies, "''") }}, '')
{%- endmacro %}


{#- Whether a name, or a part of one, is a vendor's default name for an engagement campaign. -#}
{% macro is_engagement_name(expression) %}left({{ expression }}, 14) = 'NEW ENGAGEMENT'{% endmacro %}


{#- Whether a text is the given words, or begins with them. -#}
{% macro begins_with_words(expression, words) %}
    ({{ expression }} = {{ words }} or left({{ expression }}, length({{ words }}) + 1) = {{ words }} || ' ')
{%- endmacro %}


{#- A text without the words that it begins with; null where nothing is left. -#}
{% macro words_after(expression, words) %}
    nullif(trim(substr({{ expression }}, length({{ words }}) + 1)), '')
{%- endmacro %}

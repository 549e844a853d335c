{#- Wide to tall: one row per row and listed column, whose name becomes a value. Nulls stay out: missing is not zero. -#}

{% macro unpivot_columns(relation, keep, columns, name_column, value_column) %}
    {%- for column in columns %}
    select
        {%- for kept in keep %}
        {{ kept }},
        {%- endfor %}
        '{{ column }}' as {{ name_column }},
        {{ column }} as {{ value_column }}
    from {{ relation }}
    where {{ column }} is not null
    {%- if not loop.last %}

    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}

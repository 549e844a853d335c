{#- dbt's own test of relationships, with the same answer: each value is looked up once, however many rows bear it. -#}
{% macro default__test_relationships(model, column_name, to, field) %}
    with

    child as (

        select distinct {{ column_name }} as from_field
        from {{ model }}
        where {{ column_name }} is not null

    )

    select child.from_field
    from child
    left join {{ to }} as parent on child.from_field = parent.{{ field }}
    where parent.{{ field }} is null
{% endmacro %}


{#- Columns without values, for the rows of a unit test. -#}
{% macro blank_columns(columns) -%}
    {%- for column in columns -%}
    cast(null as string) as {{ adapter.quote(column) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

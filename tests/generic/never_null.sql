{% test never_null(model, columns) %}
    {%- if columns is string or not columns %}
        {{ exceptions.raise_compiler_error("never_null of " ~ model ~ ": `columns` must be a list of columns, not " ~ columns) }}
    {%- endif %}
    with

    counted as (

        select
            {%- for column in columns %}
            count(*) - count({{ column }}) as {{ column }}_null{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ model }}

    )

    select * from counted
    where {% for column in columns %}{{ column }}_null > 0{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}

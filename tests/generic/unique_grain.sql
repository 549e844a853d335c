{% test unique_grain(model, columns) %}
    {%- if columns is string or not columns %}
        {{ exceptions.raise_compiler_error("unique_grain of " ~ model ~ ": `columns` must be a list of columns, not " ~ columns) }}
    {%- endif %}
    select
        {{ columns | join(', ') }},
        count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

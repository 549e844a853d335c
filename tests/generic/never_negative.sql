{% test never_negative(model, columns) %}
    {%- if columns is string or not columns %}
        {{ exceptions.raise_compiler_error("never_negative of " ~ model ~ ": `columns` must be a list of columns, not " ~ columns) }}
    {%- endif %}
    select {{ columns | join(', ') }}
    from {{ model }}
    where {% for column in columns %}{{ column }} < 0{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}

{% test holds_everywhere(model, condition) %}
    select * from {{ model }}
    where not coalesce({{ condition }}, false)
{% endtest %}

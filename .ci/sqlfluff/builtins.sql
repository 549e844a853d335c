{% macro env_var(name, default='') %}{{ default }}{% endmacro %}

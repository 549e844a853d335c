{#- Loads a seed on Spark: every value as a literal, a blank cell as null. DuckDB needs none of it. -#}

{% macro spark__load_csv_rows(model, agate_table) %}
    {#- dbt-spark's session writes a blank cell as the text 'None' and breaks on an apostrophe: write literals. -#}
    {%- set types = model['config'].get('column_types', {}) -%}
    {%- set statements = [] -%}
    {%- for chunk in agate_table.rows | batch(get_batch_size()) -%}
        {%- set sql -%}
            insert into {{ this.render() }} values
            {% for row in chunk -%}
                (
                {%- for name in agate_table.column_names -%}
                    {%- set value = row[loop.index0] -%}
                    {%- set type = types.get(name, 'string') -%}
                    {%- if value is none -%}
                        cast(null as {{ type }})
                    {%- else -%}
                        cast('{{ value | string | replace("\\", "\\\\") | replace("'", "\\'") }}' as {{ type }})
                    {%- endif -%}
                    {{ ', ' if not loop.last }}
                {%- endfor -%}
                ){{ ', ' if not loop.last }}
            {% endfor %}
        {%- endset -%}
        {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
        {%- do statements.append(sql) -%}
    {%- endfor -%}
    {{ return(statements[0] if statements else '') }}
{% endmacro %}

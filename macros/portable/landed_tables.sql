{#-
    Makes what is landed readable before the first model. DuckDB reads the Parquet files where each source says
    (`external_location`); Spark gets one external table per source table, with the columns that its YAML lists and the
    lineage, so that a table nothing has landed in is there, typed and empty.
-#}

{% macro landed_tables() %}
    {%- if execute -%}{%- do adapter.dispatch('landed_tables')() -%}{%- endif -%}
{% endmacro %}

{% macro duckdb__landed_tables() %}{% endmacro %}

{% macro spark__landed_tables() %}
    {%- for schema in graph.sources.values() | map(attribute='schema') | unique -%}
        {%- do run_query('drop schema if exists ' ~ schema ~ ' cascade') -%}
        {%- do run_query('create schema ' ~ schema) -%}
    {%- endfor -%}
    {%- for source in graph.sources.values() -%}
        {%- do run_query(landed_table(source, landing_folder())) -%}
    {%- endfor -%}
{% endmacro %}


{#- The external table over one landed table. Files whose name begins with `_` or `.` are none of it: Spark skips them. -#}
{% macro landed_table(source, folder) %}
    {%- set lineage = {
        '_source': 'string', '_table': 'string', '_account': 'string', '_extract_id': 'string',
        '_extracted_at': 'timestamp', '_landed_at': 'timestamp', '_sequence': 'bigint', '_file_name': 'string',
        '_file_sha256': 'string', '_row_number': 'bigint', '_row_sha': 'string', '_occurrence': 'bigint',
        '_covers_from': 'date', '_covers_to': 'date'
    } -%}
    create table {{ source.schema }}.{{ source.identifier }} (
        {%- for column in source.columns.values() %}
        {{ adapter.quote(column.name) }} string,
        {%- endfor %}
        {%- for name, type in lineage.items() %}
        {{ name }} {{ type }}{{ ',' if not loop.last }}
        {%- endfor %}
    )
    using parquet
    location '{{ folder }}/{{ source.source_name }}/{{ source.name }}'
{%- endmacro %}


{#- Where landing lies, as an absolute path: Spark reads a relative one from the schema's own folder. -#}
{% macro landing_folder() %}
    {%- set folder = env_var('BEDROT_DATA_DIR', 'data') -%}
    {%- if not modules.re.match('/|[A-Za-z]:|[a-z0-9]+://', folder) -%}
        {%- set folder = graph.nodes['seed.bedrot.seed_artists'].root_path ~ '/' ~ folder -%}
    {%- endif -%}
    {{ return((folder ~ '/landing') | replace('\\', '/') | replace("'", "\\'")) }}
{% endmacro %}

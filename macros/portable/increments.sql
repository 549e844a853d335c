{#-
    Facts that are built month by month. A model of fingerprints says of each month that has rows, and of no other, what it
    is made from; beside the fact stands a table of the fingerprints that its months were built with (`<fact>__months`). A
    month whose fingerprint is the one it was built with stays; the others are built again, whole, and months that are gone
    are deleted. So it never matters whether what changed is newer than the newest.
-#}

{% macro by_month(month, fingerprints) %}
    {%- set how = adapter.dispatch('by_month_on_engine')(month) -%}
    {%- do how.update({
        'materialized': 'incremental',
        'on_schema_change': 'fail',
        'pre_hook': ["{{ months_built_exist('" ~ fingerprints ~ "') }}"],
        'post_hook': [
            "{{ delete_months_gone('" ~ month ~ "', '" ~ fingerprints ~ "') }}",
            "drop table if exists {{ months_built() }}",
            "{{ remember_months('" ~ fingerprints ~ "') }}",
        ],
    }) -%}
    {{ return(how) }}
{% endmacro %}

{% macro duckdb__by_month_on_engine(month) %}
    {{ return({'incremental_strategy': 'delete+insert', 'unique_key': month}) }}
{% endmacro %}

{% macro spark__by_month_on_engine(month) %}
    {{ return({'incremental_strategy': 'insert_overwrite', 'partition_by': [month], 'file_format': 'parquet'}) }}
{% endmacro %}


{#- The condition of a row that is to be built: any row in a full build, else one of a month that is not built as it is now. -#}
{% macro is_to_build(month, fingerprints) -%}
    {%- set stated = ref(fingerprints) -%} {#- in a full build, too: dbt then knows what is built first -#}
    {%- if is_incremental() -%}
        {{ month }} in (
            select stated.{{ month.split('.') | last }}
            from {{ stated }} as stated
            left join {{ months_built() }} as built
                on stated.{{ month.split('.') | last }} = built.{{ month.split('.') | last }} and stated.fingerprint = built.fingerprint
            where built.fingerprint is null
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{#- Where the fingerprints stand that a fact's months were built with. -#}
{% macro months_built() -%}
    {{ this.incorporate(path={'schema': 'intermediate', 'identifier': this.identifier ~ '__months'}) }}
{%- endmacro %}


{% macro months_built_exist(fingerprints) -%}
    create table if not exists {{ months_built() }} {{ stored_as_table() }} as select * from {{ ref(fingerprints) }} where false
{%- endmacro %}

{% macro remember_months(fingerprints) -%}
    create table {{ months_built() }} {{ stored_as_table() }} as select * from {{ ref(fingerprints) }}
{%- endmacro %}

{% macro stored_as_table() %}{{ return(adapter.dispatch('stored_as_table')()) }}{% endmacro %}

{% macro duckdb__stored_as_table() %}{% endmacro %}

{% macro spark__stored_as_table() %}using parquet{% endmacro %}


{% macro delete_months_gone(month, fingerprints) -%}
    {{ return(adapter.dispatch('delete_months_gone')(month, fingerprints)) }}
{%- endmacro %}

{% macro duckdb__delete_months_gone(month, fingerprints) -%}
    delete from {{ this }} where {{ month }} not in (select {{ month }} from {{ ref(fingerprints) }})
{%- endmacro %}

{% macro spark__delete_months_gone(month, fingerprints) -%}
    {%- set gone -%}
        select distinct {{ month }} from {{ this }} where {{ month }} not in (select {{ month }} from {{ ref(fingerprints) }})
    {%- endset -%}
    {%- set months = run_query(gone).columns[0].values() if execute else [] -%}
    {%- if months -%}
        alter table {{ this }} drop if exists
        {%- for one in months %} partition ({{ month }} = date '{{ one }}'){{ ',' if not loop.last }}{% endfor %}
    {%- endif -%}
{%- endmacro %}


{#- A number of 64 bits made from columns, the same for the same values on one engine: to compare and count, never to publish. -#}
{% macro hash_number(expressions) %}{{ return(adapter.dispatch('hash_number')(expressions)) }}{% endmacro %}

{% macro duckdb__hash_number(expressions) %}hash({{ expressions | join(', ') }}){% endmacro %}

{% macro spark__hash_number(expressions) %}
    xxhash64(
        {%- for expression in expressions %}
        coalesce(cast({{ expression }} as string), '<null>'){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}


{#- A fingerprint of rows in any order: the sum of their hashes, as text. -#}
{% macro fingerprint_of(expressions) -%}
    coalesce(cast(sum(cast({{ hash_number(expressions) }} as decimal(38, 0))) as string), '')
{%- endmacro %}


{#-
    A model of the extracts of one staging model. Extracts never change: only those that are new are read, and rows of those
    that are gone are deleted. On Spark, which can't delete rows of Parquet, all of it is made again.
-#}
{% macro by_extract(model) %}{{ return(adapter.dispatch('by_extract')(model)) }}{% endmacro %}

{% macro duckdb__by_extract(model) %}
    {{ return({
        'materialized': 'incremental',
        'incremental_strategy': 'append',
        'on_schema_change': 'fail',
        'post_hook': ["delete from {{ this }} where _extract_id not in (select _extract_id from {{ ref('" ~ model ~ "') }})"],
    }) }}
{% endmacro %}

{% macro spark__by_extract(model) %}{{ return({'materialized': 'table'}) }}{% endmacro %}


{#- The condition of a row whose extract no build has read yet; any row in a full build. -#}
{% macro is_new_extract(model) -%}
    {%- if is_incremental() -%}
        _extract_id in (
            select _extract_id from {{ ref(model) }}
            where _extract_id not in (select _extract_id from {{ this }})
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}

-- Figures as each extract states them, of every table whose extracts state the same days or things again (the ledger apart:
-- `int_ledger_lines_restated`). Of tables that no model reads, how many rows an extract has.

{%- set append = ['conversions.promo', 'conversions.utm', 'conversions.pixel', 'bank.card', 'bank.checking', 'bank.purchases'] -%}
{%- set apart = ['distrokid.bank_details'] + append %}

with

{% for source_table, table in tables_restated().items() if not table.never %}
    {{ source_table | replace('.', '_') }} as (

        {{ figures_summed(source_table, table) }}

    ),
{% endfor %}

unioned as (

    {% for source_table, table in tables_restated().items() if not table.never %}
        {% for measure in table.measures or ['rows'] %}
            {{ figures_of(source_table, table, measure) }}

            union all
        {% endfor %}
    {% endfor %}

    select
        source_table,
        _account,
        _extract_id,
        '' as scope,
        '' as subject,
        'rows' as measure,
        cast(null as string) as currency_code,
        row_count,
        cast(row_count as decimal(38, 12)) as figure,
        false as is_by_day,
        false as is_partial,
        false as is_final,
        cast(null as date) as observed_on
    from {{ ref('stg_landing__extracts') }}
    where
        source_table not in (
            {% for label in (tables_restated() | list) + apart %}
                '{{ label }}'{{ ',' if not loop.last }}
            {% endfor %}
        )

)

select * from unioned

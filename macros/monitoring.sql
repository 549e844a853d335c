{#- The landed rows of a table that count and can't be read. -#}
{% macro rejects_of(relation, source_table) %}
    select
        '{{ source_table }}' as source_table,
        _account,
        _extract_id,
        _row_number as row_number,
        reject_reason,
        _extracted_at
    from {{ relation }} as kept
    where reject_reason is not null
{%- endmacro %}


{#- How many rows of a table landed, count, are superseded by newer ones, and can't be read; with one additive amount. -#}
{% macro rows_of(landed, kept, source_table, amount) %}
    select
        '{{ source_table }}' as source_table,
        '{{ amount }}' as amount_name,
        landed.row_count as rows_landed,
        landed.row_count - kept.row_count as rows_superseded,
        kept.row_count as rows_live,
        kept.rows_rejected,
        cast(kept.amount_live as decimal(24, 12)) as amount_live,
        cast(kept.amount_rejected as decimal(24, 12)) as amount_rejected
    from (select cast(count(*) as bigint) as row_count from {{ landed }}) as landed
    cross join (
        select
            cast(count(*) as bigint) as row_count,
            cast(count(reject_reason) as bigint) as rows_rejected,
            coalesce(sum({{ amount }}), 0) as amount_live,
            coalesce(sum({{ amount }}) filter (where reject_reason is not null), 0) as amount_rejected
        from {{ kept }}
    ) as kept
{%- endmacro %}


{#- What makes two statement lines of different exports the same line: the reading, not the text. -#}
{% macro ledger_line_key() %}
    coalesce(cast(reporting_date as string), '') || '|' || coalesce(sale_month_text, '') || '|' || coalesce(upper(store_name), '')
    || '|' || coalesce(isrc, isrc_as_stated, '') || '|' || coalesce(upc, '') || '|' || coalesce(country_code, '') || '|'
    || coalesce(cast(quantity as string), '') || '|' || coalesce(cast(earnings_usd as string), earnings_text, '')
{%- endmacro %}


{#- Days of a series that an extract stated and no live row has. -#}
{% macro days_withdrawn(landed, kept, source_table) %}
    select
        '{{ source_table }}' as source_table,
        landed._account as account,
        'day' as subject,
        cast(1 as bigint) as row_count,
        cast(null as decimal(24, 12)) as amount_usd,
        max_by(landed.stream_count, landed._extracted_at) filter (where landed.stream_count is not null) as streams,
        landed.stream_date as observed_on,
        max(landed._extracted_at) as last_stated_at
    from {{ landed }} as landed
    left join {{ kept }} as kept
        on landed._account = kept._account and landed.stream_date = kept.stream_date
    where kept.stream_date is null and landed.stream_date is not null
    group by landed._account, landed.stream_date
{%- endmacro %}

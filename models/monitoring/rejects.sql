-- Rows that count and can't be read, each with its file, row and reason. Nothing is dropped in silence.

with

rejected as (

    select
        'distrokid.bank_details' as source_table,
        _account,
        _extract_id,
        row_number,
        reject_reason,
        _extracted_at
    from {{ ref('int_statement_names_summed') }}
    where reject_reason is not null

    union all

    select
        'legacy.daily_streams' as source_table,
        _account,
        _extract_id,
        _row_number as row_number,
        reject_reason,
        _extracted_at
    from {{ ref('int_legacy_streams_unpivoted') }}
    where reject_reason is not null and not is_superseded and not is_covered_directly

    union all

    {% for source_table, kept in tables_kept().items() %}
        {{ rejects_of(kept.rows, source_table) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

extracts as (

    select * from {{ ref('stg_landing__extracts') }}

),

final as (

    select
        rejected.source_table,
        rejected._account as account,
        rejected._extract_id as extract_id,
        extracts.file_name,
        rejected.row_number,
        rejected.reject_reason,
        rejected._extracted_at as extracted_at
    from rejected
    left join extracts
        on rejected.source_table = extracts.source_table and rejected._extract_id = extracts._extract_id

)

select * from final

with

restated as (

    select * from {{ ref('int_figures_restated') }}

),

extracts as (

    select * from {{ ref('stg_landing__extracts') }}

),

dated as (

    select
        restated.*,
        after.file_name,
        before._extracted_at as previous_extracted_at,
        after._extracted_at as extracted_at
    from restated
    inner join extracts as before
        on restated.source_table = before.source_table and restated.extract_before = before._extract_id
    inner join extracts as after
        on restated.source_table = after.source_table and restated.extract_id = after._extract_id

),

summed as (

    select
        source_table,
        _account as account,
        file_name,
        period,
        measure,
        currency_code,
        cast(sum(case when rows_after > rows_before then rows_after - rows_before else 0 end) as bigint) as rows_added,
        cast(sum(case when rows_after < rows_before then rows_before - rows_after else 0 end) as bigint) as rows_withdrawn,
        cast(sum(case when rows_after = rows_before then 1 else 0 end) as bigint) as rows_restated,
        cast(sum(figure_before) as decimal(38, 12)) as figure_before,
        cast(sum(figure_after) as decimal(38, 12)) as figure_after,
        -- of 36 digits each, since Spark drops a decimal place where a difference could have 39
        cast(
            sum(
                cast(coalesce(figure_after, 0) as decimal(36, 12)) - cast(coalesce(figure_before, 0) as decimal(36, 12))
            ) as decimal(38, 12)
        ) as figure_change,
        observed_on,
        max(previous_extracted_at) as previous_extracted_at,
        extracted_at
    from dated
    group by source_table, _account, file_name, period, measure, currency_code, observed_on, extracted_at

),

final as (

    select
        ---------- ids
        {{ surrogate_key([
            'source_table', 'account', 'file_name', 'extracted_at', 'period', 'measure', 'currency_code'
        ]) }} as restatement_id,

        ---------- strings
        split_part(source_table, '.', 1) as source,
        source_table,
        account,
        file_name,
        period,
        measure,
        currency_code,

        ---------- numerics
        rows_added,
        rows_withdrawn,
        rows_restated,
        figure_before,
        figure_after,
        figure_change,
        case when currency_code = 'USD' then try_cast(figure_change as decimal(24, 12)) end as change_usd,

        ---------- dates
        observed_on,
        {{ month_of('observed_on') }} as observed_month,

        ---------- lineage
        previous_extracted_at,
        extracted_at
    from summed

)

select * from final

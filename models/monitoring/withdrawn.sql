-- What an earlier extract stated, and the last one that covers the same day no longer does: gone, or stated lower. Figures that
-- a source states once for all (statement lines, shares) are listed whenever they differ. Small losses land and are listed
-- here; large ones are quarantined.

with

restated as (

    select * from {{ ref('int_figures_restated') }}

),

extracts as (

    select * from {{ ref('stg_landing__extracts') }}

),

last_change as (

    select
        restated.*,
        after.file_name,
        before._extracted_at as last_stated_at,
        after._extracted_at as extracted_at,
        -- of 36 digits each, since Spark drops a decimal place where a difference could have 39
        try_cast(restated.figure_before as decimal(36, 12)) - try_cast(coalesce(restated.figure_after, 0) as decimal(36, 12))
            as figure_lost,
        row_number() over (
            partition by restated.source_table, restated._account, restated.period, restated.subject, restated.measure
            order by after._extracted_at desc, after._sequence desc
        ) as place
    from restated
    inner join extracts as before
        on restated.source_table = before.source_table and restated.extract_before = before._extract_id
    inner join extracts as after
        on restated.source_table = after.source_table and restated.extract_id = after._extract_id

),

final as (

    select
        ---------- strings
        source_table,
        _account as account,
        case when rows_after < rows_before then 'withdrawn' else 'restated' end as change,
        period,
        coalesce(nullif(subject, ''), case when observed_on is not null then 'day' else 'table' end) as subject,
        measure,
        currency_code,
        file_name,

        ---------- numerics
        cast(case when rows_after < rows_before then rows_before - rows_after else 0 end as bigint) as row_count,
        cast(figure_before as decimal(38, 12)) as old_figure,
        cast(figure_after as decimal(38, 12)) as new_figure,
        case
            when rows_after < rows_before and currency_code = 'USD'
                then try_cast(figure_lost as decimal(24, 12))
        end as amount_usd,
        case
            when rows_after < rows_before and measure = 'streams'
                then try_cast(figure_lost as bigint)
        end as streams,

        ---------- dates
        observed_on,
        last_stated_at,
        extracted_at
    from last_change
    where
        place = 1
        and (
            rows_after < rows_before
            or figure_after < figure_before
            or (is_final and rows_after = rows_before)
        )

)

select * from final

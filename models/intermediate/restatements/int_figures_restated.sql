-- What an extract states otherwise than the one before it that covers the same day (or states the same scope): another
-- figure, no longer any, or one only now. Only such neighbours are compared, and by value: to six decimals.

with

figures as (

    select
        *,
        case when is_by_day then cast(observed_on as string) else scope end as period
    from {{ ref('int_figures_stated') }}

),

extracts as (

    select
        stated.source_table,
        stated._account,
        stated._extract_id,
        landed._covers_from,
        landed._covers_to,
        row_number() over (
            partition by stated.source_table, stated._account
            order by landed._extracted_at, landed._sequence
        ) as place
    from (
        select distinct
            source_table,
            _account,
            _extract_id
        from figures
    ) as stated
    inner join {{ ref('stg_landing__extracts') }} as landed
        on stated.source_table = landed.source_table and stated._extract_id = landed._extract_id

),

covering as (

    select
        days.source_table,
        days._account,
        days.period,
        extracts._extract_id,
        extracts.place
    from (
        select distinct
            source_table,
            _account,
            period,
            observed_on
        from figures
        where is_by_day
    ) as days
    inner join extracts
        on
            days.source_table = extracts.source_table
            and days._account = extracts._account
            and days.observed_on between extracts._covers_from and extracts._covers_to

    union all

    select distinct
        figures.source_table,
        figures._account,
        figures.period,
        figures._extract_id,
        extracts.place
    from figures
    inner join extracts
        on
            figures.source_table = extracts.source_table
            and figures._account = extracts._account
            and figures._extract_id = extracts._extract_id
    where not figures.is_by_day

),

neighbours as (

    select
        *,
        lag(_extract_id) over (in_order) as covered_before,
        lead(_extract_id) over (in_order) as covered_after
    from covering
    window in_order as (partition by source_table, _account, period order by place)

),

followed as (

    select
        figures.*,
        neighbours.covered_before,
        neighbours.covered_after,
        lag(figures._extract_id) over (in_order) as stated_before,
        lead(figures._extract_id) over (in_order) as stated_after,
        lead(figures.row_count) over (in_order) as row_count_after,
        lead(figures.figure) over (in_order) as figure_after
    from figures
    inner join neighbours
        on
            figures.source_table = neighbours.source_table
            and figures._account = neighbours._account
            and figures._extract_id = neighbours._extract_id
            and figures.period = neighbours.period
    window
        in_order as (
            partition by figures.source_table, figures._account, figures.period, figures.subject, figures.measure
            order by neighbours.place
        )

),

-- How many rows an extract has tells that some are gone only where it covers all that the one before it covers.
counted as (

    select
        followed.source_table,
        followed._account,
        followed._extract_id
    from followed
    inner join extracts as before
        on followed.source_table = before.source_table and followed._extract_id = before._extract_id
    inner join extracts as after
        on followed.source_table = after.source_table and followed.stated_after = after._extract_id
    where
        followed.measure = 'rows' and followed.figure_after < followed.figure
        and (before._covers_from is null or after._covers_from <= before._covers_from)
        and (before._covers_to is null or after._covers_to >= before._covers_to)

),

changed as (

    select
        followed.*,
        followed._extract_id as extract_before,
        followed.covered_after as extract_id,
        followed.row_count as rows_before,
        followed.row_count_after as rows_after,
        followed.figure as figure_before
    from followed
    left join counted
        on
            followed.source_table = counted.source_table
            and followed._account = counted._account
            and followed._extract_id = counted._extract_id
    where
        followed.stated_after = followed.covered_after
        and round(followed.figure, 6) <> round(followed.figure_after, 6)
        and (followed.measure <> 'rows' or counted._extract_id is not null)

),

final as (

    select
        source_table,
        _account,
        extract_before,
        extract_id,
        period,
        subject,
        measure,
        currency_code,
        rows_before,
        rows_after,
        figure_before,
        figure_after,
        is_final,
        observed_on
    from changed

    union all

    select
        source_table,
        _account,
        _extract_id as extract_before,
        covered_after as extract_id,
        period,
        subject,
        measure,
        currency_code,
        row_count as rows_before,
        cast(0 as bigint) as rows_after,
        figure as figure_before,
        cast(null as decimal(38, 12)) as figure_after,
        is_final,
        observed_on
    from followed
    where covered_after is not null and stated_after is distinct from covered_after and not is_partial

    union all

    select
        source_table,
        _account,
        covered_before as extract_before,
        _extract_id as extract_id,
        period,
        subject,
        measure,
        currency_code,
        cast(0 as bigint) as rows_before,
        row_count as rows_after,
        cast(null as decimal(38, 12)) as figure_before,
        figure as figure_after,
        is_final,
        observed_on
    from followed
    where covered_before is not null and stated_before is distinct from covered_before and not is_partial

    union all

    select
        source_table,
        _account,
        extract_before,
        extract_id,
        period,
        subject,
        measure,
        currency_code,
        rows_before,
        rows_after,
        figure_before,
        figure_after,
        is_final,
        observed_on
    from {{ ref('int_ledger_lines_restated') }}

)

select * from final

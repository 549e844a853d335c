{#-
    Which landed rows count (docs/how-it-works.md, "Coverage"). An extract equal to the one before it is one state with it:
    the earlier stands for both, so marts are the same whatever was landed in which order. `place` is one order over all
    accounts, since two accounts can state one video, list or submission.
-#}

{% macro extracts_in_order(relation) %}
    select
        _account,
        _extract_id,
        _covers_from,
        _covers_to,
        row_number() over (order by _extracted_at, _sequence) as place
    from (
        select
            *,
            coalesce(
                split_part(_extract_id, '_', 3)
                = lag(split_part(_extract_id, '_', 3)) over (partition by _account order by _extracted_at, _sequence),
                false
            ) as is_repeated
        from (
            select distinct
                _account,
                _extract_id,
                _extracted_at,
                _sequence,
                _covers_from,
                _covers_to
            from {{ relation }}
        ) as extracts
    ) as compared
    where not is_repeated
{%- endmacro %}


{#- Of a `replace` table: each account's days with the newest extract that covers it; a day that can't be read stands
    while its extract is the newest of its account. -#}
{% macro days_by_coverage(relation, day) %}
    select
        days._account,
        days.covered_day,
        max_by(extracts._extract_id, extracts.place) as _extract_id
    from (select distinct _account, {{ day }} as covered_day from {{ relation }}) as days
    inner join ({{ extracts_in_order(relation) }}) as extracts
        on
            days._account = extracts._account
            and (
                days.covered_day is null
                or days.covered_day between extracts._covers_from and extracts._covers_to
            )
    group by days._account, days.covered_day
{%- endmacro %}


{#- Each account's days with every extract that covers them, and how many later ones do. -#}
{% macro extracts_by_day(relation, day) %}
    select
        days._account,
        days.covered_day,
        extracts._extract_id,
        row_number() over (partition by days._account, days.covered_day order by extracts.place desc) - 1 as later_extracts
    from (select distinct _account, {{ day }} as covered_day from {{ relation }}) as days
    inner join ({{ extracts_in_order(relation) }}) as extracts
        on
            days._account = extracts._account
            and (
                days.covered_day is null
                or days.covered_day between extracts._covers_from and extracts._covers_to
            )
{%- endmacro %}


{#-
    Of a `replace` table: each day's rows from the newest extract that covers it. With a key (the columns beside account and
    day; an empty list where those are all), `newest_that_can_be_read` decides.
-#}
{% macro rows_by_coverage(relation, day, key=none) %}
    select landed.*
    from {{ relation }} as landed
    inner join ({{ extracts_by_day(relation, day) }}) as extracts
        on
            landed._account = extracts._account
            and landed._extract_id = extracts._extract_id
            and landed.{{ day }} is not distinct from extracts.covered_day
    {%- if key is none %}
    where extracts.later_extracts = 0
    {%- else %}
    qualify {{ newest_that_can_be_read([day] + key) }}
    {%- endif %}
{%- endmacro %}


{#-
    Which rows of each key count, where an extract is the whole truth (of a day, of a window): those of the newest extract, of
    two rows the later. Where that extract has the key in rows that can't be read alone, the row before them stands, unless an
    extract between them left the key out. Rows that can't be read are listed, the newest extract's. For rows named `landed`
    joined to `extracts`, with `later_extracts`: how many later extracts could state them again.
-#}
{% macro newest_that_can_be_read(key) -%}
    {%- set partition -%}
        partition by {% for column in ['_account'] + key %}landed.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
    {%- endset -%}
    case
            when landed.reject_reason is not null then extracts.later_extracts = 0
            else
                row_number() over (
                    {{ partition }}, landed.reject_reason is null
                    order by extracts.later_extracts asc, landed._row_number desc
                ) = 1
                and dense_rank() over (
                    {{ partition }}
                    order by extracts.later_extracts
                ) = extracts.later_extracts + 1
        end
{%- endmacro %}


{#- Of rows that several accounts may state: each key once, as the newest extract states it. Rows that can't be read all stay. -#}
{% macro rows_of_newest_account(relation, key) %}
    select *
    from {{ relation }}
    qualify
        reject_reason is not null
        or row_number() over (
            partition by {{ key | join(', ') }}, reject_reason is null
            order by _extracted_at desc, _sequence desc, _row_number desc
        ) = 1
{%- endmacro %}


{#- Whether the export of a ledger's line counts in a month that is to be built. It follows from the month, and lets the scan of
    landing pass over other exports unread. -#}
{% macro is_of_export_to_build(fingerprints) -%}
    {%- set dates = ref('int_ledger_dates_kept') -%}
    {%- if is_incremental() -%}
        _extract_id in (
            select dates._extract_id
            from {{ dates }} as dates
            where {{ is_to_build('dates.reporting_month', fingerprints) }}
        )
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{#- Of a `snapshot` table: the rows of each account's last extract. With a key, `newest_that_can_be_read` decides. -#}
{% macro rows_of_last_extract(relation, key=none) %}
    select landed.*
    from {{ relation }} as landed
    inner join (
        select
            _account,
            _extract_id,
            row_number() over (partition by _account order by place desc) - 1 as later_extracts
        from ({{ extracts_in_order(relation) }}) as extracts_placed
    ) as extracts
        on landed._account = extracts._account and landed._extract_id = extracts._extract_id
    {%- if key is none %}
    where extracts.later_extracts = 0
    {%- else %}
    qualify {{ newest_that_can_be_read(key) }}
    {%- endif %}
{%- endmacro %}


{#-
    Of an `append` table: each key once, with the newest extract's values; of two rows in one extract the later. A row that
    can't be read is listed until a newer extract states its key again, and takes nothing from an earlier row that can.
-#}
{% macro rows_by_key(relation, key) %}
    select landed.*
    from {{ relation }} as landed
    inner join ({{ extracts_in_order(relation) }}) as extracts
        on landed._account = extracts._account and landed._extract_id = extracts._extract_id
    qualify
        row_number() over (
            partition by
                coalesce(landed.{{ key }}, landed._extract_id || '|' || cast(landed._row_number as string)),
                landed.reject_reason is null
            order by extracts.place desc, landed._row_number desc
        ) = 1
        and (
            landed.reject_reason is null
            or extracts.place >= coalesce(
                max(case when landed.reject_reason is null then extracts.place end) over (partition by landed.{{ key }}), 0
            )
        )
{%- endmacro %}

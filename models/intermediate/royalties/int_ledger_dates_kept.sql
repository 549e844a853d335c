-- Which export counts on each reporting date: the newest that covers it (docs/how-it-works.md, "Coverage"). Lines whose
-- date can't be read count while their export is the newest; they get the month 1900-01, which no fact uses.

{{ config(materialized='table') }}

with

kept as (

    {{ days_by_coverage(ref('int_ledger_exports_counted'), 'reporting_date') }}

),

final as (

    select
        _account,
        _extract_id,
        covered_day as reporting_date,
        coalesce({{ month_of('covered_day') }}, cast('1900-01-01' as date)) as reporting_month
    from kept

)

select * from final

-- The ledger lines that count: of each reporting date, those of the newest export (docs/how-it-works.md, "Coverage").

with

lines as (

    select * from {{ ref('stg_distrokid__bank_details') }}

),

dates as (

    select * from {{ ref('int_ledger_dates_kept') }}

),

final as (

    select
        lines.*,
        dates.reporting_month
    from lines
    inner join dates
        on
            lines._account = dates._account
            and lines._extract_id = dates._extract_id
            and lines.reporting_date is not distinct from dates.reporting_date

)

select * from final

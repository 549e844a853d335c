-- What each reporting month of the ledger is made from: which export counts on which of its dates. A date on which the
-- export that counts states nothing has no part in it.

with

dates as (

    select * from {{ ref('int_ledger_dates_kept') }}

),

dates_stated as (

    select distinct
        _account,
        _extract_id,
        reporting_date
    from {{ ref('int_ledger_exports_counted') }}

),

final as (

    select
        dates.reporting_month,
        {{ fingerprint_of(['dates._account', 'dates._extract_id', 'dates.reporting_date']) }} as fingerprint
    from dates
    inner join dates_stated
        on
            dates._account = dates_stated._account
            and dates._extract_id = dates_stated._extract_id
            and dates.reporting_date is not distinct from dates_stated.reporting_date
    group by dates.reporting_month

)

select * from final

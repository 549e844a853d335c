-- What each reporting month of the ledger is made from: which export counts on which of its dates.

select
    reporting_month,
    {{ fingerprint_of(['_account', '_extract_id', 'reporting_date']) }} as fingerprint
from {{ ref('int_ledger_dates_kept') }}
group by reporting_month

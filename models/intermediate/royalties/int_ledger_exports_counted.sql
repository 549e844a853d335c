-- How many lines each landed export of the ledger states per reporting date and store: a thousandth of it, read instead of it.

{{ config(materialized='table') }}

select
    _account,
    _extract_id,
    _extracted_at,
    _sequence,
    _covers_from,
    _covers_to,
    store_name,
    reporting_date,
    cast(count(*) as bigint) as line_count
from {{ ref('stg_distrokid__bank_details') }}
group by _account, _extract_id, _extracted_at, _sequence, _covers_from, _covers_to, store_name, reporting_date

-- How many lines each landed export of the ledger states per reporting date and store, and a hash of them: a
-- thousandth of it, read instead of it. An export never changes, so a build reads those that are new.

{{ config(**by_extract('stg_distrokid__bank_details')) }}

select
    _account,
    _extract_id,
    _extracted_at,
    _sequence,
    _covers_from,
    _covers_to,
    store_name,
    reporting_date,
    cast(count(*) as bigint) as line_count,
    sum(cast({{ hash_number(['statement_line_id']) }} as decimal(38, 0))) as content_hash
from {{ ref('stg_distrokid__bank_details') }}
where {{ is_new_extract('stg_distrokid__bank_details') }}
group by _account, _extract_id, _extracted_at, _sequence, _covers_from, _covers_to, store_name, reporting_date

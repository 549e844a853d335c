-- The ledger lines that count: of each reporting date, those of the newest export that covers it (design §3).
-- A table, because the statement mart, the recordings, the rejects and the accounting all read it.

{{ config(materialized='table') }}

{{ rows_by_coverage(ref('stg_distrokid__bank_details'), 'reporting_date') }}

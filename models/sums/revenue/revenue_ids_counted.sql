-- How many lines and how many different ids each reporting month of `revenue_transactions` has. An id holds the hash of its
-- line, and with it the date, so the same id can't stand in two months: ids are unique where they are in each month. Asked
-- month by month, the answer for months that stand is known already.

{{ config(**by_month('reporting_month', 'int_revenue_months_fingerprinted')) }}

select
    reporting_month,
    cast(count(*) as bigint) as line_count,
    cast(count(distinct {{ hash_number(['transaction_id']) }}) as bigint) as id_count
from {{ ref('revenue_transactions') }}
where {{ is_to_build('reporting_month', 'int_revenue_months_fingerprinted') }}
group by reporting_month

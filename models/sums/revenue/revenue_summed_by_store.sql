-- Revenue by store, country and both clocks: a hundredth of the transactions, from which figures by platform, territory,
-- distributor and month are made. `country_code` is that of territories which no seed knows.

{{ config(**by_month('reporting_month', 'int_revenue_months_fingerprinted')) }}

with

transactions as (

    select * from {{ ref('revenue_transactions') }}
    where {{ is_to_build('reporting_month', 'int_revenue_months_fingerprinted') }}

),

final as (

    select
        ---------- ids
        platform_id,
        territory_id,

        ---------- strings
        account,
        distributor,
        store_as_stated as store_name,
        usage_type,
        case when territory_id = 0 then country_as_stated end as country_code,

        ---------- numerics
        {{ revenue_sums() }},

        ---------- dates
        min(reporting_date) as first_reporting_date,
        max(reporting_date) as last_reporting_date,
        reporting_month,
        sale_month
    from transactions
    group by
        platform_id,
        territory_id,
        account,
        distributor,
        store_as_stated,
        usage_type,
        case when territory_id = 0 then country_as_stated end,
        reporting_month,
        sale_month

)

select * from final

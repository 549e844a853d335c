-- Revenue by recording, artist and both clocks: a hundredth of the transactions, from which figures by artist and track are
-- made. The texts as stated are those of lines whose recording or artist did not resolve.

{{ config(**by_month('reporting_month', 'int_revenue_months_fingerprinted')) }}

with

transactions as (

    select
        *,
        track_id = 'unknown' or artist_id = 0 as is_unresolved
    from {{ ref('revenue_transactions') }}
    where {{ is_to_build('reporting_month', 'int_revenue_months_fingerprinted') }}

),

final as (

    select
        ---------- ids
        track_id,
        artist_id,

        ---------- strings
        distributor,
        case when is_unresolved then artist_as_stated end as artist_as_stated,
        case when is_unresolved then title_as_stated end as title_as_stated,

        ---------- numerics
        {{ revenue_sums() }},

        ---------- dates
        reporting_month,
        sale_month
    from transactions
    group by
        track_id,
        artist_id,
        distributor,
        case when is_unresolved then artist_as_stated end,
        case when is_unresolved then title_as_stated end,
        reporting_month,
        sale_month

)

select * from final

-- How far each sale month is reported (design §6, rule 5): the share of the net of the three sale months before it
-- that was made by stores which have a line for it. A month counts once that share reaches `reported_share`.

with

store_months as (

    select
        store_name,
        sale_month,
        sum(net_revenue_usd) as net_revenue_usd
    from {{ ref('int_revenue_summed_by_store') }}
    group by store_name, sale_month

),

months as (

    select distinct sale_month from store_months

),

basis as (

    select
        months.sale_month,
        store_months.store_name,
        sum(store_months.net_revenue_usd) as net_revenue_usd
    from months
    inner join store_months
        on
            months.sale_month > store_months.sale_month
            and store_months.sale_month >= {{ add_months('months.sale_month', -3) }}
    group by months.sale_month, store_months.store_name

),

final as (

    select
        months.sale_month,
        {{ ratio(
            'sum(greatest(basis.net_revenue_usd, 0)) filter (where reported.store_name is not null)',
            'sum(greatest(basis.net_revenue_usd, 0))'
        ) }} as reported_ratio,
        coalesce(
            {{ ratio(
                'sum(greatest(basis.net_revenue_usd, 0)) filter (where reported.store_name is not null)',
                'sum(greatest(basis.net_revenue_usd, 0))'
            ) }} >= {{ var('reported_share') }},
            count(basis.store_name) = 0
        ) as is_reported
    from months
    left join basis on months.sale_month = basis.sale_month
    left join store_months as reported
        on basis.sale_month = reported.sale_month and basis.store_name = reported.store_name
    group by months.sale_month

)

select * from final

with

expenses as (

    select * from {{ ref('business_expenses') }}
    where category = 'advertising'

),

ad_days as (

    select * from {{ ref('ad_performance_daily') }}

),

campaign_totals as (

    select * from {{ ref('int_campaign_totals_combined') }}

),

campaigns as (

    select * from {{ ref('campaigns') }}

),

ad_brands as (

    select * from {{ ref('seed_ad_brands') }}

),

platforms as (

    select * from {{ ref('seed_platforms') }}

),

brands_of_descriptions as (

    select
        descriptions.description,
        platforms.platform_id
    from (select distinct description from expenses) as descriptions
    inner join ad_brands on {{ matches(name_key('descriptions.description'), 'ad_brands.pattern') }}
    inner join platforms on ad_brands.platform_key = platforms.platform_key
    qualify row_number() over (partition by descriptions.description order by ad_brands.priority asc) = 1

),

charges as (

    select
        coalesce(brands_of_descriptions.platform_id, 0) as platform_id,
        {{ month_of('expenses.transaction_date') }} as spend_month,
        expenses.amount_usd
    from expenses
    left join brands_of_descriptions on expenses.description = brands_of_descriptions.description

),

charged_months as (

    select
        platform_id,
        spend_month,
        cast(count(*) as bigint) as charge_count,
        cast(sum(amount_usd) as decimal(24, 12)) as card_charges_usd
    from charges
    group by platform_id, spend_month

),

spent_months as (

    select
        platform_id,
        {{ month_of('performance_date') }} as spend_month,
        cast(count(*) - count(spend_usd) as bigint) as unknown_spend_count,
        cast(sum(spend_usd) as decimal(24, 12)) as dated_spend_usd
    from ad_days
    group by platform_id, {{ month_of('performance_date') }}

),

months as (

    select
        coalesce(charged_months.platform_id, spent_months.platform_id) as platform_id,
        coalesce(charged_months.spend_month, spent_months.spend_month) as spend_month,
        coalesce(charged_months.charge_count, 0) as charge_count,
        coalesce(spent_months.unknown_spend_count, 0) as unknown_spend_count,
        charged_months.card_charges_usd,
        spent_months.dated_spend_usd
    from charged_months
    full outer join spent_months
        on
            charged_months.platform_id = spent_months.platform_id
            and charged_months.spend_month = spent_months.spend_month

),

undated as (

    select
        campaigns.platform_id,
        cast(sum(campaign_totals.spend_undated_usd) as decimal(24, 12)) as undated_spend_usd,
        cast(count(*) - count(campaign_totals.spend_undated_usd) as bigint) as unknown_spend_count
    from campaign_totals
    inner join campaigns on campaign_totals.campaign_id = campaigns.campaign_id
    group by campaigns.platform_id

),

final as (

    select
        ---------- ids
        platform_id,

        ---------- strings
        'month' as row_type,

        ---------- numerics
        charge_count,
        unknown_spend_count,
        card_charges_usd,
        dated_spend_usd,
        cast(null as decimal(24, 12)) as undated_spend_usd,
        case
            when platform_id = {{ platform_id('meta_ads') }}
                then cast(coalesce(card_charges_usd, 0) - coalesce(dated_spend_usd, 0) as decimal(24, 12))
        end as difference_usd,
        case
            when platform_id = {{ platform_id('meta_ads') }}
                then cast(
                    sum(coalesce(card_charges_usd, 0) - coalesce(dated_spend_usd, 0))
                        over (partition by platform_id order by spend_month)
                    as decimal(24, 12)
                )
        end as difference_to_date_usd,

        ---------- dates
        spend_month
    from months

    union all

    select
        platform_id,
        'undated' as row_type,
        cast(0 as bigint) as charge_count,
        unknown_spend_count,
        cast(null as decimal(24, 12)) as card_charges_usd,
        cast(null as decimal(24, 12)) as dated_spend_usd,
        undated_spend_usd,
        cast(null as decimal(24, 12)) as difference_usd,
        cast(null as decimal(24, 12)) as difference_to_date_usd,
        cast(null as date) as spend_month
    from undated
    where undated_spend_usd <> 0 or unknown_spend_count > 0

)

select * from final

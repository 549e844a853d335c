-- What did not resolve in the label's own conversions (docs/how-it-works.md, rules 2 and 13): names of campaigns, promo codes,
-- kinds of event, accounts without a currency, currencies without a rate, orders refunded by an amount that no file states.

with

conversions as (

    select * from {{ ref('int_conversions_resolved') }}
    where treatment = 'conversion'

),

listed as (

    select
        'utm_campaign' as kind,
        campaign_as_stated as value,
        conversion_value_usd
    from conversions
    where campaign_as_stated is not null and campaign_id is null

    union all

    select
        'promo_code' as kind,
        promo_code as value,
        conversion_value_usd
    from conversions
    where is_code_unknown

    union all

    select
        'event_name' as kind,
        action_type as value,
        conversion_value_usd
    from conversions
    where is_event_unknown

    union all

    select
        'currency' as kind,
        coalesce(currency_code, 'account ' || account) as value,
        conversion_value_usd
    from conversions
    where conversion_value <> 0 and conversion_value_usd is null

    union all

    select
        'refund_amount' as kind,
        platform_event_id as value,
        conversion_value_usd
    from conversions
    where is_refund_unknown

),

final as (

    select
        kind,
        value,
        'conversions' as source,
        cast(count(*) as bigint) as row_count,
        cast(sum(conversion_value_usd) as decimal(24, 12)) as amount_usd,
        cast(null as bigint) as streams
    from listed
    group by kind, value

)

select * from final

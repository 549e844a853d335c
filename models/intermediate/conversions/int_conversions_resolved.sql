-- The label's own conversions with the campaign that they name, by its id or else its exact name (in any case, decoded),
-- and their value in USD (docs/how-it-works.md, rule 13): the row's currency, else the account's in the seed, by the
-- rate of the day. A name that several campaigns bear names none of them.

with

conversions as (

    select * from {{ ref('int_conversions_unioned') }}

),

campaigns as (

    select * from {{ ref('int_campaigns_merged') }}

),

account_currencies as (

    select * from {{ ref('seed_account_currencies') }}
    where source = 'conversions'

),

campaign_names as (

    select
        {{ name_key('campaign_name') }} as name_key,
        min(campaign_id) as campaign_id
    from campaigns
    where campaign_name is not null
    group by {{ name_key('campaign_name') }}
    having count(*) = 1

),

priced as (

    select
        conversions.*,
        coalesce(conversions.currency_code, own.currency_code, every.currency_code) as known_currency_code
    from conversions
    left join account_currencies as own on conversions.account = own.account
    left join account_currencies as every on every.account = '*'

),

rates as (

    {{ rates_of_days('priced', 'known_currency_code', 'cast(event_timestamp as date)') }}

),

final as (

    select
        ---------- ids
        priced.conversion_id,
        coalesce(by_id.campaign_id, campaign_names.campaign_id) as campaign_id,
        priced.platform_event_id,
        priced.episode_guid,

        ---------- strings
        priced.account,
        priced.data_source,
        priced.treatment,
        priced.conversion_type,
        priced.action_type,
        priced.campaign_as_stated,
        priced.promo_code,
        priced.show_name,
        priced.known_currency_code as currency_code,

        ---------- numerics
        priced.conversions,
        priced.conversion_value,
        {{ in_usd('priced.conversion_value', 'priced.known_currency_code', 'rates.usd_per_unit') }} as conversion_value_usd,

        ---------- booleans
        priced.is_code_unknown,
        priced.is_event_unknown,
        priced.is_implied,
        priced.is_refund_unknown,

        ---------- timestamps
        priced.event_timestamp,

        ---------- lineage
        priced.extracted_at
    from priced
    left join campaigns as by_id on priced.campaign_as_stated = by_id.campaign_id
    left join campaign_names on {{ name_key('priced.campaign_as_stated') }} = campaign_names.name_key
    left join rates
        on
            priced.known_currency_code = rates.currency_code
            and cast(priced.event_timestamp as date) = rates.rated_day

)

select * from final

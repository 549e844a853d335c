{#- Figures that several campaign models have. -#}

{#- An amount in USD: as stated where the currency is USD, else by a rate; null without one (docs/how-it-works.md, rule 13). -#}
{% macro in_usd(amount, currency_code, usd_per_unit) %}
    case
        when {{ currency_code }} = 'USD' then cast({{ amount }} as decimal(24, 12))
        else cast(cast({{ amount }} as decimal(18, 6)) * cast({{ usd_per_unit }} as decimal(18, 8)) as decimal(24, 12))
    end
{%- endmacro %}


{#- The rate of each currency and day that rows of `relation` have: the newest seeded one up to the day, no older than
    `exchange_rate_max_age_days`. A day without such a rate has no row. -#}
{% macro rates_of_days(relation, currency_code, day) %}
    select
        days.currency_code,
        days.rated_day,
        max_by(exchange_rates.usd_per_unit, exchange_rates.rate_date) as usd_per_unit
    from (
        select distinct
            {{ currency_code }} as currency_code,
            {{ day }} as rated_day
        from {{ relation }}
    ) as days
    inner join {{ ref('seed_exchange_rates') }} as exchange_rates
        on
            days.currency_code = exchange_rates.currency_code
            and days.rated_day >= exchange_rates.rate_date
            and {{ days_between('exchange_rates.rate_date', 'days.rated_day') }} <= {{ var('exchange_rate_max_age_days') }}
    group by days.currency_code, days.rated_day
{%- endmacro %}


{#- An aggregate over amounts of one group, where all rows have the same currency, or none states one; else null. -#}
{% macro if_one_currency(aggregate, currency_code) -%}
    case when max(coalesce({{ currency_code }}, '')) = min(coalesce({{ currency_code }}, '')) then {{ aggregate }} end
{%- endmacro %}


{#- A ratio of two sums over campaigns, of those only that state both. -#}
{% macro campaign_ratio(numerator, denominator) %}
    {{ ratio(
        'sum(' ~ numerator ~ ') filter (where ' ~ denominator ~ ' is not null)',
        'sum(' ~ denominator ~ ') filter (where ' ~ numerator ~ ' is not null)'
    ) }}
{%- endmacro %}


{#- Whether a campaign's spend is stated and not known in USD: no rate, no currency, or several currencies. -#}
{% macro is_without_rate() -%}
    (total_basis is not null and spend_usd is null and (spend_amount is not null or currency_code is null))
{%- endmacro %}


{#- The measures that every mart over groups of campaigns has, over rows of `kpi_campaign_performance`. What campaigns without a
    rate spent is beside the sum in USD. Where that is no single amount, the sum is null. -#}
{% macro campaign_measures() -%}
    {%- set amount_without_rate -%}
        case
            when
                min(currency_code) filter (where {{ is_without_rate() }})
                = max(currency_code) filter (where {{ is_without_rate() }})
                and count(*) filter (where {{ is_without_rate() }})
                = count(spend_amount) filter (where {{ is_without_rate() }} and currency_code is not null)
                then sum(spend_amount) filter (where {{ is_without_rate() }})
        end
    {%- endset -%}
        cast(count(*) as bigint) as campaign_count,
        case
            when count(*) filter (where {{ is_without_rate() }}) = 0 or {{ amount_without_rate }} is not null
                then cast(sum(spend_usd) as decimal(24, 12))
        end as spend_usd,
        cast(count(*) filter (where {{ is_without_rate() }}) as bigint) as campaigns_without_rate,
        cast({{ amount_without_rate }} as decimal(24, 12)) as amount_without_rate,
        case
            when {{ amount_without_rate }} is not null then max(currency_code) filter (where {{ is_without_rate() }})
        end as currency_without_rate,
        cast(coalesce(sum(spend_usd) filter (where is_artist_assumed), 0) as decimal(24, 12)) as spend_assumed_usd,
        cast(sum(spend_undated_usd) as decimal(24, 12)) as spend_undated_usd,
        cast(sum(impressions) as bigint) as impressions,
        cast(sum(clicks) as bigint) as clicks,
        cast(sum(link_clicks) as bigint) as link_clicks,
        cast(sum(conversions) as bigint) as conversions,
        1000 * {{ campaign_ratio('spend_usd', 'impressions') }} as cpm,
        {{ campaign_ratio('spend_usd', 'clicks') }} as cpc,
        {{ campaign_ratio('clicks', 'impressions') }} as ctr,
        {{ campaign_ratio('spend_usd', 'link_clicks') }} as cpc_link,
        {{ campaign_ratio('link_clicks', 'impressions') }} as ctr_link,
        {{ campaign_ratio('conversions', 'spend_usd') }} as conversions_per_dollar
{%- endmacro %}

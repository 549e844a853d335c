{#- Figures that several campaign models have. -#}

{#- An amount in USD: as stated where the currency is USD, else by a rate; null without one (design §6, rule 13). -#}
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


{#- A ratio of two sums over campaigns, of those only that state both. -#}
{% macro campaign_ratio(numerator, denominator) %}
    {{ ratio(
        'sum(' ~ numerator ~ ') filter (where ' ~ denominator ~ ' is not null)',
        'sum(' ~ denominator ~ ') filter (where ' ~ numerator ~ ' is not null)'
    ) }}
{%- endmacro %}


{#- The measures that every mart over groups of campaigns has, over rows of `kpi_campaign_performance`. -#}
{% macro campaign_measures() -%}
        cast(count(*) as bigint) as campaign_count,
        cast(sum(spend_usd) as decimal(24, 12)) as spend_usd,
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

-- A campaign's totals (design §6, rule 11): its days, and of its newest window what those days do not explain
-- (`undated`). Where days cover the whole window, from its start, they alone count. Undated is never negative: days
-- that add up to more than the window are the newer figures. A total is null where a part of it is unknown.

{%- set measures = ['spend_amount', 'impressions', 'clicks', 'link_clicks', 'conversions'] %}

with

results as (

    select * from {{ ref('int_ad_results_summed') }}

),

windows as (

    select * from results
    where period = 'window'

),

days as (

    select
        results.*,
        coalesce(results.last_date between windows.first_date and windows.last_date, false) as is_in_window
    from results
    left join windows on results.campaign_id = windows.campaign_id
    where results.period = 'day'

),

summed_days as (

    select
        campaign_id,
        max(currency_code) as currency_code,
        min(first_date) as first_date,
        max(last_date) as last_date,
        max(extracted_at) as extracted_at,
        count(*) filter (where is_in_window) as days_inside,
        count(*) filter (where not is_in_window) as days_outside,
        {%- for measure in measures + ['spend_usd'] %}
            sum({{ measure }}) filter (where is_in_window) as {{ measure }}_inside,
            sum({{ measure }}) filter (where not is_in_window) as {{ measure }}_outside,
            count({{ measure }}) filter (where is_in_window) as {{ measure }}_days_inside,
            count({{ measure }}) filter (where not is_in_window) as {{ measure }}_days_outside
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from days
    group by campaign_id

),

campaigns as (

    select campaign_id from summed_days
    union
    select campaign_id from windows

),

undated as (

    select
        campaigns.campaign_id,
        coalesce(summed_days.currency_code, windows.currency_code) as currency_code,
        windows.usd_per_unit,
        windows.campaign_id is not null as has_window,
        coalesce(
            summed_days.days_inside = {{ days_between('windows.first_date', 'windows.last_date') }} + 1, false
        ) as is_covered_by_days,
        {%- for measure in measures %}
            case
                when windows.campaign_id is null then 0
                when
                    summed_days.days_inside = {{ days_between('windows.first_date', 'windows.last_date') }} + 1
                    and summed_days.{{ measure }}_days_inside = summed_days.days_inside then 0
                when windows.{{ measure }} is not null
                    then greatest(windows.{{ measure }} - coalesce(summed_days.{{ measure }}_inside, 0), 0)
            end as {{ measure }}_undated,
            case
                when coalesce(summed_days.{{ measure }}_days_outside, 0) = coalesce(summed_days.days_outside, 0)
                    then coalesce(summed_days.{{ measure }}_inside, 0) + coalesce(summed_days.{{ measure }}_outside, 0)
            end as {{ measure }}_dated,
        {%- endfor %}
        case
            when
                coalesce(summed_days.spend_amount_days_outside, 0) = coalesce(summed_days.days_outside, 0)
                and coalesce(summed_days.spend_usd_days_inside, 0) = coalesce(summed_days.spend_amount_days_inside, 0)
                and coalesce(summed_days.spend_usd_days_outside, 0) = coalesce(summed_days.spend_amount_days_outside, 0)
                then coalesce(summed_days.spend_usd_inside, 0) + coalesce(summed_days.spend_usd_outside, 0)
        end as spend_usd_dated,
        least(summed_days.first_date, windows.first_date) as first_date,
        greatest(summed_days.last_date, windows.last_date) as last_date,
        greatest(summed_days.extracted_at, windows.extracted_at) as extracted_at
    from campaigns
    left join summed_days on campaigns.campaign_id = summed_days.campaign_id
    left join windows on campaigns.campaign_id = windows.campaign_id

),

converted as (

    select
        *,
        case
            when spend_amount_undated = 0 then cast(0 as decimal(24, 12))
            else {{ in_usd('spend_amount_undated', 'currency_code', 'usd_per_unit') }}
        end as spend_usd_undated
    from undated

),

final as (

    select
        ---------- ids
        campaign_id,

        ---------- strings
        currency_code,
        case
            when not has_window or is_covered_by_days then 'days'
            when spend_amount_dated = 0 then 'window'
            else 'window_and_days'
        end as total_basis,

        ---------- numerics
        cast(spend_amount_dated + spend_amount_undated as decimal(24, 12)) as spend_amount,
        cast(spend_usd_dated + spend_usd_undated as decimal(24, 12)) as spend_usd,
        cast(spend_usd_undated as decimal(24, 12)) as spend_undated_usd,
        cast(spend_amount_undated as decimal(24, 12)) as spend_undated_amount,
        cast(impressions_dated + impressions_undated as bigint) as impressions,
        cast(impressions_undated as bigint) as impressions_undated,
        cast(clicks_dated + clicks_undated as bigint) as clicks,
        cast(clicks_undated as bigint) as clicks_undated,
        cast(link_clicks_dated + link_clicks_undated as bigint) as link_clicks,
        cast(link_clicks_undated as bigint) as link_clicks_undated,
        cast(conversions_dated + conversions_undated as bigint) as conversions,
        cast(conversions_undated as bigint) as conversions_undated,

        ---------- dates
        first_date,
        last_date,

        ---------- lineage
        extracted_at
    from converted

)

select * from final

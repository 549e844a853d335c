-- A campaign's totals: its days, and of its windows what their days do not explain (`undated`). The windows share no day
-- (`int_ad_ranges_chosen`). Where days cover a whole window, from its start, they alone count. Undated is never negative:
-- days that add up to more than their window are the newer figures. A total is null where a part of it is unknown, and a
-- spend in several currencies has none.

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
        windows.last_date as window_date,
        windows.last_date is not null as is_in_window
    from results
    left join windows
        on
            results.campaign_id = windows.campaign_id
            and results.last_date between windows.first_date and windows.last_date
    where results.period = 'day'

),

summed_days as (

    select
        campaign_id,
        min(coalesce(currency_code, '')) as first_currency,
        max(coalesce(currency_code, '')) as last_currency,
        min(first_date) as first_date,
        max(last_date) as last_date,
        max(extracted_at) as extracted_at,
        count(*) filter (where is_no_longer_listed) as days_no_longer_listed,
        sum(spend_usd) filter (where is_no_longer_listed) as spend_no_longer_listed_usd,
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

days_of_windows as (

    select
        campaign_id,
        window_date,
        count(*) as day_count,
        {%- for measure in measures %}
            sum({{ measure }}) as {{ measure }},
            count({{ measure }}) as {{ measure }}_days
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from days
    where is_in_window
    group by campaign_id, window_date

),

undated_of_windows as (

    select
        windows.campaign_id,
        windows.currency_code,
        windows.usd_per_unit,
        windows.first_date,
        windows.last_date,
        windows.extracted_at,
        coalesce(
            days_of_windows.day_count = {{ days_between('windows.first_date', 'windows.last_date') }} + 1, false
        ) as is_covered_by_days,
        {%- for measure in measures %}
            case
                when
                    days_of_windows.day_count = {{ days_between('windows.first_date', 'windows.last_date') }} + 1
                    and days_of_windows.{{ measure }}_days = days_of_windows.day_count then 0
                when windows.{{ measure }} is not null
                    then greatest(windows.{{ measure }} - coalesce(days_of_windows.{{ measure }}, 0), 0)
            end as {{ measure }}_undated
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from windows
    left join days_of_windows
        on windows.campaign_id = days_of_windows.campaign_id and windows.last_date = days_of_windows.window_date

),

converted_windows as (

    select
        *,
        case
            when spend_amount_undated = 0 then cast(0 as decimal(24, 12))
            else {{ in_usd('spend_amount_undated', 'currency_code', 'usd_per_unit') }}
        end as spend_usd_undated
    from undated_of_windows

),

summed_windows as (

    select
        campaign_id,
        min(coalesce(currency_code, '')) as first_currency,
        max(coalesce(currency_code, '')) as last_currency,
        min(first_date) as first_date,
        max(last_date) as last_date,
        sum({{ days_between('first_date', 'last_date') }} + 1) as day_count,
        max(extracted_at) as extracted_at,
        min(is_covered_by_days) as is_covered_by_days,
        {%- for measure in measures + ['spend_usd'] %}
            case when count({{ measure }}_undated) = count(*) then sum({{ measure }}_undated) end as {{ measure }}_undated
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from converted_windows
    group by campaign_id

),

left_out as (

    select
        campaign_id,
        count(*) as range_count
    from {{ ref('int_ad_ranges_chosen') }}
    where not is_chosen
    group by campaign_id

),

campaigns as (

    select campaign_id from summed_days
    union
    select campaign_id from summed_windows

),

combined as (

    select
        campaigns.campaign_id,
        least(summed_days.first_currency, summed_windows.first_currency) as first_currency,
        greatest(summed_days.last_currency, summed_windows.last_currency) as last_currency,
        summed_windows.campaign_id is not null as has_window,
        coalesce(summed_windows.is_covered_by_days, false) as is_covered_by_days,
        {%- for measure in measures + ['spend_usd'] %}
            case when summed_windows.campaign_id is null then 0 else summed_windows.{{ measure }}_undated end
                as {{ measure }}_undated,
        {%- endfor %}
        {%- for measure in measures %}
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
        coalesce(left_out.range_count, 0) as ranges_left_out,
        coalesce(summed_windows.day_count, 0) + coalesce(summed_days.days_outside, 0) as days_covered,
        coalesce(summed_days.days_no_longer_listed, 0) as days_no_longer_listed,
        summed_days.spend_no_longer_listed_usd,
        least(summed_days.first_date, summed_windows.first_date) as first_date,
        greatest(summed_days.last_date, summed_windows.last_date) as last_date,
        greatest(summed_days.extracted_at, summed_windows.extracted_at) as extracted_at
    from campaigns
    left join summed_days on campaigns.campaign_id = summed_days.campaign_id
    left join summed_windows on campaigns.campaign_id = summed_windows.campaign_id
    left join left_out on campaigns.campaign_id = left_out.campaign_id

),

final as (

    select
        ---------- ids
        campaign_id,

        ---------- strings
        case when first_currency = last_currency then nullif(first_currency, '') end as currency_code,
        case
            when not has_window or is_covered_by_days then 'days'
            when spend_amount_dated = 0 then 'window'
            else 'window_and_days'
        end as total_basis,

        ---------- numerics
        case
            when first_currency = last_currency then cast(spend_amount_dated + spend_amount_undated as decimal(24, 12))
        end as spend_amount,
        cast(spend_usd_dated + spend_usd_undated as decimal(24, 12)) as spend_usd,
        cast(spend_usd_undated as decimal(24, 12)) as spend_undated_usd,
        case when first_currency = last_currency then cast(spend_amount_undated as decimal(24, 12)) end as spend_undated_amount,
        cast(impressions_dated + impressions_undated as bigint) as impressions,
        cast(impressions_undated as bigint) as impressions_undated,
        cast(clicks_dated + clicks_undated as bigint) as clicks,
        cast(clicks_undated as bigint) as clicks_undated,
        cast(link_clicks_dated + link_clicks_undated as bigint) as link_clicks,
        cast(link_clicks_undated as bigint) as link_clicks_undated,
        cast(conversions_dated + conversions_undated as bigint) as conversions,
        cast(conversions_undated as bigint) as conversions_undated,
        cast(ranges_left_out as bigint) as ranges_left_out,
        cast(days_covered as bigint) as days_covered,
        cast(days_no_longer_listed as bigint) as days_no_longer_listed,
        cast(spend_no_longer_listed_usd as decimal(24, 12)) as spend_no_longer_listed_usd,

        ---------- dates
        first_date,
        last_date,

        ---------- lineage
        extracted_at
    from combined

)

select * from final

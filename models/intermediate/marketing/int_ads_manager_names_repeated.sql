-- Campaigns that one export of Ads Manager without ids states several times for one day or range, with different spend. A
-- copied row and a second campaign of the same name look alike: the last row counts, and this is what the others say.

with

stated as (

    select
        campaign_name,
        account_name,
        currency_code,
        breakdown,
        spend_amount,
        performance_date as first_date,
        performance_date as last_date,
        _account,
        _extract_id,
        _row_number
    from {{ ref('stg_meta_ads__manager_daily') }}
    where stated_campaign_id is null and level = 'campaign' and not is_totals_row and reject_reason is null

    union all

    select
        campaign_name,
        account_name,
        currency_code,
        breakdown,
        spend_amount,
        window_from as first_date,
        window_to as last_date,
        _account,
        _extract_id,
        _row_number
    from {{ ref('stg_meta_ads__manager_window') }}
    where stated_campaign_id is null and level = 'campaign' and not is_totals_row and reject_reason is null

),

final as (

    select
        campaign_name,
        currency_code,
        first_date,
        last_date,
        _account,
        _extract_id,
        cast(sum(distinct spend_amount) - max_by(spend_amount, _row_number) as decimal(24, 12)) as amount_left_out
    from stated
    group by
        campaign_name,
        account_name,
        currency_code,
        breakdown,
        first_date,
        last_date,
        _account,
        _extract_id
    having count(distinct spend_amount) > 1

)

select * from final

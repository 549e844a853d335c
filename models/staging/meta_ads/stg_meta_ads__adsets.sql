with

source as (

    select * from {{ source('meta_ads', 'adsets') }}

),

renamed as (

    select
        ---------- ids
        {{ blank_to_null('id') }} as adset_id,
        {{ blank_to_null('campaign_id') }} as campaign_id,

        ---------- strings
        upper(coalesce({{ blank_to_null('effective_status') }}, {{ blank_to_null('status') }})) as effective_status,
        {{ unread('daily_budget', '(' ~ count_of('daily_budget') ~ ')', 'daily_budget') }} as daily_budget_problem,
        {{ unread('lifetime_budget', '(' ~ count_of('lifetime_budget') ~ ')', 'lifetime_budget') }}
            as lifetime_budget_problem,

        ---------- numerics
        nullif({{ count_of('daily_budget') }}, 0) as daily_budget_minor_units,
        nullif({{ count_of('lifetime_budget') }}, 0) as lifetime_budget_minor_units,

        ---------- timestamps
        {{ utc_timestamp('updated_time') }} as updated_at,

        ---------- lineage
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number,
        _row_sha

    from source

),

judged as (

    select
        *,
        case
            when adset_id is null then 'id is missing'
            when campaign_id is null then 'campaign_id is missing'
            else coalesce(daily_budget_problem, lifetime_budget_problem)
        end as reject_reason
    from renamed

)

select * from judged

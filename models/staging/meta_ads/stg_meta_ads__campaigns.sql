with

source as (

    select * from {{ source('meta_ads', 'campaigns') }}

),

renamed as (

    select
        ---------- ids
        {{ blank_to_null('id') }} as campaign_id,

        ---------- strings
        case when {{ blank_to_null('name') }} is not null then name end as campaign_name,
        upper(coalesce({{ blank_to_null('effective_status') }}, {{ blank_to_null('status') }})) as effective_status,

        ---------- numerics
        nullif({{ count_of('daily_budget') }}, 0) as daily_budget_minor_units,
        nullif({{ count_of('lifetime_budget') }}, 0) as lifetime_budget_minor_units,

        ---------- dates
        {{ parsed_date('left(trim(start_time), 10)', 'iso') }} as start_date,
        {{ parsed_date('left(trim(stop_time), 10)', 'iso') }} as end_date,

        ---------- timestamps
        {{ utc_timestamp('stop_time') }} as stopped_at,
        {{ utc_timestamp('updated_time') }} as updated_at,
        {{ unread('daily_budget', '(' ~ count_of('daily_budget') ~ ')', 'daily_budget') }} as daily_budget_problem,
        {{ unread('lifetime_budget', '(' ~ count_of('lifetime_budget') ~ ')', 'lifetime_budget') }}
            as lifetime_budget_problem,
        {{ unread('start_time', '(' ~ utc_timestamp('start_time') ~ ')', 'start_time') }} as start_time_problem,
        {{ unread('stop_time', '(' ~ utc_timestamp('stop_time') ~ ')', 'stop_time') }} as stop_time_problem,

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
            when campaign_id is null then 'id is missing'
            else coalesce(daily_budget_problem, lifetime_budget_problem, start_time_problem, stop_time_problem)
        end as reject_reason
    from renamed

)

select * from judged

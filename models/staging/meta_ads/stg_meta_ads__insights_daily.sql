with

source as (

    select * from {{ source('meta_ads', 'insights_daily') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(["'day'", '_account', '_row_sha', '_occurrence']) }} as insight_id,
        {{ blank_to_null('campaign_id') }} as campaign_id,
        {{ blank_to_null('adset_id') }} as adset_id,
        {{ blank_to_null('ad_id') }} as ad_id,

        ---------- strings
        coalesce({{ blank_to_null('ad_id') }}, {{ blank_to_null('adset_id') }}, '') as entity_key,
        '' as entity_row,
        {{ breakdown_of(insights_breakdowns()) }} as breakdown,
        case when {{ blank_to_null('campaign_name') }} is not null then campaign_name end as campaign_name,
        case
            when {{ blank_to_null('ad_id') }} is not null then 'ad'
            when {{ blank_to_null('adset_id') }} is not null then 'adset'
            else 'campaign'
        end as level,
        upper({{ blank_to_null('account_currency') }}) as currency_code,
        {{ blank_to_null('actions') }} as actions,
        {{ blank_to_null('action_values') }} as action_values,
        trim(date_start) as date_start_text,
        trim(date_stop) as date_stop_text,
        {{ blank_to_null('_name_window') }} as asked_window,

        ---------- numerics
        {{ spent_of('spend') }} as spend_amount,
        {{ count_of('impressions') }} as impressions,
        {{ count_of('clicks') }} as clicks,
        {{ count_of('inline_link_clicks') }} as inline_link_clicks,
        {{ count_of('reach') }} as reach,
        {{ unread('impressions', '(' ~ count_of('impressions') ~ ')', 'impressions') }} as impressions_problem,
        {{ unread('clicks', '(' ~ count_of('clicks') ~ ')', 'clicks') }} as clicks_problem,
        {{ unread('inline_link_clicks', '(' ~ count_of('inline_link_clicks') ~ ')', 'inline_link_clicks') }}
            as inline_link_clicks_problem,
        {{ unread('reach', '(' ~ count_of('reach') ~ ')', 'reach') }} as reach_problem,
        {{ unread('spend', '(' ~ spent_of('spend') ~ ')', 'spend') }} as spend_problem,

        ---------- dates
        {{ parsed_date('date_start', 'iso') }} as performance_date,
        {{ parsed_date('date_stop', 'iso') }} as last_date,

        ---------- lineage
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number

    from source

),

judged as (

    select
        *,
        case
            when campaign_id is null then 'campaign_id is missing'
            when performance_date is null then 'date_start can''t be read: ' || coalesce(date_start_text, '')
            when last_date is null then 'date_stop can''t be read: ' || coalesce(date_stop_text, '')
            when performance_date <> last_date
                then 'no single day: ' || date_start_text || ' to ' || date_stop_text
            when left(actions, 1) <> '[' then 'actions is no list: ' || left(actions, 40)
            when left(action_values, 1) <> '[' then 'action_values is no list: ' || left(action_values, 40)
            else coalesce(
                spend_problem,
                impressions_problem,
                clicks_problem,
                inline_link_clicks_problem,
                reach_problem
            )
        end as reject_reason
    from renamed

)

select * from judged

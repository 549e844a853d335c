{%- set campaign_id = adapter.quote('Campaign ID') -%}
{%- set campaign_name = 'campaign_of_row' -%}
{%- set ad_set_name = 'ad_set_of_row' -%}
{%- set ad_set_id = adapter.quote('Ad set ID') -%}
{%- set ad_name = 'ad_of_row' -%}
{%- set ad_id = adapter.quote('Ad ID') -%}
{%- set amount_spent = adapter.quote('Amount spent') -%}
{%- set clicks_all = adapter.quote('Clicks (all)') -%}
{%- set link_clicks = adapter.quote('Link clicks') -%}

with

source as (

    {{ names_without_subtotals(source('meta_ads', 'manager_daily')) }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(["'manager_daily'", '_account', row_sha_as_read(), '_occurrence']) }} as insight_id,
        case when {{ matches('trim(' ~ campaign_id ~ ')', "'^[0-9]{5,}$'") }} then trim({{ campaign_id }}) end
            as stated_campaign_id,

        ---------- strings
        coalesce({{ blank_to_null(ad_set_id) }}, {{ blank_to_null(ad_set_name) }}, '')
        || coalesce('|' || coalesce({{ blank_to_null(ad_id) }}, {{ blank_to_null(ad_name) }}), '') as entity_key,
        case
            when {{ blank_to_null(ad_id) }} is not null then ''
            when {{ blank_to_null(ad_name) }} is not null then _row_sha
            when {{ blank_to_null(ad_set_id) }} is not null then ''
            when {{ blank_to_null(ad_set_name) }} is not null then _row_sha
            else ''
        end as entity_row,
        {{ breakdown_of(manager_breakdowns()) }} as breakdown,
        {{ blank_to_null(adapter.quote('Account name')) }} as account_name,
        case when {{ blank_to_null(campaign_name) }} is not null then {{ campaign_name }} end as campaign_name,
        case
            when coalesce({{ blank_to_null(ad_name) }}, {{ blank_to_null(ad_id) }}) is not null then 'ad'
            when coalesce({{ blank_to_null(ad_set_name) }}, {{ blank_to_null(ad_set_id) }}) is not null then 'adset'
            else 'campaign'
        end as level,
        upper(coalesce({{ blank_to_null('Currency') }}, _header_currency)) as currency_code,
        {{ blank_to_null('Day') }} as day_text,
        {{ blank_to_null(adapter.quote('Reporting starts')) }} as starts_text,
        {{ unread(amount_spent, '(' ~ spent_of(grouped_number(amount_spent)) ~ ')', 'Amount spent') }}
            as spend_problem,
        {{ unread('Impressions', '(' ~ count_of('Impressions') ~ ')', 'Impressions') }} as impressions_problem,
        {{ unread(clicks_all, '(' ~ count_of(clicks_all) ~ ')', 'Clicks (all)') }} as clicks_problem,
        {{ unread(link_clicks, '(' ~ count_of(link_clicks) ~ ')', 'Link clicks') }} as link_clicks_problem,
        {{ unread('Reach', '(' ~ count_of('Reach') ~ ')', 'Reach') }} as reach_problem,

        ---------- numerics
        {{ spent_of(grouped_number(amount_spent)) }} as spend_amount,
        {{ count_of('Impressions') }} as impressions,
        {{ count_of(clicks_all) }} as clicks,
        {{ count_of(link_clicks) }} as inline_link_clicks,
        {{ count_of('Reach') }} as reach,

        ---------- booleans
        coalesce(
            {{ blank_to_null(campaign_id) }},
            {{ blank_to_null(ad_set_name) }},
            {{ blank_to_null(ad_set_id) }},
            {{ blank_to_null(ad_name) }},
            {{ blank_to_null(ad_id) }}
        ) is null
        and (
            {{ blank_to_null(campaign_name) }} is null
            or {{ matches('upper(trim(' ~ campaign_name ~ '))', "'^(TOTAL|GRAND TOTAL|RESULTS FROM [0-9,]+ CAMPAIGNS?)$'") }}
        ) as is_totals_row,

        ---------- dates
        {{ iso_or_us_date('Day') }} as stated_day,
        coalesce({{ iso_or_us_date('Day') }}, {{ iso_or_us_date(adapter.quote('Reporting starts')) }}) as performance_date,

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
            when is_totals_row then null
            when stated_campaign_id is null and campaign_name is null then 'Campaign name is blank'
            when performance_date is null then 'Day can''t be read: ' || coalesce(day_text, starts_text, '')
            when stated_day is null and day_text is not null then 'Day can''t be read: ' || day_text
            else coalesce(
                spend_problem,
                impressions_problem,
                clicks_problem,
                link_clicks_problem,
                reach_problem
            )
        end as reject_reason
    from renamed

)

select * from judged

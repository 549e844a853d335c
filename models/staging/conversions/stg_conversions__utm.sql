with

source as (

    select * from {{ source('conversions', 'utm') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,

        ---------- strings
        {{ utm_value('utm_source') }} as utm_source,
        {{ utm_value('utm_medium') }} as utm_medium,
        {{ utm_value('utm_campaign') }} as utm_campaign,
        {{ utm_value('utm_content') }} as utm_content,
        upper({{ blank_to_null('currency') }}) as currency_code,
        {{ blank_to_null('date') }} as date_text,
        {{ unread('sessions', '(' ~ count_of('sessions') ~ ')', 'sessions') }} as sessions_problem,
        {{ unread('conversions', '(' ~ count_of('conversions') ~ ')', 'conversions') }} as conversions_problem,
        {{ unread('revenue', '(' ~ money('revenue') ~ ')', 'revenue') }} as revenue_problem,

        ---------- numerics
        {{ count_of('sessions') }} as sessions,
        {{ count_of('conversions') }} as conversions,
        {{ money('revenue') }} as conversion_value,

        ---------- dates
        {{ parsed_date('date', 'iso') }} as visit_date,

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
            when visit_date is null then 'date can''t be read: ' || coalesce(date_text, '')
            else coalesce(sessions_problem, conversions_problem, revenue_problem)
        end as reject_reason,
        {{ surrogate_key([
            "'utm'", '_account', 'visit_date', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_content'
        ]) }} as line_key
    from renamed

),

numbered as (

    select
        *,
        case
            when reject_reason is null
                then {{ surrogate_key(['line_key', occurrence_of('line_key, reject_reason')]) }}
            else row_id
        end as conversion_id
    from judged

)

select * from numbered

with

source as (

    select * from {{ source('linktree', 'overview_daily') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', '_row_sha', '_occurrence']) }} as row_id,

        ---------- strings
        case
            when {{ parsed_date('date', 'iso') }} is null then 'date can''t be read: ' || coalesce(date, '')
            else coalesce(
                {{ unread_count('totalViews') }},
                {{ unread_count('uniqueViews') }},
                {{ unread_count('totalClicks') }},
                {{ unread_count('uniqueClicks') }},
                case
                    when
                        coalesce(
                            {{ missing_to_null('totalViews') }},
                            {{ missing_to_null('uniqueViews') }},
                            {{ missing_to_null('totalClicks') }},
                            {{ missing_to_null('uniqueClicks') }}
                        ) is null
                        then 'a day without figures'
                end
            )
        end as reject_reason,

        ---------- numerics
        {{ count_or_null('totalViews') }} as total_views,
        {{ count_or_null('uniqueViews') }} as unique_views,
        {{ count_or_null('totalClicks') }} as total_clicks,
        {{ count_or_null('uniqueClicks') }} as unique_clicks,

        ---------- dates
        {{ parsed_date('date', 'iso') }} as analytics_date,

        ---------- lineage
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number

    from source

)

select * from renamed

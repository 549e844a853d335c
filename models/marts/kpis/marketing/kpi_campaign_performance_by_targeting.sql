with

campaigns as (

    select * from {{ ref('kpi_campaign_performance') }}

),

final as (

    select
        coalesce(targeting, 'NONE STATED') as targeting,
        {{ campaign_measures() }}
    from campaigns
    group by coalesce(targeting, 'NONE STATED')

)

select * from final

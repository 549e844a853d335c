with

growth as (

    select * from {{ ref('int_mailchimp_list_growth_kept') }}
    where reject_reason is null

),

lists as (

    select * from {{ ref('int_mailchimp_lists_kept') }}
    where reject_reason is null

),

final as (

    select
        ---------- ids
        {{ platform_id('mailchimp') }} as platform_id,
        growth.list_id,

        ---------- strings
        lists.list_name,

        ---------- numerics
        growth.subscribers_total,
        growth.subscribers_total - earlier.subscribers_total as subscribers_net,
        growth.unsubscribed_total,
        growth.cleaned_total,
        growth.pending_total,
        growth.reconfirming_total,
        growth.deleted_total,
        growth.transactional_total,

        ---------- booleans
        growth.growth_month = {{ month_of('growth._extracted_at') }} as is_provisional,

        ---------- dates
        growth.growth_month,

        ---------- lineage
        growth._extracted_at as extracted_at
    from growth
    left join growth as earlier
        on
            growth.list_id = earlier.list_id
            and earlier.growth_month = {{ add_months('growth.growth_month', -1) }}
    left join lists on growth.list_id = lists.list_id

)

select * from final

with

lists as (

    select * from {{ ref('int_mailchimp_lists_kept') }}
    where reject_reason is null

),

final as (

    select
        ---------- ids
        {{ platform_id('mailchimp') }} as platform_id,
        list_id,

        ---------- strings
        list_name,

        ---------- numerics
        subscribers_total,
        unsubscribed_total,
        cleaned_total,
        open_rate as stated_open_rate,
        click_rate as stated_click_rate,

        ---------- dates
        created_at,

        ---------- lineage
        _extracted_at as extracted_at
    from lists

)

select * from final

with

links as (

    select * from {{ ref('int_submithub_links_kept') }}
    where reject_reason is null

),

store_names as (

    select * from {{ ref('seed_store_names') }}

),

platforms as (

    select * from {{ ref('platforms') }}
    where platform_id <> 0

),

final as (

    select
        ---------- ids
        links.link_click_id,
        coalesce(store_names.platform_id, platforms.platform_id, 0) as platform_id,

        ---------- strings
        max(links.link_url) over (partition by links.link_key) as link_url,
        links.service_name,

        ---------- numerics
        links.clicks,

        ---------- dates
        links.click_date,

        ---------- lineage
        links._extracted_at as extracted_at
    from links
    left join store_names on {{ name_key('links.service_name') }} = store_names.store_name
    left join platforms on {{ name_key('links.service_name') }} = {{ name_key('platforms.platform_name') }}

)

select * from final

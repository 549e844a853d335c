-- The link with the most clicks of each window; on a tie the one whose name comes first. No clicks, no top link.

with

links as (

    select * from {{ ref('int_linktree_links_kept') }}
    where reject_reason is null

),

link_titles as (

    select * from {{ ref('int_linktree_link_titles_kept') }}
    where reject_reason is null

),

named as (

    select
        links._account,
        links.window_to,
        coalesce(link_titles.title, links.link_id) as top_link,
        links.clicks as top_link_clicks,
        links._extracted_at,
        row_number() over (
            partition by links._account, links.window_to
            order by links.clicks desc nulls last, coalesce(link_titles.title, links.link_id) asc, links.link_id asc
        ) as link_rank
    from links
    left join link_titles on links._account = link_titles._account and links.link_id = link_titles.link_id

),

final as (

    select
        _account,
        window_to,
        case when top_link_clicks > 0 then top_link end as top_link,
        case when top_link_clicks > 0 then top_link_clicks end as top_link_clicks,
        _extracted_at
    from named
    where link_rank = 1

)

select * from final

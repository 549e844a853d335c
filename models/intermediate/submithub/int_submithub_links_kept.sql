-- The link clicks that count: each day, link and service once, with the newest file's clicks. A file of one month adds to
-- the files of the months before it.

{{ rows_by_key(ref('stg_submithub__links'), 'link_click_id') }}

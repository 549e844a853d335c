-- The titles that count: each link's from the newest capture that names it; a capture may name one link or all.

{{ rows_by_key(ref('stg_linktree__link_titles'), 'link_key') }}

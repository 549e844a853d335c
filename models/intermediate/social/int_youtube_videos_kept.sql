-- The videos that count: each as the newest answer that names it states it. A deleted video keeps its last figures.

{{ rows_by_key(ref('stg_youtube__videos'), 'video_id') }}

-- The channels that count: each as the newest answer that names it states it.

{{ rows_by_key(ref('stg_youtube__channels'), 'channel_id') }}

-- The days that count: each song's from the newest export that covers it (design §3).

{{ rows_by_coverage(ref('stg_spotify__song_daily'), 'stream_date', key=[]) }}

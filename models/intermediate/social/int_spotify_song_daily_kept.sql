-- The days that count: each song's from the newest export that covers it (docs/how-it-works.md, "Coverage").

{{ rows_by_coverage(ref('stg_spotify__song_daily'), 'stream_date', key=[]) }}

-- The days that count: each artist's from the newest export that covers it (docs/how-it-works.md, "Coverage").

{{ rows_by_coverage(ref('int_spotify_audience_daily_resolved'), 'stream_date', key=[]) }}

-- The days that count: each from the newest capture that covers it (design §3).

{{ rows_by_coverage(ref('stg_toolost__spotify_daily'), 'stream_date', key=[]) }}

-- The days that count: each from the newest capture that covers it (docs/how-it-works.md, "Coverage").

{{ rows_by_coverage(ref('stg_toolost__apple_daily'), 'stream_date', key=[]) }}

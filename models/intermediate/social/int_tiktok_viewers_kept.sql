-- The days that count: each from the newest export that covers it (design §3).

{{ rows_by_coverage(ref('stg_tiktok__viewers'), 'metrics_date', key=[]) }}

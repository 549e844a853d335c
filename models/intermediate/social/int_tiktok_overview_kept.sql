-- The days that count: each from the newest export that covers it (docs/how-it-works.md, "Coverage").

{{ rows_by_coverage(ref('stg_tiktok__overview'), 'metrics_date', key=[]) }}

-- The days that count: each from the newest capture that covers it (design §3).

{{ rows_by_coverage(ref('stg_linktree__overview_daily'), 'analytics_date', key=[]) }}

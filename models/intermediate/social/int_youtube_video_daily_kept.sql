-- The days that count: each video's from the newest report that covers it (design §3).

{{ rows_by_coverage(ref('stg_youtube__video_daily'), 'view_date', key=[]) }}

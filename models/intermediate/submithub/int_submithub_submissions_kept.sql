-- The submissions as each account's last export states them: a state changes over time, so the newest file counts whole.

{{ rows_of_last_extract(ref('stg_submithub__submissions')) }}

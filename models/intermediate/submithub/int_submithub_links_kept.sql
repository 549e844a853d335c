-- The link clicks as the last file has them.

{{ rows_of_last_extract(ref('stg_submithub__links')) }}

-- The ad account as its last answer states it.

{{ rows_of_last_extract(ref('stg_meta_ads__account'), key=['account_id']) }}

-- The lists that count: each as the newest answer that names it states it.

{{ rows_by_key(ref('stg_mailchimp__lists'), 'list_id') }}

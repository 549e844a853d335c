-- The months that count: each list's from the newest answer that covers it (design §3).

{{ rows_by_coverage(ref('stg_mailchimp__list_growth'), 'growth_month', key=[]) }}

-- The reports that count: each campaign's newest. A pull asks again for campaigns of the last 90 days alone, so older
-- ones keep the report of an earlier pull.

{{ rows_by_key(ref('stg_mailchimp__reports'), 'campaign_key') }}

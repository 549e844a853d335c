-- The UTM lines that count: each day and set of tags once, with the newest export's values.

{{ rows_by_key(ref('stg_conversions__utm'), 'conversion_id') }}

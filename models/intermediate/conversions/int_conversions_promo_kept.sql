-- The lines of orders that count: each order once, and its refund once, with the newest export's values.

{{ rows_by_key(ref('stg_conversions__promo'), 'conversion_id') }}

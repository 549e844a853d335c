-- The lines that count: each transaction once, with the newest export's values (design §3).

{{ rows_by_key(ref('stg_bank__checking'), 'bank_line_id') }}

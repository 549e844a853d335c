-- The lines that count: each transaction once, with the newest export's values (docs/how-it-works.md, "Coverage").

{{ rows_by_key(ref('stg_bank__checking'), 'bank_line_id') }}

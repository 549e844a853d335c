-- The catalogue that counts: the rows of its last landed file.

{{ rows_of_last_extract(ref('stg_catalog__royalty_splits')) }}

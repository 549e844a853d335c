-- The catalogue that counts: each artist's as it was last fetched.

{{ rows_of_last_extract(ref('stg_spotify__catalogue')) }}

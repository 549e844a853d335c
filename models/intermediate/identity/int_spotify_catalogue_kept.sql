-- The catalogue that counts: each artist's as it was last fetched, what could not be read there as it was before.

{{ rows_of_last_extract(ref('stg_spotify__catalogue'), key=['spotify_id']) }}

-- A recording that earned and that the catalogue misses has no royalty share: the label's owner adds it to the catalogue.

{{ config(severity='warn') }}

select distinct track_artists.track_id
from {{ ref('track_artists') }} as track_artists
inner join {{ ref('revenue_summed_by_recording') }} as revenue on track_artists.track_id = revenue.track_id
where
    track_artists.role_type = 'primary'
    and track_artists.royalty_percentage is null
    and track_artists.track_id <> 'unknown'
    and exists (select 1 from {{ ref('int_catalog_splits_kept') }})

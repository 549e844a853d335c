-- The shares that the catalogue gives away of one recording are no more than all of it: the label's owner corrects the catalogue.

{{ config(severity='warn') }}

select
    track_id,
    sum(royalty_percentage) as shares_in_all
from {{ ref('track_artists') }}
group by track_id
having sum(royalty_percentage) > 100

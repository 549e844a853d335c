-- Every recording has exactly one primary artist.

select
    tracks.track_id,
    count(track_artists.track_id) as primary_artists
from {{ ref('tracks') }} as tracks
left join {{ ref('track_artists') }} as track_artists
    on tracks.track_id = track_artists.track_id and track_artists.role_type = 'primary'
group by tracks.track_id
having count(track_artists.track_id) <> 1

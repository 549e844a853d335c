-- Each submission with the song and artist that its title means (docs/how-it-works.md, rules 6 and 10). Where one file
-- states a submission several times, the row that was answered last counts, then the one furthest on (shared, approved,
-- declined, listened, sent), then the longest listen; the others are repeats. Content alone decides, not the place in the file.

with

submissions as (

    select * from {{ ref('int_submithub_submissions_kept') }}
    where reject_reason is null

),

song_titles as (

    select * from {{ ref('int_song_titles') }}

),

titles as (

    select
        title_key,
        count(distinct coalesce(cast(nullif(primary_artist_id, 0) as string), artist_name)) as artist_count,
        max(primary_artist_id) as artist_id,
        count(distinct song_id) as song_count,
        min(song_id) as song_id,
        min(track_id) as track_id
    from song_titles
    group by title_key

),

ranked as (

    select
        submissions.*,
        row_number() over (
            partition by submissions.submission_id
            order by
                submissions._extracted_at desc,
                submissions.received_date desc nulls last,
                case submissions.status
                    when 'shared' then 1
                    when 'approved' then 2
                    when 'declined' then 3
                    when 'listened' then 4
                    when 'sent' then 5
                    else 6
                end,
                submissions.listen_seconds desc nulls last,
                submissions.row_id asc
        ) as place
    from submissions

),

final as (

    select
        ---------- ids
        ranked.submission_id,
        case when titles.artist_count = 1 then titles.artist_id else 0 end as artist_id,
        case when titles.song_count = 1 then titles.track_id end as track_id,
        case when titles.song_count = 1 then titles.song_id end as song_id,

        ---------- strings
        ranked.song_title,
        ranked.campaign_url,
        ranked.outlet_name,
        ranked.outlet_type,
        ranked.status,
        ranked.action_as_stated,
        ranked.feedback,

        ---------- numerics
        ranked.listen_seconds,

        ---------- booleans
        ranked.place > 1 as is_repeated,

        ---------- dates
        ranked.sent_date,
        ranked.received_date,

        ---------- lineage
        ranked._extracted_at as extracted_at
    from ranked
    left join titles on {{ title_key('ranked.song_title') }} = titles.title_key

)

select * from final

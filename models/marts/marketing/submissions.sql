with

submissions as (

    select * from {{ ref('int_submissions_resolved') }}
    where not is_repeated

),

final as (

    select
        ---------- ids
        submission_id,
        {{ platform_id('submithub') }} as platform_id,
        artist_id,
        track_id,
        song_id,

        ---------- strings
        song_title,
        campaign_url,
        outlet_name,
        outlet_type,
        status,
        action_as_stated,
        feedback,

        ---------- numerics
        listen_seconds,

        ---------- dates
        sent_date,
        received_date,

        ---------- lineage
        extracted_at
    from submissions

)

select * from final

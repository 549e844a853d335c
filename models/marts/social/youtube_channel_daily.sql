with

days as (

    select * from {{ ref('int_youtube_channel_daily_kept') }}
    where reject_reason is null

),

channel_artists as (

    select * from {{ ref('int_youtube_channel_artists') }}

),

owned as (

    {{ with_channel_artist('days', 'channel_artists', 'row_id', 'facts.view_date') }}

),

final as (

    select
        ---------- ids
        owned.artist_id,
        {{ platform_id('youtube') }} as platform_id,
        owned.channel_id,

        ---------- strings
        owned.channel_title,

        ---------- numerics
        owned.views,
        owned.engaged_views,
        case when owned.view_date < date '2025-03-31' then owned.views else owned.engaged_views end as comparable_views,
        owned.watch_minutes,
        owned.likes,
        owned.comments,
        owned.shares,
        owned.subscribers_gained,
        owned.subscribers_lost,
        owned.subscribers_gained - owned.subscribers_lost as subscribers_net,
        {{ ratio('owned.watch_minutes * 60', 'owned.views') }} as average_view_seconds,
        {{ ratio('owned.likes + owned.comments + owned.shares', 'owned.views') }} as engagement_rate,

        ---------- booleans
        owned.view_date >= date '2025-03-31' as counts_short_starts,
        owned.view_date > {{ add_days('owned._covers_to', -28) }} as is_provisional,

        ---------- dates
        owned.view_date,

        ---------- lineage
        owned._extracted_at as extracted_at
    from owned

)

select * from final

-- The UTM lines that count: of each day and set of tags the lines of the newest export that states it, all of them. A later
-- export can have fewer, where lines that differed in case are one.

with

extracts as (

    {{ extracts_in_order(ref('stg_conversions__utm')) }}

),

kept as (

    {{ rows_by_key(ref('stg_conversions__utm'), 'conversion_id') }}

),

final as (

    select kept.*
    from kept
    inner join extracts on kept._account = extracts._account and kept._extract_id = extracts._extract_id
    qualify
        kept.reject_reason is not null
        or extracts.place = max(extracts.place) over (partition by kept._account, kept.line_key, kept.reject_reason is null)

)

select * from final

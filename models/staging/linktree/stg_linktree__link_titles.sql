with

source as (

    select * from {{ source('linktree', 'link_titles') }}

),

renamed as (

    select
        ---------- ids
        {{ surrogate_key(['_account', 'id']) }} as link_key,
        {{ blank_to_null('id') }} as link_id,

        ---------- strings
        {{ blank_to_null('title') }} as title,
        case when {{ blank_to_null('id') }} is null then 'id is blank' end as reject_reason,

        ---------- booleans
        lower(trim(active)) = 'true' as is_active,

        ---------- lineage
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number

    from source

)

select * from renamed

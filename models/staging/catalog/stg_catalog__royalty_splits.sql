with

source as (

    select * from {{ source('catalog', 'royalty_splits') }}

),

renamed as (

    select
        ---------- ids
        {{ isrc('isrc') }} as isrc,
        case when {{ matches('trim(upc)', "'^([0-9]{8}|[0-9]{12,14})$'") }} then trim(upc) end as upc,

        ---------- strings
        {{ blank_to_null('artist') }} as artist_name,
        {{ blank_to_null('title') }} as title,
        {{ blank_to_null('isrc') }} as isrc_as_stated,
        {{ blank_to_null('upc') }} as upc_as_stated,
        lower({{ blank_to_null('release_type') }}) as release_type,
        coalesce({{ blank_to_null('royalty_percentage') }}, {{ blank_to_null('your_revenue_share') }})
            as royalty_percentage_text,
        {{ blank_to_null('release_date') }} as release_date_text,

        ---------- dates
        {{ iso_or_us_date('release_date') }} as release_date,

        ---------- lineage
        _account,
        _extract_id,
        _extracted_at,
        _sequence,
        _covers_from,
        _covers_to,
        _row_number

    from source

),

read as (

    select
        *,
        {{ money(replace_all('royalty_percentage_text', "' *%$'", "''")) }} as royalty_percentage
    from renamed

),

judged as (

    select
        *,
        case
            when artist_name is null and title is null and isrc_as_stated is null then 'a blank row'
            when artist_name is null then 'artist is blank'
            when title is null then 'title is blank'
            when royalty_percentage is null
                then 'royalty_percentage is no number from 0 to 100: ' || coalesce(royalty_percentage_text, '')
            when royalty_percentage < 0 or royalty_percentage > 100
                then 'royalty_percentage is no number from 0 to 100: ' || royalty_percentage_text
            when royalty_percentage > 0 and royalty_percentage < 1 and right(royalty_percentage_text, 1) <> '%'
                then
                    'royalty_percentage may be a share or a percentage: ' || royalty_percentage_text
                    || ' (write 50 for a half, 0.5% for half a percent)'
        end as reject_reason
    from read

)

select * from judged
